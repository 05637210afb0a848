// State of one window: the session list, which session is shown, and the chats that were opened.
import Foundation
import Observation

/// The sessions as one window shows them.
@MainActor
@Observable
public final class LibraryModel {
    /// All sessions as last listed, the one that changed last first.
    public private(set) var sessions: [SessionSummary] = []
    /// Whether the list was read at least once.
    public private(set) var isLoaded = false
    /// Why the list could not be read or a session not be made; nil when all is well.
    public internal(set) var problem: String?
    /// What the sessions are searched for.
    public var search = ""
    /// Where it was found in what was said.
    public private(set) var found = SearchResults()
    /// The session that is being renamed, and its new title.
    public var renaming: SessionSummary?
    public var newTitle = ""
    /// The session that the person is asked about before it is deleted.
    public var deleting: SessionSummary?
    /// Sessions that were put away are listed too.
    public var showsArchived = false
    /// The projects whose sessions are folded away, by their folders; “” for those without one.
    public var collapsed: Set<String> = []
    /// Counts wishes to search; the search field takes the focus when it changes.
    public private(set) var searchRequests = 0
    /// Counts wishes to see the chat of the session that is shown, whatever of it the window shows now.
    public private(set) var chatRequests = 0
    /// The session that is shown. It may name one that is not listed (yet).
    public var selection: SessionID? { didSet { openSelection() } }
    private var chats: [SessionID: ChatModel] = [:]

    @ObservationIgnored let client: any WorkbenchClient
    @ObservationIgnored private let choices: ModelChoices
    @ObservationIgnored private let notices: Notices?
    @ObservationIgnored private let frame: Duration

    /// The sessions of a core.
    ///
    /// - Parameters:
    ///   - client: the core.
    ///   - choices: which model was chosen where, for all windows.
    ///   - notices: told of what somebody should know who looks elsewhere.
    ///   - frame: see `ChatModel`.
    public init(
        client: any WorkbenchClient,
        choices: ModelChoices = ModelChoices(),
        notices: Notices? = nil,
        frame: Duration = .milliseconds(16)
    ) {
        self.client = client
        self.choices = choices
        self.notices = notices
        self.frame = frame
    }

    /// The listed sessions whose title contains what is searched for.
    public var visibleSessions: [SessionSummary] {
        let wanted = search.trimmingCharacters(in: .whitespaces)
        return sessions.filter { session in
            (session.parent == nil || session.id == selection || isAsking(session))
                && (showsArchived || !session.isArchived)
                && (wanted.isEmpty || title(of: session).localizedCaseInsensitiveContains(wanted))
        }
    }

    /// The chat of the session that is shown.
    public var chat: ChatModel? { selection.flatMap { chats[$0] } }

    /// The newest title: an opened chat knows it before the list does.
    public func title(of session: SessionSummary) -> String { chats[session.id]?.title ?? session.title }

    /// Whether a turn runs in the session, as far as it is known here.
    public func isRunning(_ session: SessionSummary) -> Bool {
        guard let chat = chats[session.id], !chat.isLoading else { return session.state != .idle }
        return chat.isRunning
    }

    /// Whether its agent waits for the person's word, as far as it is known here.
    public func isAsking(_ session: SessionSummary) -> Bool {
        guard let chat = chats[session.id], !chat.isLoading else { return session.state == .waitingApproval }
        return chat.isAsking
    }

    /// Whether the last turn that was seen here failed.
    public func hasFailed(_ session: SessionSummary) -> Bool { chats[session.id]?.problem != nil }

    /// Changes whenever the list should be read again because of what an opened chat has seen.
    public var activity: [SessionID: Activity] {
        chats.mapValues { Activity(isRunning: $0.isRunning, folder: $0.project) }
    }

    /// What of a chat the list shows.
    public struct Activity: Hashable, Sendable {
        let isRunning: Bool
        let folder: String?
    }

    /// Sessions that do a part of the work of opened chats. They may ask something, so somebody has to follow them.
    public var helpers: Set<SessionID> { chats.values.reduce(into: []) { $0.formUnion($1.transcript.helpers) } }

    /// Opens the chats of helpers, so that they are followed and their questions are seen.
    public func openHelpers() async {
        guard !helpers.isEmpty else { return }
        await refresh()
        for session in sessions where helpers.contains(session.id) { open(session) }
    }

    /// Opened chats that run but are not shown. Someone must follow them, or the list would show them running for ever.
    public var unattended: Set<SessionID> {
        let helpers = helpers
        let running = chats.values.filter { $0.isRunning || helpers.contains($0.id) }
        return Set(running.map(\.id)).subtracting([selection].compactMap(\.self))
    }

    // MARK: What the person does

    /// Reads the list. What is shown stays when that fails.
    public func refresh() async {
        await report { try await relist() }
    }

    func relist() async throws {
        let listed = try await client.sessions()
        if listed != sessions { sessions = listed }
        isLoaded = true
        openSelection()
    }

    /// The summary of the session that is shown.
    public var shown: SessionSummary? { sessions.first { $0.id == selection } }

    /// A session is gone.
    func forget(_ session: SessionID) {
        chats[session] = nil
        if selection == session { selection = nil }
    }

    /// Makes a session and shows it. It works in this folder; nil: in that of the one that is shown, if that has one.
    public func newSession(in folder: String? = nil) async {
        await report {
            let folder = folder ?? chat?.project
            let session = try await client.createSession()
            // A folder that is gone is no reason to have no session.
            if let folder { try? await client.work(in: folder, session.id) }
            search = ""
            sessions.removeAll { $0.id == session.id }
            sessions.insert(session, at: 0)
            showChat(of: session.id)
            try await relist()
        }
    }

    /// Looks for what is being searched for in what was said, once the person stops typing. Later calls take over.
    public func find(after pause: Duration = .milliseconds(150)) async {
        let wanted = search.trimmingCharacters(in: .whitespaces)
        guard !wanted.isEmpty else { return found = SearchResults() }
        do {
            try await Task.sleep(for: pause)
            let results = try await client.search(wanted)
            try Task.checkCancellation()
            found = results
        } catch let error as WorkbenchError {
            found = SearchResults()
            // Half a word is no reason to complain.
            if error.kind != .invalidRequest { problem = error.message }
        } catch {
            // Somebody types on.
        }
    }

    public func beginSearch() { searchRequests += 1 }

    /// Shows a session's chat.
    public func showChat(of session: SessionID) {
        selection = session
        chatRequests += 1
    }

    public func dismissProblem() { problem = nil }

    /// Follows the chats that run unseen, until the task is cancelled.
    public func followUnattended() async {
        let running = unattended.compactMap { chats[$0] }
        await withTaskGroup(of: Void.self) { group in
            for chat in running {
                group.addTask { await chat.follow() }
            }
        }
    }

    func report(_ action: () async throws -> Void) async {
        do {
            try await action()
            problem = nil
        } catch {
            problem = error.sentence ?? problem
        }
    }

    private func openSelection() {
        if let summary = sessions.first(where: { $0.id == selection }) { open(summary) }
    }

    private func open(_ summary: SessionSummary) {
        guard chats[summary.id] == nil else { return }
        let chat = ChatModel(summary: summary, client: client, choices: choices, frame: frame)
        chat.notices = notices
        chats[summary.id] = chat
    }
}
