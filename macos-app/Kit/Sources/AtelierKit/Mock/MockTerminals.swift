// Terminals of the core in memory.
import Foundation

/// Which terminals there are.
public struct MockTerminals: Sendable {
    /// Shells by the terminal's name.
    public var shells: [TerminalID: MockShell] = [:]
    /// What agents' commands print.
    public var commands: [ToolCallID: MockShell]
    /// What commands print that agents have run here.
    var run: [SessionID: [ToolCallID: MockShell]] = [:]
    /// What is printed by each new shell before its first prompt.
    public var greeting: String
    /// How many lines are kept.
    public var scrollback: Int?
    /// Whether terminals are kept, and those of before.
    public var keeps = false
    public var kept: [KeptTerminal] = []
    static let most = 20

    public init(greeting: String = "", commands: [ToolCallID: MockShell] = [:]) {
        self.greeting = greeting
        self.commands = commands
    }
}

extension MockClient {
    public func createTerminal(in folder: String, columns: Int, rows: Int) async throws -> TerminalID {
        try await check(.terminals)
        let shell = try newShell(mockTerminals.greeting, in: folder)
        shell.resize(columns, rows)
        let id = UUID().uuidString.lowercased()
        mockTerminals.shells[id] = shell
        return id
    }

    public func terminals() async throws -> [TerminalInfo] {
        try await check(.terminals)
        return mockTerminals.shells.map { id, shell in
            let info = shell.info
            return TerminalInfo(id: id, title: info.title, process: "sh", folder: info.folder, bells: info.bells)
        }
    }

    public func resizeTerminal(_ id: TerminalID, columns: Int, rows: Int) async throws {
        try await check(.terminals)
        let shell = try shell(id)
        guard columns > 0, rows > 0 else { throw WorkbenchError(.invalidRequest, "cols and rows are required") }
        shell.resize(columns, rows)
    }

    public func closeTerminal(_ id: TerminalID) async throws {
        try await check(.terminals)
        try shell(id).close()
        mockTerminals.shells[id] = nil
        mockTerminals.kept.removeAll { $0.id == id }
    }

    /// Ends everything as a restart does: what is open is kept where that is wanted, and gone otherwise.
    public func restartTerminals() {
        let open = mockTerminals.shells.sorted { $0.key < $1.key }
        for (id, shell) in open {
            shell.close()
            let info = shell.info
            let kept = KeptTerminal(id: id, folder: info.folder, title: info.title, savedAt: Date())
            mockTerminals.kept.removeAll { $0.id == id }
            if mockTerminals.keeps { mockTerminals.kept.append(kept) }
        }
        mockTerminals.shells = [:]
        for command in mockTerminals.run.values.flatMap(\.values) { command.lose() }
    }

    /// Runs the newest call of a session, where it is a command.
    func runCommand(_ call: MockCall, of session: SessionID) {
        struct Wanted: Decodable { let command: String }
        guard ["shell_exec", "shell_background"].contains(call.tool), let log = try? log(of: session),
            let wanted = try? JSONDecoder().decode(Wanted.self, from: Data(call.params.utf8))
        else { return }
        let shell = MockShell(running: wanted.command, in: log.summary.folder ?? "/")
        mockTerminals.run[session, default: [:]][log.newestCall] = shell
    }

    /// Ends what the agent of a session has left running.
    func endCommands(of session: SessionID) {
        for command in mockTerminals.run.removeValue(forKey: session)?.values.map(\.self) ?? [] { command.close() }
    }

    public func terminalScreen(of id: TerminalID) async throws -> any TerminalScreen {
        try await check(.terminals)
        return try shell(id)
    }

    public func agentTerminal(of call: ToolCallID, in session: SessionID) async throws -> any TerminalScreen {
        try await check(.terminals)
        guard let command = mockTerminals.run[session]?[call] ?? mockTerminals.commands[call] else {
            throw WorkbenchError(.invalidRequest, "There is no such command; it may have been rewound.")
        }
        return command
    }

    public func keepScrollback(lines: Int) async throws {
        try await check(.terminals)
        mockTerminals.scrollback = lines
    }

    public func keepsTerminals() async throws -> Bool {
        try await check(.terminals)
        return mockTerminals.keeps
    }

    public func keepTerminals(_ areKept: Bool) async throws {
        try await check(.terminals)
        mockTerminals.keeps = areKept
        if !areKept { mockTerminals.kept = [] }
        noteNewSettings()
    }

    public func keptTerminals() async throws -> [KeptTerminal] {
        try await check(.terminals)
        return mockTerminals.kept.filter { mockTerminals.shells[$0.id] == nil }
    }

    public func restoreTerminal(_ id: TerminalID, columns: Int, rows: Int) async throws {
        guard let kept = try await keptTerminals().first(where: { $0.id == id }) else {
            throw WorkbenchError(.invalidRequest, "Terminal session not found")
        }
        let shell = try newShell("before\n", in: kept.folder)
        shell.resize(columns, rows)
        mockTerminals.shells[id] = shell
    }

    public func forgetKeptTerminal(_ id: TerminalID) async throws {
        try await check(.terminals)
        mockTerminals.kept.removeAll { $0.id == id }
    }

    private func newShell(_ text: String, in folder: String) throws -> MockShell {
        guard mockTerminals.shells.count < MockTerminals.most else {
            throw WorkbenchError(.invalidRequest, "Maximum terminal sessions reached")
        }
        guard disk.isFolder(folder) || FileManager.default.fileExists(atPath: folder) else {
            throw WorkbenchError(.invalidRequest, "Invalid working directory")
        }
        return MockShell(text, folder: folder)
    }

    private func shell(_ id: TerminalID) throws -> MockShell {
        guard let shell = mockTerminals.shells[id], case .running = shell.status() else {
            throw WorkbenchError(.invalidRequest, "Terminal session not found")
        }
        return shell
    }
}
