// Terminals of the core in memory.
import Foundation

/// Which terminals there are.
public struct MockTerminals: Sendable {
    /// Shells by the terminal's name.
    public var shells: [TerminalID: MockShell] = [:]
    /// What agents' commands print.
    public var commands: [ToolCallID: MockShell]
    /// What is printed by each new shell before its first prompt.
    public var greeting: String
    /// How many lines are kept.
    public var scrollback: Int?
    static let most = 20

    public init(greeting: String = "", commands: [ToolCallID: MockShell] = [:]) {
        self.greeting = greeting
        self.commands = commands
    }
}

extension MockClient {
    public func createTerminal(in folder: String, columns: Int, rows: Int) async throws -> TerminalID {
        try await check(.terminals)
        guard mockTerminals.shells.count < MockTerminals.most else {
            throw WorkbenchError(.invalidRequest, "Maximum terminal sessions reached")
        }
        guard disk.isFolder(folder) || FileManager.default.fileExists(atPath: folder) else {
            throw WorkbenchError(.invalidRequest, "Invalid working directory")
        }
        let shell = MockShell(mockTerminals.greeting, folder: folder)
        shell.resize(columns, rows)
        let id = UUID().uuidString.lowercased()
        mockTerminals.shells[id] = shell
        return id
    }

    public func terminals() async throws -> [TerminalInfo] {
        try await check(.terminals)
        return mockTerminals.shells.map { id, shell in
            TerminalInfo(id: id, title: shell.info.title, process: "sh", folder: shell.info.folder)
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
    }

    public func terminalScreen(of id: TerminalID) async throws -> any TerminalScreen {
        try await check(.terminals)
        return try shell(id)
    }

    public func agentTerminal(of call: ToolCallID, in session: SessionID) async throws -> any TerminalScreen {
        try await check(.terminals)
        guard let command = mockTerminals.commands[call] else {
            throw WorkbenchError(.invalidRequest, "There is no such command; it may have been rewound.")
        }
        return command
    }

    public func keepScrollback(lines: Int) async throws {
        try await check(.terminals)
        mockTerminals.scrollback = lines
    }

    private func shell(_ id: TerminalID) throws -> MockShell {
        guard let shell = mockTerminals.shells[id], case .running = shell.status() else {
            throw WorkbenchError(.invalidRequest, "Terminal session not found")
        }
        return shell
    }
}
