// Terminals for previews, screen tests and the gallery.
import AtelierKit
import Foundation

extension PreviewData {
    /// What a shell has printed: colours, attributes, wide characters, an address.
    static let terminalOutput = """
        \u{1B}[32m$\u{1B}[0m swift test
        \u{1B}[1mBuilding for debugging…\u{1B}[0m
        [42/42] Linking engine
        \u{1B}[31merror:\u{1B}[0m \u{1B}[1mSession.swift:12\u{1B}[0m: \u{1B}[3mlogin\u{1B}[0m is \u{1B}[4munused\u{1B}[0m
        \u{1B}[7m 2 failed \u{1B}[0m \u{1B}[32m40 passed\u{1B}[0m \u{1B}[2min 3.1 s\u{1B}[0m
        日本語 ✓ \u{1B}[38;5;208morange\u{1B}[0m \u{1B}[44;97m blue \u{1B}[0m
        see https://example.com/report

        """

    static let terminalGreeting = MockTerminals(
        greeting: terminalOutput,
        commands: [7: MockShell("\u{1B}[1mCompiling\u{1B}[0m engine\n", takesInput: false)]
    )

    @MainActor static func terminals(on client: MockClient) -> TerminalsModel {
        TerminalsModel(folder: MockDisk.enginePath, client: client)
    }

    @MainActor static var terminalClient: MockClient {
        MockClient(
            folders: MockFolders(AllowedFolders(paths: [MockDisk.enginePath])),
            disk: .engine,
            terminals: terminalGreeting
        )
    }

    /// One shell.
    @MainActor static var terminals: TerminalsModel { terminals(on: terminalClient) }

    /// Two shells beside each other and a command of an agent's.
    @MainActor static var splitTerminals: TerminalsModel {
        let model = terminals
        Task {
            await model.newTab()
            await model.split(.horizontal)
            model.show(call: 7, of: "session", label: "cargo build")
            model.selectTab(offset: -1)
        }
        return model
    }

    /// Two terminals of before.
    @MainActor static var keptTerminals: KeptTerminalsModel {
        let model = KeptTerminalsModel(client: MockClient(terminals: keptBefore))
        Task { await model.load() }
        return model
    }

    private static var keptBefore: MockTerminals {
        var terminals = MockTerminals()
        terminals.keeps = true
        let savedAt = Date(timeIntervalSince1970: 1_750_000_000)
        terminals.kept = [
            KeptTerminal(id: "1", folder: MockDisk.enginePath, title: "vim Session.swift", savedAt: savedAt),
            KeptTerminal(id: "2", folder: "\(MockDisk.enginePath)/Sources", title: nil, savedAt: savedAt),
        ]
        return terminals
    }

    /// No shell can be started.
    @MainActor static var brokenTerminals: TerminalsModel {
        let client = terminalClient
        let model = terminals(on: client)
        let failure = WorkbenchError(.invalidRequest, "Maximum terminal sessions reached")
        Task { await client.fail(.terminals, with: failure) }
        return model
    }
}
