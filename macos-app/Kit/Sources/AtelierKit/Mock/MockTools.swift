// MCP servers, rules and the settings of agents of the core in memory.
import Foundation

/// What the core in memory has of tools. Servers run nowhere, and rules are only kept.
public struct MockTools: Sendable {
    public var servers: [MCPServer]
    /// The tools of servers, by their names. A server that has none here can't be started.
    public var tools: [String: [MCPTool]]
    /// What is wrong with the files of servers.
    public var problems: [String]
    public internal(set) var settings: AgentSettings
    /// Those for all folders, then those of the folder that is named.
    var rules: [(folder: String?, rule: ToolRule)]

    public init(
        servers: [MCPServer] = [],
        tools: [String: [MCPTool]] = [:],
        problems: [String] = [],
        rules: [(folder: String?, rule: ToolRule)] = [],
        settings: AgentSettings = AgentSettings()
    ) {
        self.servers = servers
        self.tools = tools
        self.problems = problems
        self.rules = rules
        self.settings = settings
    }

    fileprivate func place(of name: String) throws -> Int {
        guard let place = servers.firstIndex(where: { $0.name == name }) else {
            throw WorkbenchError(.invalidRequest, "There is no MCP server “\(name)”; add it first.")
        }
        return place
    }
}

extension MockClient {
    public func mcpServers(in folder: String?) async throws -> MCPServers {
        try await check(.tools)
        let servers = mockTools.servers.filter { $0.origin == .person || folder != nil }
        return MCPServers(servers: servers, problems: mockTools.problems)
    }

    public func mcpTools(of server: String, in folder: String?) async throws -> [MCPTool] {
        try await check(.tools)
        let place = try mockTools.place(of: server)
        guard let tools = mockTools.tools[server] else {
            let reason = "The MCP server “\(server)” did not start."
            mockTools.servers[place].state = .failed(reason: reason)
            throw WorkbenchError(.invalidRequest, reason)
        }
        mockTools.servers[place].state = .running
        mockTools.servers[place].toolCount = UInt64(tools.count)
        return tools
    }

    public func addMCPServer(_ name: String, _ reach: MCPReach, to folder: String?) async throws {
        try await check(.tools)
        guard !name.isBlank, !name.contains(where: \.isWhitespace) else {
            throw WorkbenchError(.invalidRequest, "“\(name)” can't be the name of an MCP server; choose another.")
        }
        guard !mockTools.servers.contains(where: { $0.name == name }) else {
            throw WorkbenchError(.invalidRequest, "There is an MCP server “\(name)” already; remove it first.")
        }
        let origin: MCPServer.Origin = folder == nil ? .person : .folder
        let file = folder.map { "\($0)/.mcp.json" } ?? "/Users/ada/.config/atelier/mcp.json"
        mockTools.servers.append(
            MCPServer(name: name, origin: origin, file: file, target: reach.target, gets: reach.gets)
        )
    }

    public func removeMCPServer(_ name: String, in folder: String?) async throws {
        try await check(.tools)
        mockTools.servers.remove(at: try mockTools.place(of: name))
    }

    public func allowMCPServer(_ name: String, _ isAllowed: Bool, in folder: String?) async throws {
        try await check(.tools)
        mockTools.servers[try mockTools.place(of: name)].state = isAllowed ? .idle : .refused
    }

    public func logIn(
        toMCPServer name: String,
        in folder: String?,
        visit: @escaping @Sendable (String) async -> Void
    ) async throws {
        try await check(.tools)
        let place = try mockTools.place(of: name)
        guard mockTools.servers[place].state == .loginNeeded else {
            throw WorkbenchError(.invalidRequest, "The MCP server “\(name)” wants no log-in.")
        }
        await visit("https://login.example/authorize?server=\(name)")
        // The person is in the browser until this is released.
        try await check(.login)
        try Task.checkCancellation()
        mockTools.servers[try mockTools.place(of: name)].state = .idle
    }

    public func logOut(ofMCPServer name: String, in folder: String?) async throws {
        try await check(.tools)
        mockTools.servers[try mockTools.place(of: name)].state = .loginNeeded
    }

    public func rules(in folder: String?) async throws -> [ToolRule] {
        try await check(.tools)
        return mockTools.rules.filter { $0.folder == nil || $0.folder == folder }.map(\.rule)
    }

    public func addRule(_ effect: ToolRule.Effect, _ pattern: String, to folder: String?) async throws {
        try await check(.tools)
        guard !pattern.isBlank, pattern.hasSuffix(")") == pattern.contains("(") else {
            throw WorkbenchError(
                .invalidRequest,
                "“\(pattern)” is no rule: it is a tool, perhaps narrowed, such as Bash(git status:*)."
            )
        }
        let rule = ToolRule(effect: effect, pattern: pattern, origin: folder == nil ? .everywhere : .folder)
        guard !mockTools.rules.contains(where: { $0.folder == folder && $0.rule == rule }) else { return }
        mockTools.rules.append((folder, rule))
    }

    public func removeRule(_ effect: ToolRule.Effect, _ pattern: String, of folder: String?) async throws {
        try await check(.tools)
        mockTools.rules.removeAll {
            $0.folder == folder && $0.rule.isOwn && $0.rule.effect == effect && $0.rule.pattern == pattern
        }
    }

    public func agentSettings() async throws -> AgentSettings {
        try await check(.tools)
        return mockTools.settings
    }

    public func save(_ settings: AgentSettings) async throws -> AgentSettings {
        try await check(.tools)
        for folder in settings.writable where !folder.hasPrefix("/") && !folder.hasPrefix("~/") {
            throw WorkbenchError(.configuration, "“\(folder)” is no folder: a path begins with “/” or “~/”.")
        }
        guard settings.limits.seconds ?? 1 <= 604_800 else {
            throw WorkbenchError(.configuration, "limits.seconds must be a whole number from 1 to 604800.")
        }
        guard settings.notify.first?.hasPrefix("/") != false else {
            throw WorkbenchError(.configuration, "notify must begin with a program's absolute path.")
        }
        mockTools.settings = settings
        return settings
    }

    public func isBypassAllowed() async throws -> Bool {
        try await check(.tools)
        return mockTools.settings.allowsBypass
    }
}

extension MCPReach {
    fileprivate var target: String {
        switch self {
        case .program(let command, let arguments, _): ([command] + arguments).joined(separator: " ")
        case .address(let url, _): url
        }
    }

    fileprivate var gets: [String] {
        switch self {
        case .program(_, _, let variables): variables.keys.sorted()
        case .address(_, let headers): headers.keys.sorted()
        }
    }
}
