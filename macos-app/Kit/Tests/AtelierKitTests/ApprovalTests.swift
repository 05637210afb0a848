// Answering whether a tool may run.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct ApprovalTests {
    private let client: MockClient
    private let model: ChatModel

    init() {
        var log = MockLog(id: "s1")
        log.ask("Do it", of: .demo)
        log.request("shell_exec", #"{"command": "make"}"#)
        log.askWhetherToRun(ToolQuestion(preview: "make", isDangerous: true, expiresAt: .now + 3600))
        client = MockClient(logs: [log])
        model = ChatModel(reading: log, from: client)
    }

    private func answered() async throws -> Decision? { try await client.log(of: "s1").asked[1] ?? nil }

    @Test func anAnswerNeedsAQuestionThatCouldBeRead() async throws {
        let call = try #require(model.pendingCall)
        model.grace = .seconds(3600)
        await model.answer(call, .once)
        #expect(try await answered() == nil, "nobody has seen it")
        model.noteShown(call.clock)
        await model.answer(call, .once)
        #expect(try await answered() == nil, "it has only just appeared")
        model.grace = .zero
        model.noteHidden(call.clock)
        await model.answer(call, .once)
        #expect(try await answered() == nil, "it is out of sight")
        model.noteShown(call.clock)
        await model.answer(call, .once)
        #expect(try await answered() == .approved(always: false))
    }

    @Test func aRefusalTakesItsReasonAlong() async throws {
        let call = try #require(model.pendingCall)
        model.grace = .zero
        model.noteShown(call.clock)
        call.reason = " Use tests/ instead. \n"
        await model.refuse(call)
        #expect(try await answered() == .rejected(message: "Use tests/ instead."))
    }

    @Test func whatWasAnsweredElsewhereIsNotAnsweredAgain() async throws {
        let call = try #require(model.pendingCall)
        model.grace = .zero
        model.noteShown(call.clock)
        await client.update("s1") { $0.resolve(.rejected(message: nil)) }
        await model.answer(call, .once)
        #expect(try await answered() == .rejected(message: nil))
        #expect(model.problem?.source == .agent, "whoever answered late is told")
    }

    @Test func anAnswerThatCanNotBeWrittenLeavesTheQuestionOpen() async throws {
        let call = try #require(model.pendingCall)
        model.grace = .zero
        model.noteShown(call.clock)
        await client.fail(.agent, with: WorkbenchError(.storage, "The disk is full."))
        await model.answer(call, .always)
        #expect(model.problem?.message == "The disk is full." && call.stage == .waiting && !call.isAnswering)
        await client.fail(.agent, with: nil)
        await model.answer(call, .always)
        #expect(try await answered() == .approved(always: true))
    }

    @Test func theTimeThatIsLeftIsCounted() async throws {
        let call = try #require(model.pendingCall)
        let counting = Task { await call.countDown() }
        defer { counting.cancel() }
        try await eventually("the count") { call.clock.secondsLeft.map { (1...3600).contains($0) } == true }
        call.decide(.timedOut)
        await counting.value
        #expect(call.clock.secondsLeft == nil)
    }

    @Test func modeAndFolderAreChosen() async throws {
        await model.setMode(.plan)
        await model.work(in: "/")
        let told = try await client.log(of: "s1").events.suffix(2).map(\.body)
        #expect(told == [.modeChanged(mode: .plan), .sessionProject(path: "/")])
        await model.work(in: "/no/such/folder")
        #expect(model.problem?.message.contains("/no/such/folder") == true)
    }
}
