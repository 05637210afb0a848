// How a chat reads its log: again, twice, long, broken.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct ChatFollowingTests {
    let client = MockClient(logs: [MockLog(id: "s1")])

    private func chat() async throws -> ChatModel {
        ChatModel(summary: try await client.log(of: "s1").summary, client: client, frame: .zero)
    }

    private func answer(of model: ChatModel) -> String? { model.messages.last { $0.role == .assistant }?.text }

    @Test func aChatThatIsShownAgainReadsOnlyWhatItHasNotSeen() async throws {
        try await client.send("Hi", to: "s1")
        await client.update("s1") { $0.say("One ") }
        let model = try await chat()
        let first = Task { await model.follow() }
        try await eventually("the first half") { answer(of: model) == "One " }
        first.cancel()
        await first.value
        let seen = model.position
        await client.update("s1") { log in
            log.say("two")
            log.finish()
        }
        let second = Task { await model.follow() }
        defer { second.cancel() }
        try await eventually("the rest") { !model.isRunning && answer(of: model) == "One two" }
        #expect(await client.readAfter == [0, seen])
    }

    @Test func twoModelsOfOneSessionShowTheSame() async throws {
        let (left, right) = (try await chat(), try await chat())
        let tasks = [left, right].map { model in Task { await model.follow() } }
        defer { tasks.forEach { $0.cancel() } }
        left.draft = "Hi"
        await left.send()
        await client.update("s1") { log in
            for word in ["a", "b", "c"] { log.say(word) }
            log.finish()
        }
        for model in [left, right] {
            try await eventually("the answer") { model.messages.map(\.text) == ["Hi", "abc"] && !model.isRunning }
        }
        #expect(right.draft.isEmpty && left.draft.isEmpty)
    }

    @Test func aSecondFollowerTakesOverWithoutDoublingText() async throws {
        try await client.send("Hi", to: "s1")
        let model = try await chat()
        var tasks: [Task<Void, Never>] = []
        defer { tasks.forEach { $0.cancel() } }
        // The core merges what a reader has not seen, so batches of two readers overlap without being the same.
        for number in 0..<300 {
            await client.update("s1") { $0.say("x") }
            if number.isMultiple(of: 7) { tasks.append(Task { await model.follow() }) }
            await Task.yield()
        }
        await client.update("s1") { $0.finish() }
        try await eventually("the end") { !model.isRunning && model.ending != nil }
        #expect(answer(of: model) == String(repeating: "x", count: 300))
    }

    @Test func aFollowerThatIsCancelledBeforeItBeginsTakesNothingOver() async throws {
        try await client.send("Hi", to: "s1")
        let model = try await chat()
        let following = Task { await model.follow() }
        defer { following.cancel() }
        try await eventually("the prompt") { model.isRunning }
        let late = Task { await model.follow() }
        late.cancel()
        await late.value
        await client.update("s1") { $0.say("Hello") }
        try await eventually("the answer") { answer(of: model) == "Hello" }
    }

    @Test func anOldTurnIsNotTakenForARunningOneWhileTheLogIsRead() async throws {
        try await client.send("Hi", to: "s1")
        await client.update("s1") { log in
            for _ in 0..<1000 { log.say("word ") }
            log.finish()
        }
        let model = try await chat()
        #expect(model.isLoading && !model.isRunning && !model.canSend)
        let wasRunning = ChangeCounter { _ = model.isRunning }
        let task = Task { await model.follow() }
        defer { task.cancel() }
        try await eventually("the log is read") { !model.isLoading }
        #expect(!model.isRunning)
        #expect(wasRunning.count <= 1, "a view that reads isRunning is only told of the end of loading")
    }

    @Test func aLogThatCannotBeReadSaysWhyAndIsReadOnceItCan() async throws {
        try await client.send("Hi", to: "s1")
        let broken = WorkbenchError(.storage, "The database is damaged; restore it from a backup.")
        await client.fail(.events, with: broken)
        let model = try await chat()
        await model.follow()
        #expect(model.problem == ChatProblem(source: .log, message: broken.message))
        await client.fail(.events, with: nil)
        await model.tryAgain()
        #expect(model.attempt == 1 && model.problem == nil)
        let task = Task { await model.follow() }
        defer { task.cancel() }
        try await eventually("the prompt") { model.messages.map(\.text) == ["Hi"] }
    }

    @Test(arguments: ["send", "dismiss"])
    func aLogThatWasLostIsReadAgainAfterWhateverWorksNext(next: String) async throws {
        let model = try await chat()
        await client.fail(.events, with: WorkbenchError(.storage, "There is no space left; free some and try again."))
        await model.follow()
        #expect(model.problem?.source == .log && model.attempt == 0)
        await client.fail(.events, with: nil)
        model.draft = "Hi"
        if next == "dismiss" { model.dismissProblem() }
        await model.send()
        #expect(model.problem == nil && model.attempt == 1)
        let task = Task { await model.follow() }
        defer { task.cancel() }
        try await eventually("the prompt") { model.messages.map(\.text) == ["Hi"] }
    }

    @Test func eventsThatWereSeenOrAreUnknownChangeNothing() async throws {
        let model = try await chat()
        var log = MockLog(id: "s1")
        log.ask("Hi", of: ActiveModel(provider: "demo", model: "demo"))
        log.append(.unknown(kind: "tool.progress"))
        log.say("Hello")
        model.apply(log.events)
        let changes = ChangeCounter { _ = (model.messages.map(\.blocks), model.isRunning, model.waiting, model.title) }
        model.apply(log.events)
        #expect(changes.count == 0)
        #expect(model.messages.map(\.text) == ["Hi", "Hello"])
    }

    @Test func aBatchOfTenThousandDeltasChangesItsMessageOnceAndTheTranscriptNever() async throws {
        let model = try await chat()
        var log = MockLog(id: "s1")
        log.ask("Hi", of: ActiveModel(provider: "demo", model: "demo"))
        log.say("")
        model.apply(log.events)
        let seen = log.events.count
        for number in 0..<10_000 { log.say("\(number) ") }
        let message = try #require(model.messages.last)
        let row = ChangeCounter { _ = message.blocks }
        let transcript = ChangeCounter { _ = (model.messages, model.isRunning, model.problem) }
        model.apply(Array(log.events[seen...]))
        #expect(row.count == 1 && transcript.count == 0)
        #expect(message.text == (0..<10_000).map { "\($0) " }.joined())
    }

    @Test func tenThousandBatchesTouchOnlyTheEndOfTheAnswer() async throws {
        let model = try await chat()
        var log = MockLog(id: "s1")
        log.ask("Hi", of: ActiveModel(provider: "demo", model: "demo"))
        log.say("")
        model.apply(log.events)
        let message = try #require(model.messages.last)
        let transcript = ChangeCounter { _ = model.messages }
        var largest = 0
        for number in 0..<10_000 {
            let body = SessionEvent.Body.messageDelta(message: message.id, text: "Line \(number)\n\n")
            model.apply([SessionEvent(seq: model.position + 1, at: .now, body: body)])
            largest = max(largest, message.blocks.last?.text.utf8.count ?? 0)
        }
        #expect(transcript.count == 0)
        #expect(largest < 2 * TextBlocks.softLimit, "what is laid out anew for one delta must not grow with the answer")
        #expect(message.blocks.map(\.text).joined(separator: "\n\n").hasSuffix("Line 9998\n\nLine 9999"))
    }
}
