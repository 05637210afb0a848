// What turns took, in numbers and in words.
import Foundation
import Testing

@testable import AtelierKit

@Suite struct TotalsTextTests {
    private let usage = Usage(input: 300, output: 310, cacheRead: 900, reasoning: 200)

    private func turn(_ totals: Totals, firstToken: Duration? = nil, duration: Duration? = nil) -> TurnTotals {
        TurnTotals(turn: 1, model: .demo, totals: totals, firstToken: firstToken, duration: duration)
    }

    @Test func aLineSaysWhatIsKnownAndNothingElse() {
        let priced = Totals(requests: 1, usage: usage, cost: Dollars(millionths: 12_345))
        #expect(
            turn(priced, firstToken: .milliseconds(812), duration: .milliseconds(2_349)).summary
                == "1.2K in (900 cached) · 310 out (200 thinking) · $0.0123 · first token 0.8 s · 2.3 s"
        )
        let plain = Totals(requests: 1, usage: Usage(input: 12, output: 3), unpriced: 1)
        #expect(turn(plain).summary == "12 in · 3 out", "an unknown price is no price")
        #expect(turn(Totals()).summary == nil)
        #expect(priced.summary == "1.5K tokens · $0.0123")
        #expect(plain.summary == "15 tokens" && Totals().summary == nil)
    }

    @Test func aCostThatIsNotWholeSaysSo() {
        var totals = Totals(requests: 2, usage: usage, cost: Dollars(millionths: 1_000_000), unpriced: 1)
        #expect(totals.costText == "at least $1.00")
        totals.unpriced = 2
        #expect(totals.costText == nil)
        totals = Totals(requests: 1)
        #expect(totals.costText == "$0", "a server that costs nothing")
    }

    @Test(arguments: [
        (0, "0 s"), (49, "0 s"), (812, "0.8 s"), (2_000, "2 s"), (9_940, "9.9 s"), (9_960, "10 s"), (59_400, "59 s"),
        (65_400, "1 min 5 s"), (-3, "0 s"),
    ])
    func aDurationIsAsShortAsPeopleReadIt(_ milliseconds: Int, _ text: String) {
        #expect(Duration.milliseconds(milliseconds).short == text)
    }
}

@MainActor
@Suite struct TurnTotalsTests {
    let client = MockClient(logs: [MockLog(id: "s1")], settings: MockSettings(provider: .anthropic))
    let model: ChatModel

    init() { model = ChatModel(summary: MockLog(id: "s1").summary, client: client, frame: .zero) }

    @Test func theLastMessageOfEachTurnSaysWhatItTook() async throws {
        let sonnet = ActiveModel(provider: "anthropic", model: "claude-sonnet-5-5")
        await client.update("s1") { log in
            log.ask("One", of: sonnet)
            log.say("Hm.", as: .thinking)
            log.say("First.")
            log.finish(usage: Usage(input: 1000, output: 100))
            log.ask("Two", of: .demo)
            log.say("Second.")
            log.say("", as: .thinking)
            log.finish(usage: Usage(input: 10, output: 1))
            log.ask("Three", of: sonnet)
            log.say("Not")
        }
        model.apply(try await client.log(of: "s1").events)
        await model.reckon()
        let receipts = model.messages.compactMap { message in message.receipt.map { (message.text, $0.totals) } }
        #expect(receipts.map(\.0) == ["First.", "Second."], "not thinking that is secret, and not what still runs")
        #expect(receipts.map(\.1.costText) == ["$0.0030", nil])
        #expect(model.totals?.costText == "at least $0.0030" && model.totals?.usage.total == 1111)
    }

    @Test func whatCanNotBeReckonedInterruptsNobody() async throws {
        await client.update("s1") { log in
            log.ask("One", of: .demo)
            log.finish(usage: Usage(input: 1, output: 1))
        }
        model.apply(try await client.log(of: "s1").events)
        await client.fail(.totals, with: WorkbenchError(.storage, "The disk is gone."))
        await model.reckon()
        #expect(model.totals == nil && model.problem == nil)
    }

    @Test func nothingIsReckonedWhileTheLogIsBeingRead() async throws {
        var log = MockLog(id: "s2")
        log.ask("One", of: .demo)
        log.finish(usage: Usage(input: 1, output: 1))
        let model = ChatModel(summary: log.summary, client: MockClient(logs: [log]), frame: .zero)
        model.apply(Array(log.events.dropLast()))
        #expect(model.reckonable == nil)
        model.apply(log.events)
        #expect(model.reckonable == 1)
    }
}

@MainActor
@Suite struct ModelWaitTests {
    let model = ChatModel(summary: MockLog(id: "s1").summary, client: MockClient(), frame: .zero)
    var log = MockLog(id: "s1")

    init() { log.ask("Hi", of: .demo) }

    @Test mutating func aWaitIsShownUntilTheTurnGoesOnAndIsNoProblem() {
        log.retry(after: "Anthropic is overloaded: wait a little and send it again.", wait: .milliseconds(3_200))
        model.apply(log.events)
        #expect(model.waiting?.sentence == "Anthropic is overloaded. Trying again in 4 s (2 of 4).")
        #expect(model.problem == nil && model.isRunning)
        log.append(.stateChanged(state: .thinking))
        model.apply(log.events)
        #expect(model.waiting == nil && model.problem == nil)
    }

    @Test mutating func theLastFailureIsAProblemAndOneOfAStoppedTurnIsNone() {
        log.retry(after: "It broke.", wait: .zero)
        #expect(model.waiting == nil)
        model.apply(log.events)
        #expect(model.waiting?.sentence == "It broke. Trying again now (2 of 4).")
        log.fail(.llmAPIError, "It broke again.")
        model.apply(log.events)
        #expect(model.waiting == nil && model.problem?.message == "It broke again.")
        log.ask("And?", of: .demo)
        log.retry(after: "It broke.", wait: .seconds(8))
        log.finish(.interrupted)
        model.apply(log.events)
        #expect(model.waiting == nil && model.problem == nil)
    }

    @Test func aWaitForTheRateLimitNamesNoFailure() {
        let wait = ModelWait(reason: .rateLimit, failure: nil, attempt: 1, attempts: 1, duration: .seconds(2))
        #expect(wait.sentence == "More requests now would be refused. Sending this one in 2 s.")
    }
}
