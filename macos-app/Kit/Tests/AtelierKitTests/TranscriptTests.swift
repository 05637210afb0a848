// Tool calls, queues and notes of a transcript.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct TranscriptTests {
    private static let diff = "--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-a\n+b\n"

    private func reading(_ change: (inout MockLog) -> Void) -> ChatModel {
        var log = MockLog(id: "s1")
        log.ask("Do it", of: .demo)
        change(&log)
        return ChatModel(reading: log, from: MockClient(logs: [log]))
    }

    private func call(_ model: ChatModel, _ id: ToolCallID = 1) throws -> ChatCall {
        let found = model.transcript.items.compactMap { item in
            if case .call(let call) = item, call.id == id { call } else { nil }
        }
        return try #require(found.first)
    }

    @Test func aCallStandsWhereTheModelAskedAndTellsHowItWent() throws {
        let model = reading { log in
            log.say("I look.")
            log.request("shell_exec", #"{"command": "swift\n  test", "timeout": 9}"#)
            log.run()
            log.write("one\n")
            log.write("two\n")
        }
        #expect(model.transcript.items.map(\.id) == [.message(1), .message(2), .call(1)])
        let call = try call(model)
        #expect(call.stage == .running && call.title == "Run" && call.subject == "swift test")
        #expect(call.arguments == "command: swift\n  test\ntimeout: 9")
        #expect(call.output.text == "one\ntwo\n" && call.isOpen)

        model.apply(events(model, .toolProgress(call: 1, percent: 40, message: "40 files", isOutput: false)))
        #expect(call.step == "40 files" && call.percent == 40 && call.output.text == "one\ntwo\n")
        let outcome = ToolOutcome.success(content: "one\ntwo", metadata: #"{"exit_code":0}"#)
        model.apply(events(model, .toolResult(call: 1, outcome: outcome, took: .seconds(2))))
        #expect(call.stage == .done && call.result?.text == "one\ntwo" && call.took == .seconds(2))
        #expect(call.output.isEmpty && call.step == nil && !call.isOpen)
    }

    @Test func aQuestionIsOpenUntilItsFirstAnswer() throws {
        let expiry = Date(timeIntervalSince1970: 9)
        let model = reading { log in
            log.request("edit_file", #"{"path": "x"}"#)
            log.askWhetherToRun(ToolQuestion(preview: Self.diff, isDangerous: true, expiresAt: expiry))
        }
        let call = try call(model)
        #expect(call.stage == .waiting && call.question?.isDangerous == true && call.diff?.counts == "+1 −1")
        #expect(model.transcript.questions.map(\.id) == [1] && model.isWaitingForAnswer)

        model.apply(events(model, .approvalResolved(call: 1, decision: .approved(always: false))))
        #expect(call.stage == .allowed && model.transcript.questions.isEmpty && !model.isWaitingForAnswer)
        model.apply(events(model, .approvalResolved(call: 1, decision: .rejected(message: "Late."))))
        #expect(call.stage == .allowed && call.decision == .approved(always: false))
        model.apply(events(model, .stateChanged(state: .toolExecution)))
        #expect(call.stage == .running)
        let change = ToolFileChange(path: "x", operation: .edit)
        let failed = ToolOutcome.failure(code: "IO_ERROR", message: "The file is gone.")
        model.apply(
            events(model, .toolResult(call: 1, outcome: failed, took: .zero), .fileChanged(call: 1, change: change))
        )
        #expect(call.stage == .failed && call.result?.text == "The file is gone." && call.changes == [change])
    }

    @Test(arguments: [
        (Decision.rejected(message: "Not now."), "User rejected the operation: Not now."),
        (.timedOut, "Approval timed out"),
    ])
    func whatIsRefusedIsNotRun(_ decision: Decision, _ told: String) throws {
        let model = reading { log in
            log.request("shell_exec", "{}")
            log.askWhetherToRun(ToolQuestion(preview: "rm x", expiresAt: .distantFuture))
            log.resolve(decision)
        }
        let call = try call(model)
        #expect(call.stage == .refused)
        let parts = told.split(separator: ": ").map(String.init)
        let message = parts.count > 1 ? parts[1] : nil
        let outcome = ToolOutcome.rejected(reason: parts[0], userMessage: message)
        model.apply(events(model, .toolResult(call: 1, outcome: outcome, took: .seconds(1))))
        #expect(call.stage == .notRun && call.result?.text == told && call.took == nil)
    }

    @Test func theNewestToDoListCounts() {
        let model = reading { log in
            for status in ["pending", "completed"] {
                log.request("todo", "{}")
                log.run()
                let list = #"{"items":[{"text":"Look","status":"completed"},{"text":"Mend","status":"\#(status)"}]}"#
                log.settle(.success(content: "", metadata: list))
            }
            log.request("todo", "{}")
            log.settle(.success(content: "", metadata: "nonsense"))
        }
        #expect(model.transcript.todos.map(\.text) == ["Look", "Mend"])
        #expect(model.transcript.todos.map(\.status) == [.completed, .completed])
        #expect(model.transcript.todos.map(\.id) == [0, 1])
    }

    @Test func howFullTheContextIsIsTheNewestRequests() {
        let model = reading { log in
            log.append(.usage(turn: 1, model: "m", usage: Usage(input: 10, output: 5)))
            log.append(.usage(turn: 1, model: "m", usage: Usage(input: 1, output: 2, cacheRead: 30, cacheWrite: 4)))
        }
        #expect(model.transcript.contextTokens == 37)
        model.apply(events(model, .historyCompacted(upTo: 1, summary: "So far.", isAutomatic: true)))
        #expect(model.transcript.contextTokens == nil)
        guard case .note(let note) = model.transcript.items.last else { return #expect(Bool(false), "no note") }
        #expect(note.kind == .compacted(summary: "So far.", isAutomatic: true))
    }

    @Test func whatIsRewoundIsGoneWithItsCallsAndQuestions() throws {
        let model = reading { log in
            log.say("First")
            log.finish()
            log.ask("Second", of: .demo)
            log.request("shell_exec", "{}")
            log.askWhetherToRun(ToolQuestion(preview: nil, expiresAt: .distantFuture))
        }
        #expect(model.messages.map(\.text) == ["Do it", "First", "Second"])
        model.apply(events(model, .conversationRewound(to: 3)))
        #expect(model.messages.map(\.text) == ["Do it", "First"])
        #expect(model.transcript.items.map(\.id) == [.message(1), .message(2)])
        #expect(model.transcript.questions.isEmpty)
    }

    @Test func modeFolderAndParentAreTold() {
        let model = reading { log in
            log.append(.sessionProject(path: "/p"))
            log.append(.modeChanged(mode: .acceptEdits))
            log.append(.sessionParent(session: "s0", call: 4))
        }
        #expect((model.project, model.mode, model.parent) == ("/p", .acceptEdits, "s0"))
    }

    @Test func argumentsThatAreNoObjectDoNoHarm() {
        for params in ["", "nonsense", "[1]", "\"x\"", "{\"path\": 1}", "{\"a\": {\"b\": [null, 1.5, \"/\"]}}"] {
            let call = ChatCall(id: 1, turn: 1, tool: "odd", params: params)
            #expect(call.title == "odd" && call.subject == nil)
        }
        let long = ChatCall(
            id: 1,
            turn: 1,
            tool: "x",
            params: #"{"command": "\#(String(repeating: "é ", count: 9_999))"}"#
        )
        #expect(long.subject?.count == 121 && long.arguments.count < 700)
    }

    @Test func usageThatIsNonsenseEndsNothing() {
        let huge = Usage(input: .max, output: .max, cacheRead: 1)
        #expect(huge.total == .max && (huge + huge).input == .max)
    }

    private func events(_ model: ChatModel, _ bodies: SessionEvent.Body...) -> [SessionEvent] {
        bodies.enumerated().map { SessionEvent(seq: model.position + 1 + UInt64($0), at: .now, body: $1) }
    }
}
