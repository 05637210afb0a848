// The real core keeps the contract that the Kit's core in memory keeps.
import AtelierContract
import AtelierCore
import AtelierKit
import ModelServer
import Testing

extension RealCore {
    @Suite struct Contract {
        @Test(arguments: ContractCheck.all)
        func theRealCoreKeepsTheContract(_ check: ContractCheck) async throws {
            let (server, home) = (try FakeModelServer(), try TemporaryHome())
            let client = try await home.open()
            // The key is where the contract wants it: in the core's own store.
            _ = try await client.save(SettingsChange(baseURLs: ["anthropic": server.url.absoluteString]))
            _ = try await client.saveKey(testKey, for: "anthropic")
            try await check.run(on: ScriptedCore(client: client, server: server))
            try await client.close()
        }

        @Test func itSaysWhichBuildItIs() {
            #expect(LiveClient.coreBuild.split(separator: ".").count >= 3, "\(LiveClient.coreBuild)")
        }
    }
}

/// The real core, with a server that is told what to answer just before each prompt.
private struct ScriptedCore: WorkbenchClient {
    let client: LiveClient
    let server: FakeModelServer

    func send(_ prompt: String, to session: SessionID, asking model: ActiveModel?) async throws {
        if prompt == ContractCheck.endlessPrompt {
            let endless = FakeModelServer.message([#"{"deltas": {"count": 1000000000, "text": "{n} "}}"#])
            try await server.script(default: endless.dropLast() + #", "pace_ms": 1}"#)
        } else if prompt == ContractCheck.toolPrompt {
            let asking = FakeModelServer.message(
                [##"{"tool_use": ["toolu_1", "write_file", ["{\"path\": \"note.txt\", \"content\": \"Noted.\"}"]]}"##],
                stop: "tool_use"
            )
            let saying = FakeModelServer.message([#"{"text": ["Done."]}"#])
            try await server.script(default: saying, first: [asking])
        } else {
            try await server.answer(#"{"thinking": [["Let me ", "see."], "signed"]}"#, #"{"text": ["One ", "two"]}"#)
        }
        try await client.send(prompt, to: session, asking: model)
    }

    func sessions() async throws -> [SessionSummary] { try await client.sessions() }

    func createSession() async throws -> SessionSummary { try await client.createSession() }

    func work(in folder: String, _ session: SessionID) async throws { try await client.work(in: folder, session) }

    func commands(in folder: String?) async throws -> [SlashCommand] { try await client.commands(in: folder) }

    func expand(_ prompt: String, in folder: String?) async throws -> String {
        try await client.expand(prompt, in: folder)
    }

    func setMode(_ mode: PermissionMode, of session: SessionID) async throws {
        try await client.setMode(mode, of: session)
    }

    func resolve(_ call: ToolCallID, of session: SessionID, with answer: ApprovalAnswer) async throws {
        try await client.resolve(call, of: session, with: answer)
    }

    func withdraw(_ prompt: QueuedPromptID, of session: SessionID) async throws -> String {
        try await client.withdraw(prompt, of: session)
    }

    func goOn(_ session: SessionID) async throws -> Bool { try await client.goOn(session) }

    func interrupt(_ session: SessionID) async throws { try await client.interrupt(session) }

    func totals(of session: SessionID) async throws -> SessionTotals { try await client.totals(of: session) }

    func events(of session: SessionID, after seq: UInt64) -> AsyncThrowingStream<[SessionEvent], any Error> {
        client.events(of: session, after: seq)
    }

    func rename(_ session: SessionID, to title: String) async throws { try await client.rename(session, to: title) }

    func archive(_ session: SessionID, _ isArchived: Bool) async throws {
        try await client.archive(session, isArchived)
    }

    func delete(_ session: SessionID) async throws { try await client.delete(session) }

    func fork(_ session: SessionID, before prompt: MessageID?) async throws -> SessionID {
        try await client.fork(session, before: prompt)
    }

    func rewind(_ session: SessionID, to prompt: MessageID, restoringFiles: Bool) async throws {
        try await client.rewind(session, to: prompt, restoringFiles: restoringFiles)
    }

    func undo(_ session: SessionID) async throws { try await client.undo(session) }

    func transcript(of session: SessionID, as format: TranscriptFormat) async throws -> String {
        try await client.transcript(of: session, as: format)
    }

    func search(_ text: String) async throws -> SearchResults { try await client.search(text) }

    func settings() async throws -> WorkbenchSettings { try await client.settings() }

    func settingsChanges() -> AsyncThrowingStream<Void, any Error> { client.settingsChanges() }

    func save(_ change: SettingsChange) async throws -> WorkbenchSettings { try await client.save(change) }

    func saveKey(_ key: String, named name: String, for provider: ProviderID) async throws -> WorkbenchSettings {
        try await client.saveKey(key, named: name, for: provider)
    }

    func removeKey(named name: String, for provider: ProviderID) async throws -> WorkbenchSettings {
        try await client.removeKey(named: name, for: provider)
    }

    func useKey(named name: String, for provider: ProviderID) async throws -> WorkbenchSettings {
        try await client.useKey(named: name, for: provider)
    }

    func checkKey(named name: String?, for provider: ProviderID) async throws -> Bool {
        try await client.checkKey(named: name, for: provider)
    }

    func localServers() async throws -> [LocalServer] { try await client.localServers() }

    func models() async throws -> [ModelEntry] { try await client.models() }

    func diagnostics() async throws -> [Diagnostic] { try await client.diagnostics() }

    func folders() async throws -> AllowedFolders { try await client.folders() }

    func requestDirectoryAccess(path: String?, bookmark: String?) async throws -> DirectoryAccess {
        try await client.requestDirectoryAccess(path: path, bookmark: bookmark)
    }

    func startAccessingDirectory(_ path: String) async throws -> DirectoryAccess {
        try await client.startAccessingDirectory(path)
    }

    func stopAccessingDirectory(_ path: String) async throws { try await client.stopAccessingDirectory(path) }

    func isAccessingDirectory(_ path: String) async throws -> Bool { try await client.isAccessingDirectory(path) }

    func restoreBookmarksOnStartup(stale: [String]) async throws {
        try await client.restoreBookmarksOnStartup(stale: stale)
    }
}
