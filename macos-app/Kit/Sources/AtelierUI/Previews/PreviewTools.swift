// Servers, rules and the settings of agents, for previews, screen tests and the gallery.
import AtelierKit

extension PreviewData {
    private static let userFile = "/Users/ada/.config/atelier/mcp.json"

    static let tools = MockTools(
        servers: [
            MCPServer(
                name: "files",
                origin: .person,
                file: userFile,
                target: "npx -y server-filesystem .",
                state: .idle
            ),
            MCPServer(
                name: "tickets",
                origin: .person,
                file: userFile,
                target: "https://tickets.example/mcp",
                state: .loginNeeded
            ),
            MCPServer(
                name: "time",
                origin: .person,
                file: userFile,
                target: "uvx mcp-server-time",
                state: .failed(reason: "The MCP server “time” did not start: uvx was not found.")
            ),
            MCPServer(
                name: "engine-tools",
                origin: .folder,
                file: "/Users/ada/Projects/engine/.mcp.json",
                target: "node tools/server.js",
                gets: ["ENGINE_TOKEN"],
                state: .needsConsent
            ),
        ],
        tools: [
            "files": [
                MCPTool(name: "read_text_file", summary: "Reads the whole of a file as text.", isReadOnly: true),
                MCPTool(name: "move_file", summary: "Moves or renames a file."),
            ]
        ],
        problems: ["/Users/ada/Projects/engine/.mcp.json: line 9: the server “old” has neither command nor url."],
        rules: [
            (nil, ToolRule(effect: .deny, pattern: "Bash(rm -rf:*)", origin: .everywhere)),
            (nil, ToolRule(effect: .allow, pattern: "Bash(swift test:*)", origin: .everywhere)),
            (project, ToolRule(effect: .allow, pattern: "Edit(Sources/**)", origin: .folder)),
            (
                project,
                ToolRule(
                    effect: .allow,
                    pattern: "Bash(make:*)",
                    origin: .folderFile,
                    problem: "A project's own files can't allow anything; add the rule yourself if you agree."
                )
            ),
        ],
        settings: AgentSettings(writable: ["~/.cache/swift"])
    )

    /// A server is being added.
    @MainActor static var addingServer: MCPModel {
        let model = settings.servers
        model.beginAdding()
        return model
    }
}
