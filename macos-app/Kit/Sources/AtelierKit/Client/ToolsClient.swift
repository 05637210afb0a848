// What a person decides about tools before any is called.

/// The part of the core that is about tools: which servers bring more, what rules say, how commands are confined.
/// A folder of nil stands for all folders.
public protocol ToolsClient: Sendable {
    /// The person's own MCP servers, and those that the folder brings along. Starts none.
    func mcpServers(in folder: String?) async throws -> MCPServers

    /// The tools of a server, which is started if it does not run. Takes as long as the server does.
    ///
    /// - Throws: `.invalidRequest` when it can't be started, or may not be.
    func mcpTools(of server: String, in folder: String?) async throws -> [MCPTool]

    /// Adds a server to the person's file, or to the folder's. Throws `.invalidRequest` for a name that there is or that
    /// can't be one.
    func addMCPServer(_ name: String, _ reach: MCPReach, to folder: String?) async throws

    /// Takes a server out of the file that it stands in, and ends it.
    func removeMCPServer(_ name: String, in folder: String?) async throws

    /// Keeps whether a server that the folder brings along may be used. It is asked about anew when its entry changes.
    func allowMCPServer(_ name: String, _ isAllowed: Bool, in folder: String?) async throws

    /// Logs the person in at a server that wants it; returns when they have come back from the address that `visit` is
    /// told, after ten minutes at the latest. Cancelling gives it up.
    func logIn(
        toMCPServer name: String,
        in folder: String?,
        visit: @escaping @Sendable (String) async -> Void
    ) async throws

    /// Forgets the log-in at a server.
    func logOut(ofMCPServer name: String, in folder: String?) async throws

    /// All rules that hold for the work in a folder, the strictest place first.
    func rules(in folder: String?) async throws -> [ToolRule]

    /// Adds a rule, which holds from the next call on. Throws `.invalidRequest` for a pattern that is none.
    func addRule(_ effect: ToolRule.Effect, _ pattern: String, to folder: String?) async throws

    /// Takes a rule out again; one that is not there is fine.
    func removeRule(_ effect: ToolRule.Effect, _ pattern: String, of folder: String?) async throws

    /// How agents work on this machine.
    func agentSettings() async throws -> AgentSettings

    /// Changes how agents work, all of it or nothing, and answers what holds then. Throws `.configuration` for a folder
    /// that can't be one.
    func save(_ settings: AgentSettings) async throws -> AgentSettings

    /// Whether agents may be let work without being asked anything, by the settings or for this process.
    func isBypassAllowed() async throws -> Bool
}
