// What is told to somebody who looks elsewhere.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct NoticesTests {
    private let notifier = MockNotifier()
    private let notices: Notices
    private let window = UUID()

    init() { notices = Notices(notifier: notifier) }

    /// A chat whose log up to here was read before.
    private func chat(_ change: (inout MockLog) -> Void = { _ in }) -> ChatModel {
        var log = MockLog(id: "s1", title: "Mend it")
        log.append(.stateChanged(state: .idle))
        change(&log)
        let chat = ChatModel(summary: log.summary, client: MockClient(logs: [log]))
        chat.notices = notices
        chat.apply(log.events)
        return chat
    }

    private func more(_ chat: ChatModel, _ change: (inout MockLog) -> Void) {
        var log = MockLog(id: "s1", title: "Mend it")
        change(&log)
        chat.apply(log.events.map { SessionEvent(seq: chat.position + $0.seq, at: $0.at, body: $0.body) })
    }

    private func turn(_ log: inout MockLog, _ outcome: TurnOutcome = .completed, mode: PermissionMode = .default) {
        log.append(.modeChanged(mode: mode))
        log.ask("Go", of: ActiveModel(provider: "anthropic", model: "claude-sonnet-4-5"))
        log.say("Done.")
        log.finish(outcome)
    }

    @Test func theEndOfAnAnswerIsToldOnceWhileNoWindowIsInFront() async throws {
        let (first, second) = (chat(), chat())
        for chat in [first, second] { more(chat) { turn(&$0, mode: .plan) } }
        let expected = Notice(
            title: "Plan agent is ready",
            body: "Claude Sonnet 4.5 completed the task",
            tag: "s1",
            session: "s1"
        )
        try await eventually("the notice") { notifier.shown == [expected] }
    }

    @Test func nobodyIsToldWhatTheySeeAndNobodyWhatIsPast() async throws {
        _ = chat { turn(&$0) }
        notices.note(window: window, isInFront: true)
        more(chat()) { turn(&$0) }
        notices.note(window: window, isInFront: false)
        more(chat()) { turn(&$0, .interrupted) }
        more(chat()) { $0.ask("Go", of: .demo) }
        more(chat()) { log in
            log.ask("Go", of: .demo)
            log.say("Hm")
            log.fail(.llmAPIError, "Overloaded.")
        }
        // What is told after all of this is the first that is told.
        let other = UUID()
        notices.note(window: other, isInFront: false)
        let last = chat()
        more(last) { log in
            turn(&log)
            turn(&log)
        }
        try await eventually("a notice") { !notifier.shown.isEmpty }
        #expect(notifier.shown.map(\.title) == ["Build agent is ready"])
    }

    @Test func aQuestionIsToldCountedAndTakenBackWhenItIsAnswered() async throws {
        let chat = chat()
        more(chat) { log in
            log.ask("Go", of: .demo)
            log.request("shell_exec", #"{"command": "swift test"}"#)
            log.askWhetherToRun(ToolQuestion(preview: "swift test", expiresAt: .distantFuture))
        }
        try await eventually("the notice") { notifier.shown.count == 1 }
        #expect(notifier.shown[0].title == "“Mend it” needs your answer" && notifier.shown[0].body == "Run swift test?")
        #expect(notifier.badge == 1 && notifier.withdrawn.isEmpty)
        more(chat) { $0.append(.approvalResolved(call: 1, decision: .approved(always: false))) }
        #expect(notifier.badge == 0 && notifier.withdrawn == ["s1"])
    }

    @Test func aQuestionThatWasFoundWaitingIsCountedAndNotTold() async {
        _ = chat { log in
            log.ask("Go", of: .demo)
            log.request("shell_exec")
            log.askWhetherToRun(ToolQuestion(preview: nil, expiresAt: .distantFuture))
        }
        #expect(notifier.badge == 1)
        await Task.yield()
        #expect(notifier.shown.isEmpty)
    }

    @Test func aNoticeThatIsChosenNamesItsSessionToOneWindow() {
        notifier.onChoose?("s7")
        #expect(notices.chosen == "s7")
        #expect(notices.takeChosen() == "s7" && notices.takeChosen() == nil)
    }

    @Test(arguments: [
        ("plan-agent", "Plan Agent"), ("build", "Build"), ("my_own mode", "My Own Mode"), ("", "Agent"), (nil, "Agent"),
    ])
    func modesAreWritten(_ mode: String?, _ name: String) { #expect(NoticeText.name(ofMode: mode) == name) }

    @Test(arguments: [
        ("claude-sonnet-4-5", "Claude Sonnet 4.5"), ("gpt_4o-mini", "Gpt 4o Mini"), ("o3", "O3"),
        ("gemini-3.8-flash", "Gemini 3.8 Flash"), ("a-1-2-3", "A 1.2.3"), ("", "The model"),
    ])
    func modelsAreWritten(_ model: String, _ name: String) { #expect(NoticeText.name(ofModel: model) == name) }
}
