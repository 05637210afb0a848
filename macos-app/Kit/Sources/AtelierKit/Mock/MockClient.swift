// A core in memory, for previews and tests.
import Foundation

/// Behaves like the core without storage or network: sessions with numbered logs, turns that a test plays by hand or
/// that answer by themselves, failures on demand. `AtelierContract` holds it to what the core does.
public actor MockClient: WorkbenchClient {
    /// What a test can let fail.
    public enum Operation: Hashable, Sendable {
        case sessions, createSession, send, interrupt, totals, events
        case agent, search, library, tools, login, folders, finding, worktrees, files, git, transfer, terminals
        case settings, save, key, checkKey, localServers, models, diagnostics
    }

    /// Every prompt that was accepted.
    public private(set) var sent: [String] = []
    /// What was chosen for each of them.
    public private(set) var choices: [TurnChoice] = []
    /// What servers were answered.
    public internal(set) var replies: [ElicitationReply] = []
    /// After which event each reader began, in the order in which they began.
    public private(set) var readAfter: [UInt64] = []
    private var logs: [SessionID: MockLog] = [:]
    private var mockSettings: MockSettings { didSet { settingsVersion += 1 } }
    private var settingsVersion: UInt64 = 0
    var mockFolders: MockFolders { didSet { if mockFolders.allowed != oldValue.allowed { noteNewSettings() } } }
    var mockTools: MockTools { didSet { if mockTools.settings != oldValue.settings { noteNewSettings() } } }
    public internal(set) var mockFinding: MockFinding
    public internal(set) var mockWorktrees: MockWorktrees
    public internal(set) var mockTerminals: MockTerminals
    private(set) var disk: MockDisk
    var mockIdentities: [GitIdentity]
    private let answer: (@Sendable (String) -> MockAnswer)?
    /// What each slash command comes to.
    let mockCommands: [SlashCommand: ExpandedCommand]
    private let findings: [Diagnostic]
    private let servers: [LocalServer]
    private var acceptsKeys = true
    private var failures: [Operation: WorkbenchError] = [:]
    private var held: Set<Operation> = []
    private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    private var waits = 0
    private var playing: [SessionID: Task<Void, Never>] = [:]

    /// A core with some sessions.
    ///
    /// - Parameters:
    ///   - logs: the sessions there are.
    ///   - settings: what is configured.
    ///   - diagnostics: what `diagnostics` answers.
    ///   - localServers: what there is on this machine.
    ///   - folders: what the person has allowed.
    ///   - disk: files, and repositories.
    ///   - identities: who the person commits as.
    ///   - commands: the slash commands there are, and what each comes to.
    ///   - tools: which servers and rules there are, and how agents work.
    ///   - finding: the files that can be found, in every folder.
    ///   - worktrees: the working trees of every folder.
    ///   - terminals: what shells greet with, and what agents' commands print.
    ///   - answer: what each prompt is answered with; nil leaves every turn to the test.
    public init(
        logs: [MockLog] = [],
        settings: MockSettings = MockSettings(),
        diagnostics: [Diagnostic] = [],
        localServers: [LocalServer] = [],
        folders: MockFolders = MockFolders(),
        disk: MockDisk = MockDisk(),
        identities: [GitIdentity] = [],
        commands: [SlashCommand: ExpandedCommand] = [:],
        tools: MockTools = MockTools(),
        finding: MockFinding = MockFinding(),
        worktrees: MockWorktrees = MockWorktrees(),
        terminals: MockTerminals = MockTerminals(),
        answer: (@Sendable (String) -> MockAnswer)? = nil
    ) {
        self.logs = Dictionary(logs.map { ($0.summary.id, $0) }, uniquingKeysWith: { $1 })
        mockSettings = settings
        findings = diagnostics
        servers = localServers
        mockFolders = folders
        self.disk = disk
        mockIdentities = identities
        mockCommands = commands
        mockTools = tools
        mockFinding = finding
        mockWorktrees = worktrees
        mockTerminals = terminals
        self.answer = answer
    }

    // MARK: What a test does

    /// Lets an operation fail from now on; nil lets it work again. Readers of events notice at once.
    public func fail(_ operation: Operation, with error: WorkbenchError?) {
        failures[operation] = error
        wakeReaders()
    }

    /// Lets an operation wait until it is released.
    public func hold(_ operation: Operation) { held.insert(operation) }

    public func release(_ operation: Operation) {
        held.remove(operation)
        wakeReaders()
    }

    /// Whether providers accept keys from now on.
    public func acceptKeys(_ isAccepted: Bool) { acceptsKeys = isAccepted }

    /// Changes a session's log, as the core does while a turn runs.
    public func update(_ session: SessionID, _ change: @Sendable (inout MockLog) -> Void) {
        guard var log = logs[session] else { return }
        change(&log)
        logs[session] = log
        wakeReaders()
    }

    /// Changes the settings as another program does, whatever fails here.
    @discardableResult
    public func changeSettings(_ change: SettingsChange) throws -> WorkbenchSettings {
        defer { wakeReaders() }
        return try mockSettings.apply(change)
    }

    /// Changes what is on the disk, as other programs do.
    @discardableResult
    public func changeDisk<Value: Sendable>(_ change: @Sendable (inout MockDisk) throws -> Value) rethrows -> Value {
        defer { wakeReaders() }
        return try change(&disk)
    }

    /// The session's log as it is now.
    public func log(of session: SessionID) throws -> MockLog {
        guard let log = logs[session] else {
            throw WorkbenchError(.sessionNotFound, "There is no session “\(session)”; it may have been deleted.")
        }
        return log
    }

    // MARK: WorkbenchClient

    public func sessions() async throws -> [SessionSummary] {
        try await check(.sessions)
        return logs.values.map(\.summary).sorted { ($0.updatedAt, $0.id) > ($1.updatedAt, $1.id) }
    }

    public func createSession() async throws -> SessionSummary {
        try await check(.createSession)
        let log = MockLog(id: UUID().uuidString.lowercased())
        logs[log.summary.id] = log
        return log.summary
    }

    public func send(_ prompt: String, to session: SessionID, choosing choice: TurnChoice) async throws {
        try await check(.send)
        guard !prompt.isBlank else {
            throw WorkbenchError(.invalidRequest, "The prompt is empty; write what you want to know or have done.")
        }
        let isBusy = try log(of: session).openTurn != nil
        let model = try mockSettings.answering(choice)
        sent.append(prompt)
        choices.append(choice)
        if isBusy { return update(session) { $0.queue(prompt) } }
        update(session) { $0.ask(prompt, of: model) }
        if let answer { playing[session] = Task { await play(answer(prompt), in: session) } }
    }

    public func interrupt(_ session: SessionID) async throws {
        try await check(.interrupt)
        _ = try log(of: session)
        playing.removeValue(forKey: session)?.cancel()
        update(session) { $0.finish(.interrupted) }
    }

    public func totals(of session: SessionID) async throws -> SessionTotals {
        try await check(.totals)
        return try log(of: session).totals { model, usage in mockSettings.cost(of: usage, at: model) }
    }

    public nonisolated func events(
        of session: SessionID,
        after seq: UInt64
    ) -> AsyncThrowingStream<[SessionEvent], any Error> {
        let reader = MockReader()
        return AsyncThrowingStream {
            if reader.position == nil { await self.noteReader(after: seq) }
            let batch = try await self.nextBatch(of: session, after: reader.position ?? seq)
            reader.position = batch.last?.seq
            return batch.isEmpty ? nil : batch
        }
    }

    public func settings() async throws -> WorkbenchSettings {
        try await check(.settings)
        return mockSettings.current
    }

    public nonisolated func settingsChanges() -> AsyncThrowingStream<Void, any Error> {
        let reader = MockReader()
        return AsyncThrowingStream {
            let version = await self.settingsVersion(after: reader.position)
            defer { reader.position = version }
            return version == nil ? nil : ()
        }
    }

    public func save(_ change: SettingsChange) async throws -> WorkbenchSettings {
        try await check(.save)
        return try changeSettings(change)
    }

    public func saveKey(
        _ key: String,
        named name: String,
        for provider: ProviderID
    ) async throws -> WorkbenchSettings {
        try await check(.key)
        return try mockSettings.saveKey(key, named: name, for: provider)
    }

    public func removeKey(named name: String, for provider: ProviderID) async throws -> WorkbenchSettings {
        try await check(.key)
        return try mockSettings.removeKey(named: name, for: provider)
    }

    public func useKey(named name: String, for provider: ProviderID) async throws -> WorkbenchSettings {
        try await check(.key)
        return try mockSettings.useKey(named: name, for: provider)
    }

    public func checkKey(named name: String?, for provider: ProviderID) async throws -> Bool {
        try await check(.checkKey)
        return try mockSettings.checkKey(named: name, for: provider, isAccepted: acceptsKeys)
    }

    public func localServers() async throws -> [LocalServer] {
        try await check(.localServers)
        return servers
    }

    public func models() async throws -> [ModelEntry] {
        try await check(.models)
        return mockSettings.models
    }

    public func refreshModels() async throws -> [ModelRefresh] {
        try await check(.models)
        return mockSettings.current.providers.filter(\.isReady).map { provider in
            let count = mockSettings.models.count { $0.id.provider == provider.id }
            return ModelRefresh(name: provider.name, count: UInt64(count))
        }
    }

    public func diagnostics() async throws -> [Diagnostic] {
        try await check(.diagnostics)
        return findings
    }
}

// MARK: Inside

extension MockClient {
    var allLogs: [MockLog] { Array(logs.values) }

    func add(_ log: MockLog) { logs[log.summary.id] = log }

    func remove(_ session: SessionID) {
        logs[session] = nil
        endCommands(of: session)
        wakeReaders()
    }

    func check(_ operation: Operation) async throws {
        while held.contains(operation) { await waitForNews() }
        if let failure = failures[operation] { throw failure }
    }

    private func play(_ answer: MockAnswer, in session: SessionID) async {
        for text in answer.thinking { await say(text, as: .thinking, after: answer.pause, in: session) }
        if let call = answer.call { await play(call, in: session) }
        if let wanted = answer.elicitation { await play(wanted, in: session) }
        repeat {
            for text in answer.pieces { await say(text, as: .text, after: answer.pause, in: session) }
        } while answer.isEndless && !Task.isCancelled
        while !Task.isCancelled, (try? log(of: session).queued.isEmpty) == false {
            update(session) { $0.deliverQueued() }
            for text in answer.pieces { await say(text, as: .text, after: answer.pause, in: session) }
        }
        guard !Task.isCancelled else { return }
        update(session) { $0.finish(usage: Usage(input: 12, output: UInt64(answer.pieces.count))) }
    }

    private func say(_ text: String, as content: ContentKind, after pause: Duration, in session: SessionID) async {
        try? await Task.sleep(for: pause)
        guard !Task.isCancelled else { return }
        update(session) { $0.say(text, as: content) }
    }

    private func noteReader(after seq: UInt64) { readAfter.append(seq) }

    /// At least one event after `seq`, neighbouring deltas merged; empty when the reading task is cancelled.
    private func nextBatch(of session: SessionID, after seq: UInt64) async throws -> [SessionEvent] {
        while !Task.isCancelled {
            try await check(.events)
            let events = try log(of: session).events
            if seq < UInt64(events.count) { return SessionEvent.mergingDeltas(events[Int(seq)...].prefix(256)) }
            await waitForNews()
        }
        return []
    }

    /// The number of the settings once it is another than `version`; nil when the reading task is cancelled.
    private func settingsVersion(after version: UInt64?) async -> UInt64? {
        while !Task.isCancelled {
            if settingsVersion != version { return settingsVersion }
            await waitForNews()
        }
        return nil
    }

    func noteNewSettings() {
        settingsVersion += 1
        wakeReaders()
    }

    func waitForNews() async {
        waits += 1
        let me = waits
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiting[me] = $0 }
        } onCancel: {
            Task { await self.wake(me) }
        }
    }

    private func wake(_ reader: Int) { waiting.removeValue(forKey: reader)?.resume() }

    private func wakeReaders() {
        for reader in waiting.keys { wake(reader) }
    }
}

/// Where a reader of something that goes on is. Used by that reader alone.
final class MockReader: @unchecked Sendable {
    var position: UInt64?
}
