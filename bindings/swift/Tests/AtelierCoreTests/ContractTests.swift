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
            let client = try await home.open(["SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"])
            // The key is where the contract wants it: in the core's own store.
            _ = try await client.save(SettingsChange(baseURLs: ["anthropic": server.url.absoluteString]))
            _ = try await client.saveKey(testKey, for: "anthropic")
            try await check.run(on: client) { prompt in
                if prompt == ContractCheck.formPrompt { try await AskingServer.add(to: client) }
                try await server.prepare(for: prompt)
            }
            try await client.close()
        }

        @Test func itSaysWhichBuildItIs() {
            #expect(LiveClient.coreBuild.split(separator: ".").count >= 3, "\(LiveClient.coreBuild)")
        }
    }
}

extension FakeModelServer {
    /// Says what to answer to a prompt, just before it is sent.
    fileprivate func prepare(for prompt: String) async throws {
        if prompt == ContractCheck.endlessPrompt {
            let endless = Self.message([#"{"deltas": {"count": 1000000000, "text": "{n} "}}"#])
            try await script(default: endless.dropLast() + #", "pace_ms": 1}"#)
        } else if prompt == ContractCheck.toolPrompt {
            let asking = Self.message(
                [##"{"tool_use": ["toolu_1", "write_file", ["{\"path\": \"note.txt\", \"content\": \"Noted.\"}"]]}"##],
                stop: "tool_use"
            )
            try await script(default: Self.message([#"{"text": ["Done."]}"#]), first: [asking])
        } else if prompt == ContractCheck.formPrompt {
            let calling = Self.message(
                [#"{"tool_use": ["toolu_1", "\#(AskingServer.tool)", ["{}"]]}"#],
                stop: "tool_use"
            )
            try await script(default: Self.message([#"{"text": ["Done."]}"#]), first: [calling])
        } else if let command = ContractCheck.commands[prompt] {
            let calling = Self.message(
                [##"{"tool_use": ["toolu_1", "\##(command.tool)", ["{\"command\": \"\##(command.line)\"}"]]}"##],
                stop: "tool_use"
            )
            try await script(default: Self.message([#"{"text": ["Done."]}"#]), first: [calling])
        } else {
            try await answer(#"{"thinking": [["Let me ", "see."], "signed"]}"#, #"{"text": ["One ", "two"]}"#)
        }
    }
}
