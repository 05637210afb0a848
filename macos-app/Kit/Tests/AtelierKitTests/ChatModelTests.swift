// One chat against a core in memory.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct ChatModelTests {
    let client = MockClient(logs: [MockLog(id: "s1")])
    let model: ChatModel

    init() {
        let summary = SessionSummary(id: "s1", title: "New session", createdAt: .now, updatedAt: .now)
        model = ChatModel(summary: summary, client: client, frame: .zero)
    }

    /// Runs `body` while the model follows its session.
    private func following(_ body: () async throws -> Void) async throws {
        let task = Task { await model.follow() }
        defer { task.cancel() }
        try await body()
    }

    @Test func aPromptAndItsAnswerStreamIn() async throws {
        try await following {
            model.draft = "Why does login fail?"
            await model.send()
            try await eventually("the prompt") { model.messages.map(\.text) == ["Why does login fail?"] }
            #expect(model.draft.isEmpty && model.isRunning && !model.canSend)
            #expect(model.title == "Why does login fail?")

            for word in ["Look", "ing ", "at it."] { await client.update("s1") { $0.say(word) } }
            try await eventually("the answer") { model.messages.last?.text == "Looking at it." }
            #expect(model.messages.last?.progress == .streaming)

            await client.update("s1") { $0.finish(usage: Usage(input: 3, output: 4)) }
            try await eventually("the end") { !model.isRunning }
            #expect(model.messages.map(\.progress) == [.complete, .complete])
            #expect(model.messages.map(\.role) == [.user, .assistant])
            #expect(model.messages.map(\.author?.isDemo) == [nil, true])
            #expect(model.totals == nil && model.reckonable == 1)
            await model.reckon()
            #expect(model.totals?.usage.total == 7)
            #expect(model.messages.map { $0.receipt?.turn } == [nil, 1])
            #expect(model.ending == TurnEnding(outcome: .completed, stopReason: .endTurn))
        }
    }

    @Test func thinkingIsAMessageOfItsOwnAndCollapsed() async throws {
        try await following {
            try await client.send("Hi", to: "s1")
            await client.update("s1") { log in
                log.say("Hm.", as: .thinking)
                log.say("Hello.")
            }
            try await eventually("both") { model.messages.count == 3 && model.messages[2].text == "Hello." }
            #expect(model.messages.map(\.content) == [.text, .thinking, .text])
            #expect(!model.messages[1].isExpanded)
        }
    }

    @Test func aFailedSendKeepsTheDraftAndSaysWhy() async throws {
        let full = WorkbenchError(.storage, "The disk is full; free some space and send again.")
        await client.fail(.send, with: full)
        model.draft = "Keep me"
        await model.send()
        #expect(model.draft == "Keep me")
        #expect(model.problem == ChatProblem(source: .send, message: full.message))
        #expect(model.canSend)

        await client.fail(.send, with: nil)
        await model.tryAgain()
        #expect(await client.sent == ["Keep me"])
        #expect(model.draft.isEmpty && model.problem == nil)
    }

    @Test func whatIsWrittenWhileAPromptIsOnItsWayStays() async throws {
        await client.hold(.send)
        model.draft = "First"
        let sending = Task { await model.send() }
        try await eventually("sending") { model.isSending }
        #expect(!model.canSend)
        model.draft += " and then?"
        await client.release(.send)
        await sending.value
        #expect(await client.sent == ["First"])
        #expect(model.draft == " and then?" && !model.isSending)
    }

    @Test func nothingIsSentWithoutWords() async throws {
        model.draft = " \n\t"
        #expect(!model.canSend)
        await model.send()
        #expect(await client.sent == [])
    }

    @Test func whatIsSaidWhileATurnRunsIsQueuedAndCanBeTakenBack() async throws {
        try await following {
            try await client.send("From another window", to: "s1")
            try await eventually("the turn") { model.isRunning }
            for text in ["Me too", "And me"] {
                model.draft = text
                await model.send()
            }
            try await eventually("the queue") { model.transcript.queued.map(\.text) == ["Me too", "And me"] }
            #expect(model.messages.map(\.text) == ["From another window"] && model.draft.isEmpty)
            await model.withdraw(model.transcript.queued[0])
            try await eventually("the rest") { model.transcript.queued.map(\.text) == ["And me"] }
            #expect(model.draft == "Me too", "it can be written differently")

            await client.update("s1") { $0.deliverQueued() }
            try await eventually("the next step") { model.messages.last?.text == "And me" }
            #expect(model.transcript.queued.isEmpty)
        }
    }

    @Test func stoppingEndsTheTurnAndKeepsWhatHadCome() async throws {
        try await following {
            try await client.send("Tell me everything", to: "s1")
            await client.update("s1") { $0.say("Well, ") }
            try await eventually("text") { model.messages.last?.text == "Well, " }
            await model.stop()
            try await eventually("the end") { !model.isRunning }
            #expect(model.ending?.outcome == .interrupted)
            #expect(model.messages.last?.progress == .cutOff)
            #expect(model.messages.last?.text == "Well, ")
        }
    }

    @Test func aTurnThatFailsSaysWhyAndCanBeTriedAgain() async throws {
        try await following {
            try await client.send("Hi", to: "s1")
            let refused = "Anthropic refused the key; save another one."
            await client.update("s1") { $0.fail(.llmAPIError, refused) }
            try await eventually("the end") { !model.isRunning && model.ending != nil }
            #expect(model.problem == ChatProblem(source: .turn, message: refused, concernsProvider: true))
            await model.tryAgain()
            #expect(await client.sent == ["Hi", "Hi"])
            try await eventually("the next turn") { model.isRunning && model.problem == nil }
        }
    }

    @Test func aTurnThatStartsElsewhereEndsTheProblem() async throws {
        try await following {
            try await client.send("Hi", to: "s1")
            await client.update("s1") { $0.fail(.llmAPIError, "Overloaded.") }
            try await eventually("the problem") { model.problem != nil && !model.isRunning }
            try await client.send("Again, from another window", to: "s1")
            try await eventually("the turn") { model.isRunning }
            #expect(model.problem == nil && model.ending == nil)
        }
    }

    @Test func aDismissedProblemIsGone() async throws {
        await client.fail(.send, with: WorkbenchError(.storage, "No."))
        model.draft = "x"
        await model.send()
        model.dismissProblem()
        #expect(model.problem == nil)
    }

    @Test func stoppingThatFailsSaysSo() async throws {
        try await following {
            try await client.send("Hi", to: "s1")
            try await eventually("the turn") { model.isRunning }
            await client.fail(.interrupt, with: WorkbenchError(.storage, "The database is read-only."))
            await model.stop()
            #expect(model.problem?.source == .stop)
            await client.fail(.interrupt, with: nil)
            await model.tryAgain()
            try await eventually("the end") { !model.isRunning }
        }
    }

    @Test(arguments: [StopReason.maxTokens, .refusal, .contextWindow, .turnLimit, .other("tired")])
    func theReasonOfAnEarlyEndIsKept(_ reason: StopReason) async throws {
        try await following {
            try await client.send("Hi", to: "s1")
            await client.update("s1") { $0.finish(stopReason: reason) }
            try await eventually("the end") { model.ending?.stopReason == reason }
        }
    }
}
