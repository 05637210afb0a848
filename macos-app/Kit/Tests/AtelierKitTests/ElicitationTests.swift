// Answering what servers ask.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct ElicitationTests {
    private let client: MockClient
    private let model: ChatModel

    init() {
        var log = MockLog(id: "s1", title: "Mend it")
        log.ask("Do it", of: .demo)
        log.request("create_ticket")
        log.run()
        log.elicit(.form(Self.fields), saying: "Which\n ticket?", from: "tickets")
        client = MockClient(logs: [log])
        model = ChatModel(reading: log, from: client)
        model.grace = .zero
    }

    private static let colours = ["red", "green"].map { ElicitationOption(value: $0, label: $0.capitalized) }
    private static let fields = [
        ElicitationField(name: "name", label: "Name", isRequired: true, kind: .text, hint: "text"),
        ElicitationField(name: "age", label: "Age", kind: .number, hint: "a number", defaultText: "7"),
        ElicitationField(name: "colours", label: "Colours", kind: .choices(colours), hint: "any", defaultText: "green"),
    ]

    private func asked() throws -> ChatElicitation {
        let asked = try #require(model.pendingElicitation)
        model.noteShown(asked.clock)
        return asked
    }

    @Test func whatIsFilledInGoesAlongDefaultsToo() async throws {
        let asked = try asked()
        asked[Self.fields[0]] = "Ada"
        asked[Self.fields[2], Self.colours[0]] = true
        #expect(model.isAsking && !model.isWaitingForAnswer)
        #expect(await model.accept(asked))
        let answers = [("name", ["Ada"]), ("age", ["7"]), ("colours", ["red", "green"])]
        #expect(await client.replies == [.accept(answers.map { ElicitationAnswer(field: $0.0, values: $0.1) })])
    }

    @Test func whatDoesNotFitStaysInTheFormWithWhatIsWrong() async throws {
        let asked = try asked()
        asked[Self.fields[1]] = "old"
        #expect(await !model.accept(asked))
        #expect(asked.problem == "“Name” is needed: text. “Age” takes a number.")
        #expect(asked[Self.fields[1]] == "old" && asked.outcome == nil && model.problem == nil)
        asked[Self.fields[0]] = "Ada"
        asked[Self.fields[1]] = ""
        #expect(await model.accept(asked))
        #expect(asked.problem == nil)
    }

    @Test func anAnswerNeedsAQuestionThatCouldBeRead() async throws {
        let asked = try #require(model.pendingElicitation)
        await model.decline(asked)
        model.grace = .seconds(3600)
        model.noteShown(asked.clock)
        await model.cancel(asked)
        #expect(await client.replies.isEmpty)
    }

    @Test(arguments: [ElicitationReply.decline, .cancel])
    func noFormNeedsToBeFilledInToSayNo(_ reply: ElicitationReply) async throws {
        let asked = try asked()
        if reply == .decline { await model.decline(asked) } else { await model.cancel(asked) }
        #expect(await client.replies == [reply] && asked.problem == nil)
    }

    @Test func anAnswerThatCanNotBeWrittenLeavesTheQuestionOpen() async throws {
        let asked = try asked()
        await client.fail(.agent, with: WorkbenchError(.storage, "The disk is full."))
        await model.decline(asked)
        #expect(asked.problem == "The disk is full." && asked.outcome == nil && !asked.isAnswering)
    }

    @Test func itIsGoneWhenItIsAnsweredElsewhere() async throws {
        let asked = try asked()
        let outcome = ElicitationOutcome.cancelled(reason: "The server does not ask any more.")
        apply(.elicitationResolved(elicitation: 1, outcome: outcome))
        apply(.elicitationResolved(elicitation: 1, outcome: .accepted))
        #expect(model.pendingElicitation == nil && !model.isAsking)
        #expect(asked.outcome == outcome && asked.reasonForNone == "The server does not ask any more.")
    }

    @Test func itIsGoneWithTheResultOfItsCallAndWithARewind() throws {
        apply(.toolResult(call: 1, outcome: .success(content: "", metadata: nil), took: .zero))
        #expect(model.transcript.elicitations.isEmpty)
        apply(.toolRequested(call: 2, turn: 1, tool: "create_ticket", params: "{}"))
        let again = Elicitation(id: 2, call: 2, server: "s", message: "m", wanted: .form([]), expiresAt: .distantFuture)
        apply(.elicitationRequested(again))
        #expect(model.pendingElicitation?.id == 2)
        apply(.conversationRewound(to: 1))
        #expect(model.pendingElicitation == nil)
    }

    @Test func whoLooksElsewhereIsTold() async throws {
        let notifier = MockNotifier()
        let chat = ChatModel(summary: MockLog(id: "s2", title: "Mend it").summary, client: client)
        chat.notices = Notices(notifier: notifier)
        var log = MockLog(id: "s2", title: "Mend it")
        log.ask("Do it", of: .demo)
        log.request("create_ticket")
        log.run()
        log.elicit(.visit(url: "https://tickets.example"), saying: "Go\n there", from: "tickets")
        chat.apply(log.events)
        try await eventually("the notice") { notifier.shown.count == 1 }
        #expect(notifier.shown[0].title == "“Mend it” needs your answer")
        #expect(notifier.shown[0].body == "tickets asks: Go there" && notifier.badge == 1)
    }

    private func apply(_ body: SessionEvent.Body) {
        model.apply([SessionEvent(seq: model.position + 1, at: .now, body: body)])
    }
}
