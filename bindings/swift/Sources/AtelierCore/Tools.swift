// MCP servers, rules, and how agents work, of the real core.
internal import AtelierBindings
import AtelierKit
import Foundation

extension LiveClient {
    public func mcpServers(in folder: String?) async throws -> AtelierKit.MCPServers {
        try await Self.rethrowing {
            let found = try await core.mcpServers(project: folder)
            return MCPServers(servers: found.servers.map(MCPServer.init), problems: found.problems)
        }
    }

    public func mcpTools(of server: String, in folder: String?) async throws -> [AtelierKit.MCPTool] {
        try await Self.rethrowing {
            try await core.mcpTools(project: folder, server: server).map {
                MCPTool(name: $0.name, summary: $0.description, isReadOnly: $0.readOnly)
            }
        }
    }

    public func addMCPServer(_ name: String, _ reach: AtelierKit.MCPReach, to folder: String?) async throws {
        try await Self.rethrowing {
            try await core.mcpAdd(project: folder, name: name, reach: reach.bindings, toProject: folder != nil)
        }
    }

    public func removeMCPServer(_ name: String, in folder: String?) async throws {
        try await Self.rethrowing { try await core.mcpRemove(project: folder, name: name) }
    }

    public func allowMCPServer(_ name: String, _ isAllowed: Bool, in folder: String?) async throws {
        try await Self.rethrowing { try await core.mcpConsent(project: folder, server: name, allowed: isAllowed) }
    }

    public func logIn(
        toMCPServer name: String,
        in folder: String?,
        visit: @escaping @Sendable (String) async -> Void
    ) async throws {
        try await Self.rethrowing {
            let login = core.mcpLogIn(project: folder, server: name)
            // Cancelling a Swift task does not reach Rust by itself: closing the log-in ends both waits there.
            try await withTaskCancellationHandler {
                if let address = try await login.address() { await visit(address) }
                try await login.finished()
            } onCancel: {
                login.close()
            }
        }
    }

    public func logOut(ofMCPServer name: String, in folder: String?) async throws {
        try await Self.rethrowing { try await core.mcpLogOut(project: folder, server: name) }
    }

    public func rules(in folder: String?) async throws -> [ToolRule] {
        try await Self.rethrowing { try await core.rules(project: folder).map(ToolRule.init) }
    }

    public func addRule(_ effect: ToolRule.Effect, _ pattern: String, to folder: String?) async throws {
        try await Self.rethrowing {
            _ = try await core.addRule(project: folder, effect: effect.bindings, pattern: pattern)
        }
    }

    public func removeRule(_ effect: ToolRule.Effect, _ pattern: String, of folder: String?) async throws {
        try await Self.rethrowing {
            _ = try await core.removeRule(project: folder, effect: effect.bindings, pattern: pattern)
        }
    }

    public func agentSettings() async throws -> AtelierKit.AgentSettings {
        try await Self.rethrowing { AgentSettings(try await core.agentSettings()) }
    }

    public func save(_ settings: AtelierKit.AgentSettings) async throws -> AtelierKit.AgentSettings {
        try await Self.rethrowing { AgentSettings(try await core.saveAgentSettings(settings: settings.bindings)) }
    }

    public func isBypassAllowed() async throws -> Bool {
        try await Self.rethrowing { try await core.bypassAllowed() }
    }
}

extension AtelierKit.MCPServer {
    fileprivate init(_ server: AtelierBindings.McpServer) {
        let state: State =
            switch server.state {
            case .needsConsent: .needsConsent
            case .refused: .refused
            case .idle: .idle
            case .running: .running
            case .loginNeeded: .loginNeeded
            case .failed(let reason): .failed(reason: reason)
            }
        self.init(
            name: server.name,
            origin: server.origin == .user ? .person : .folder,
            file: server.file,
            target: server.target,
            gets: server.gets,
            state: state,
            toolCount: server.tools
        )
    }
}

extension AtelierKit.MCPReach {
    fileprivate var bindings: AtelierBindings.McpReach {
        switch self {
        case .program(let command, let arguments, let variables):
            .program(command: command, arguments: arguments, variables: variables)
        case .address(let url, let headers): .address(url: url, headers: headers)
        }
    }
}

extension AtelierKit.ToolRule {
    fileprivate init(_ rule: AtelierBindings.ListedRule) {
        let origin: Origin =
            switch rule.origin {
            case .global: .everywhere
            case .project: .folder
            case .projectFile: .folderFile
            case .process: .process
            }
        self.init(effect: Effect(rule.effect), pattern: rule.pattern, origin: origin, problem: rule.problem)
    }
}

extension AtelierKit.ToolRule.Effect {
    fileprivate init(_ effect: AtelierBindings.RuleEffect) {
        self =
            switch effect {
            case .deny: .deny
            case .ask: .ask
            case .allow: .allow
            }
    }

    fileprivate var bindings: AtelierBindings.RuleEffect {
        switch self {
        case .deny: .deny
        case .ask: .ask
        case .allow: .allow
        }
    }
}

extension AtelierKit.AgentSettings {
    fileprivate init(_ settings: AtelierBindings.AgentSettings) {
        let confinement: Confinement =
            switch settings.confined {
            case nil: .whenPossible
            case true?: .always
            case false?: .never
            }
        self.init(
            confinement: confinement,
            reachesNetwork: settings.network,
            writable: settings.writable,
            allowsBypass: settings.bypass,
            effort: settings.effort.map(Effort.init),
            limits: AgentLimits(
                answers: settings.mostAnswers,
                tokens: settings.mostTokens,
                seconds: settings.mostSeconds
            ),
            notify: settings.notify
        )
    }

    fileprivate var bindings: AtelierBindings.AgentSettings {
        let confined: Bool? =
            switch confinement {
            case .whenPossible: nil
            case .always: true
            case .never: false
            }
        return AtelierBindings.AgentSettings(
            confined: confined,
            network: reachesNetwork,
            writable: writable,
            bypass: allowsBypass,
            effort: effort?.bindings,
            mostAnswers: limits.answers,
            mostTokens: limits.tokens,
            mostSeconds: limits.seconds,
            notify: notify
        )
    }
}

extension AtelierKit.Effort {
    fileprivate init(_ effort: AtelierBindings.Effort) {
        self =
            switch effort {
            case .nothing: .nothing
            case .minimal: .minimal
            case .low: .low
            case .medium: .medium
            case .high: .high
            case .veryHigh: .veryHigh
            case .max: .max
            }
    }

    var bindings: AtelierBindings.Effort {
        switch self {
        case .nothing: .nothing
        case .minimal: .minimal
        case .low: .low
        case .medium: .medium
        case .high: .high
        case .veryHigh: .veryHigh
        case .max: .max
        }
    }
}
