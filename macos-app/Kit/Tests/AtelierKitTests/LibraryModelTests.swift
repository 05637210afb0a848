// The session list against a core in memory.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct LibraryModelTests {
    let client = MockClient(logs: [
        MockLog(id: "old", title: "Fix login", updated: Date(timeIntervalSince1970: 1000)),
        MockLog(id: "new", title: "Write release notes", updated: Date(timeIntervalSince1970: 2000)),
    ])
    let model: LibraryModel

    init() { model = LibraryModel(client: client, frame: .zero) }

    @Test func sessionsAreListedNewestFirstAndSearchedByTitle() async {
        #expect(!model.isLoaded)
        await model.refresh()
        #expect(model.isLoaded && model.visibleSessions.map(\.id) == ["new", "old"])
        model.search = " LOGIN "
        #expect(model.visibleSessions.map(\.id) == ["old"])
        model.search = "nothing like it"
        #expect(model.visibleSessions.isEmpty)
    }

    @Test func aNewSessionIsShownAtOnce() async {
        await model.refresh()
        model.search = "login"
        await model.newSession()
        #expect(model.sessions.count == 3)
        #expect(model.selection == model.sessions[0].id)
        #expect(model.chat?.id == model.selection)
        #expect(model.search.isEmpty)
    }

    @Test func draftsSurviveAChangeOfSelection() async {
        await model.refresh()
        model.selection = "old"
        model.chat?.draft = "Half a thought"
        model.selection = "new"
        #expect(model.chat?.draft == "")
        model.selection = "old"
        #expect(model.chat?.draft == "Half a thought")
    }

    @Test func aSelectionThatWasRestoredOpensOnceTheListIsThere() async {
        model.selection = "old"
        #expect(model.chat == nil)
        await model.refresh()
        #expect(model.chat?.title == "Fix login")
        model.selection = "deleted meanwhile"
        #expect(model.chat == nil)
    }

    @Test func whatCanNotBeListedOrMadeSaysWhyAndKeepsWhatIsShown() async {
        await model.refresh()
        await client.fail(.sessions, with: WorkbenchError(.storage, "The database is damaged."))
        await model.refresh()
        #expect(model.problem == "The database is damaged.")
        #expect(model.sessions.count == 2)
        await client.fail(.sessions, with: nil)
        await model.refresh()
        #expect(model.problem == nil)
        await client.fail(.createSession, with: WorkbenchError(.storage, "The database is read-only."))
        await model.newSession()
        #expect(model.problem == "The database is read-only.")
        #expect(model.selection == nil)
        model.dismissProblem()
        #expect(model.problem == nil)
    }

    @Test func anOpenChatKnowsItsTitleAndStateBeforeTheList() async throws {
        await model.newSession()
        let session = try #require(model.sessions.first)
        let chat = try #require(model.chat)
        let task = Task { await chat.follow() }
        defer { task.cancel() }
        let before = model.activity
        try await client.send("Name me", to: session.id)
        try await eventually("the turn") { chat.isRunning }
        #expect(model.title(of: session) == "Name me")
        #expect(model.isRunning(session))
        #expect(model.activity != before)
    }

    @Test func aChatThatRunsUnseenIsFollowedToItsEnd() async throws {
        await model.refresh()
        model.selection = "old"
        let chat = try #require(model.chat)
        let shown = Task { await chat.follow() }
        try await client.send("Hi", to: "old")
        try await eventually("the turn") { chat.isRunning }
        #expect(model.unattended.isEmpty)

        model.selection = "new"
        shown.cancel()
        #expect(model.unattended == ["old"])
        let unseen = Task { await model.followUnattended() }
        defer { unseen.cancel() }
        await client.update("old") { log in
            log.say("Done.")
            log.fail(.llmAPIError, "The connection broke off.")
        }
        try await eventually("the end") { model.unattended.isEmpty }
        #expect(chat.messages.last?.text == "Done.")
        #expect(model.hasFailed(model.sessions[1]))
    }

    @Test func whatWasSaidIsFoundAndHalfAWordIsNoProblem() async throws {
        var log = MockLog(id: "s9", title: "Another title")
        log.ask("Where is the zebrafish?", of: .demo)
        let client = MockClient(logs: [log])
        let library = LibraryModel(client: client)
        library.search = "Zebra"
        await library.find(after: .zero)
        #expect(library.found.hits.map(\.session) == ["s9"])
        #expect(library.found.hits.first?.snippet.first(where: \.isFound)?.text == "zebra")
        library.search = "-"
        await library.find(after: .zero)
        #expect(library.found == SearchResults() && library.problem == nil)
        await client.fail(.search, with: WorkbenchError(.storage, "The disk is gone."))
        library.search = "zebra"
        await library.find(after: .zero)
        #expect(library.problem == "The disk is gone.")
        library.search = ""
        await library.find(after: .zero)
        #expect(library.found.hits.isEmpty)
    }

    @Test func whoTypesOnIsNotAnsweredForWhatTheyTypedBefore() async throws {
        var log = MockLog(id: "s9")
        log.ask("Where is the zebrafish?", of: .demo)
        let library = LibraryModel(client: MockClient(logs: [log]))
        library.search = "zebra"
        let first = Task { await library.find(after: .seconds(3600)) }
        first.cancel()
        await first.value
        #expect(library.found.hits.isEmpty)
    }

    @Test func theQuestionOfASubAgentIsSeenInTheList() async throws {
        var parent = MockLog(id: "parent", title: "The work")
        parent.ask("Do it", of: .demo)
        parent.request("task")
        parent.run()
        parent.append(.taskStarted(call: 1, session: "helper"))
        var helper = MockLog(id: "helper", title: "A part of it")
        helper.append(.sessionParent(session: "parent", call: 1))
        helper.ask("A part", of: .demo)
        let client = MockClient(logs: [parent, helper])
        let notifier = MockNotifier()
        let library = LibraryModel(client: client, notices: Notices(notifier: notifier), frame: .zero)
        await library.refresh()
        #expect(library.visibleSessions.map(\.id) == ["parent"])
        library.selection = "parent"
        let parentChat = try #require(library.chat)
        let following = Task { await parentChat.follow() }
        defer { following.cancel() }
        try await eventually("the helper") { library.helpers == ["helper"] }
        await library.openHelpers()
        let watching = Task { await library.followUnattended() }
        defer { watching.cancel() }
        try await eventually("reading") { !library.unattended.isEmpty }
        await client.update("helper") { log in
            log.request("shell_exec", #"{"command": "make"}"#)
            log.askWhetherToRun(ToolQuestion(preview: "make", expiresAt: .distantFuture))
        }
        try await eventually("the list") { library.visibleSessions.contains { $0.id == "helper" } }
        try await eventually("the notice") { notifier.shown.map(\.session) == ["helper"] }
    }
}
