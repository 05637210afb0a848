// What every core does with MCP servers, rules, and how agents work.
import AtelierKit
import Foundation

extension ContractCheck {
    static let toolChecks = [
        ContractCheck("a server of the person is listed everywhere, and one of a folder there alone") { client in
            try await withFolder { folder in
                let reach = MCPReach.address(url: "http://127.0.0.1:9/mcp", headers: ["Authorization": "secret-7"])
                try await client.addMCPServer("mine", reach, to: nil)
                let program = MCPReach.program(command: "no-such-program", arguments: ["-x"], variables: [:])
                try await client.addMCPServer("theirs", program, to: folder)
                let everywhere = try await client.mcpServers(in: nil)
                try expect(everywhere.servers.map(\.name) == ["mine"], "there are \(everywhere)")
                let listed = try await client.mcpServers(in: folder).servers
                try expect(Set(listed.map(\.name)) == ["mine", "theirs"], "there are \(listed)")
                let mine = listed.first { $0.name == "mine" }
                try expect(
                    mine?.origin == .person && mine?.gets == ["Authorization"],
                    "it is \(String(describing: mine))"
                )
                try expect(!"\(listed)".contains("secret-7"), "a secret is told")
                try await expectFailure(.invalidRequest, of: "the tools of a program that is not there") {
                    _ = try await client.mcpTools(of: "theirs", in: folder)
                }
                try await client.removeMCPServer("theirs", in: folder)
                try expect(try await client.mcpServers(in: folder).servers.map(\.name) == ["mine"], "it is there")
            }
        },
        ContractCheck("a server that there is not, or that can't be, is refused") { client in
            for action: (String, @Sendable () async throws -> Void) in [
                ("remove", { try await client.removeMCPServer("nobody", in: nil) }),
                ("tools", { _ = try await client.mcpTools(of: "nobody", in: nil) }),
                ("log in", { try await client.logIn(toMCPServer: "nobody", in: nil) { _ in } }),
                ("add", { try await client.addMCPServer(" ", .address(url: "http://[::1]/", headers: [:]), to: nil) }),
            ] {
                try await expectFailure(.invalidRequest, of: action.0) { try await action.1() }
            }
            try expect(try await client.mcpServers(in: nil).servers.isEmpty, "something was added")
        },
        ContractCheck("rules hold where they were set until they are taken out") { client in
            try await withFolder { folder in
                try await client.addRule(.deny, "Bash(rm:*)", to: nil)
                for _ in 0..<2 { try await client.addRule(.allow, "Edit(src/**)", to: folder) }
                let everywhere = try await client.rules(in: nil)
                let rule = ToolRule(effect: .deny, pattern: "Bash(rm:*)", origin: .everywhere)
                try expect(everywhere == [rule], "everywhere: \(everywhere)")
                let both = try await client.rules(in: folder)
                try expect(both.map(\.origin) == [.everywhere, .folder], "in the folder: \(both)")
                try await expectFailure(.invalidRequest, of: "a rule that is none") {
                    try await client.addRule(.ask, "Bash(rm", to: folder)
                }
                try await client.removeRule(.allow, "Edit(src/**)", of: folder)
                try await client.removeRule(.allow, "Edit(src/**)", of: folder)
                try expect(try await client.rules(in: folder).count == 1, "it is still there")
            }
        },
        ContractCheck("how agents work is changed as a whole, and told") { client in
            try expect(try await client.agentSettings() == AgentSettings(), "it was changed before")
            let changed = AgentSettings(
                confinement: .always,
                reachesNetwork: true,
                writable: ["~/.cache"],
                allowsBypass: true,
                effort: .high,
                limits: AgentLimits(answers: 40, tokens: 2_000_000, seconds: 3_600),
                notify: ["/usr/bin/true", "x"]
            )
            try expect(try await client.save(changed) == changed, "something else was saved")
            try expect(try await client.agentSettings() == changed, "something else holds")
            try await expectFailure(.configuration, of: "a folder that is none") {
                _ = try await client.save(AgentSettings(writable: ["cache"]))
            }
            for wrong in [
                AgentSettings(limits: AgentLimits(seconds: 604_801)), AgentSettings(notify: ["true"]),
            ] {
                try await expectFailure(.configuration, of: "a limit or program that is none") {
                    _ = try await client.save(wrong)
                }
            }
            try expect(try await client.agentSettings() == changed, "half of it was changed")
        },
        ContractCheck("an agent works without asking only where that is switched on") { client in
            let session = try await client.createSession().id
            try expect(try await !client.isBypassAllowed(), "it is on")
            try await expectFailure(.invalidRequest, of: "the mode") {
                try await client.setMode(.bypassPermissions, of: session)
            }
            _ = try await client.save(AgentSettings(allowsBypass: true))
            try expect(try await client.isBypassAllowed(), "it is off")
            try await client.setMode(.bypassPermissions, of: session)
        },
        ContractCheck("a folder that is forgotten is no longer allowed") { client in
            try await withFolder { folder in
                _ = try await client.requestDirectoryAccess(path: folder, bookmark: "Ym9va21hcms=")
                try await client.forgetDirectory(folder, bookmarks: ["Ym9va21hcms="])
                try await client.forgetDirectory(folder, bookmarks: [])
                try expect(try await client.folders() == AllowedFolders(), "something is left")
            }
        },
    ]
}
