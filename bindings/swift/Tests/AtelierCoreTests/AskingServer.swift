// An MCP server whose only tool asks the user for name and age.
import AtelierCore
import AtelierKit
import Foundation

/// A shell script, because the system that runs these tests has nothing else for sure.
struct AskingServer {
    static let name = "asker"
    /// What the model calls its tool.
    static let tool = "ask"

    /// The answer to the call is whatever the client has answered; ids are echoed as they came.
    private static let script = #"""
        id() { printf '%s' "$1" | sed -n 's/.*"id": *\("[^"]*"\|[0-9]*\).*/\1/p'; }
        say() { printf '%s\n' "{\"jsonrpc\":\"2.0\",$1}"; }
        result() { say "\"id\":$(id "$line"),\"result\":$1"; }
        while IFS= read -r line; do
            case $line in
            *'"method":"initialize"'*)
                version=$(printf '%s' "$line" | sed -n 's/.*"protocolVersion":"\([^"]*\)".*/\1/p')
                result "{\"protocolVersion\":\"$version\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"asker\",\"version\":\"1\"}}"
                ;;
            *'"method":"tools/list"'*)
                result '{"tools":[{"name":"ask","description":"Asks","inputSchema":{"type":"object","properties":{}}}]}'
                ;;
            *'"method":"tools/call"'*)
                call=$(id "$line")
                say '"id":"q1","method":"elicitation/create","params":{"mode":"form","message":"Who are you?","requestedSchema":{"type":"object","properties":{"name":{"type":"string","title":"Name"},"age":{"type":"integer"}},"required":["name"]}}'
                ;;
            *'"id":"q1"'*)
                say "\"id\":$call,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"Thank you.\"}]}"
                ;;
            *'"id":'*) say "\"id\":$(id "$line"),\"error\":{\"code\":-32601,\"message\":\"no such method\"}" ;;
            esac
        done
        """#

    /// Has a core know the server, unless it does.
    static func add(to client: LiveClient) async throws {
        let known = try await client.mcpServers(in: nil).servers
        guard !known.contains(where: { $0.name == name }) else { return }
        let reach = MCPReach.program(command: "/bin/sh", arguments: ["-c", script], variables: [:])
        try await client.addMCPServer(name, reach, to: nil)
    }
}
