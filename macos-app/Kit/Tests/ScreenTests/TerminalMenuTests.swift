// The terminal in a window: its place, its menu, what an agent runs, and asking the agent.
import AtelierKit
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct TerminalMenuTests {
        let client: MockClient
        let app: AppUnderTest
        let desktop = RecordingDesktop()

        init() {
            var log = MockLog(id: "11111111-5c0e-4f0b-9c69-3f2f4a3d1b66")
            log.append(.sessionProject(path: MockDisk.enginePath))
            log.ask("Mend the login", of: PreviewData.claude)
            var terminals = PreviewData.terminalGreeting
            terminals.commands[1] = MockShell("Compiling engine\n", takesInput: false)
            let client = MockClient(logs: [log], disk: .engine, terminals: terminals)
            self.client = client
            app = AppUnderTest(AtelierScenes(launch: LaunchModel { client }, desktop: desktop))
        }

        private func window() async throws -> Screen {
            let window = try app.frontWindow()
            try await window.wait(for: "the session") { $0.all(.row).count == 1 }
            try window.selectRow(containing: "Mend the login")
            try await window.wait(for: "the folder") { screen in
                try screen.exists(.textField, "Message") && app.menuItem("Shell", "Show Terminal").isEnabled
            }
            return window
        }

        /// What VoiceOver reads of the first terminal.
        private func shown(_ window: Screen) -> String {
            window.all(.group).first { $0.label.hasPrefix("Terminal") }?.value ?? ""
        }

        @Test func theMenuWorksTheTerminal() async throws {
            let window = try await window()
            try window.shortcut("⌃`")
            try await window.wait(for: "the shell") { $0.exists(.group, "Terminal engine") }
            try window.shortcut("⌘T")
            try await window.wait(for: "two tabs") { $0.all(.button).count { $0.label == "Close engine" } == 2 }
            try window.shortcut("⌘D")
            try await window.wait(for: "two panes") { $0.all(.group).count { $0.label == "Terminal engine" } == 2 }
            try window.shortcut("⌘]")
            try window.shortcut("⌃⌘W")
            try await window.wait(for: "one pane") { $0.all(.group).count { $0.label == "Terminal engine" } == 1 }
            try window.shortcut("⌘F")
            #expect(window.exists(.textField, "Find in Terminal"))
            try window.type("error", into: "Find in Terminal")
            try await window.wait(for: "a match") { $0.texts.contains("1 of 1") }
            try window.shortcut("⌘+")
            try window.shortcut("⌃`")
            #expect(window.exists(.textField, "Message"))
            try window.shortcut("⌘6")
            #expect(window.exists(.group, "Terminal engine"), "shells go on while something else is shown")
        }

        @Test func outputIsPutIntoThePrompt() async throws {
            let window = try await window()
            try window.type("Look:", into: "Message")
            try window.shortcut("⌘6")
            try await window.wait(for: "the shell") { shown($0).hasSuffix("$") }
            try window.type("echo broken\n", intoView: "Terminal engine")
            try await window.wait(for: "the output") { shown($0).contains("\nbroken") }
            try window.shortcut("⌥⌘A")
            try await window.wait(for: "the prompt") { $0.exists(.textField, "Message") }
            let prompt = try window.find(.textField, "Message").value
            #expect(prompt == "Look:\n\nOutput of a terminal:\n\n```\nbroken\n```\n\n")
        }

        @Test func aCommandOfTheAgentIsOpened() async throws {
            let window = try await window()
            await client.update("11111111-5c0e-4f0b-9c69-3f2f4a3d1b66") { log in
                log.request("shell_exec", #"{"command": "cargo build"}"#)
                log.run()
            }
            try await window.wait(for: "the call") { $0.exists(.button, "Open in Terminal") }
            try window.press("Open in Terminal")
            try await window.wait(for: "its output") { shown($0).contains("Compiling engine") }
        }

        @Test func aCommandInTheBackgroundIsOpenedAfterItsTurnAndSaysHowItEnded() async throws {
            let window = try await window()
            await client.update("11111111-5c0e-4f0b-9c69-3f2f4a3d1b66") { log in
                log.request("shell_background", #"{"command": "cargo build"}"#)
                log.run()
                log.settle(.success(content: "Started as 1.", metadata: #"{"id": 1}"#))
                log.finish()
            }
            try await window.wait(for: "the call, which does not say that it is done") {
                $0.all(.disclosure).contains { $0.label.hasSuffix("Started") }
            }
            try window.press("Open in Terminal")
            try await window.wait(for: "its output") { shown($0).contains("Compiling engine") }
            #expect(!window.texts.contains("Ended with status 3."))
            let command = try #require(await client.mockTerminals.commands[1])
            command.print("Cannot find engine\n")
            try await window.wait(for: "more of it") { shown($0).contains("Cannot find engine") }
            command.end(code: 3)
            try await window.wait(for: "its end") { $0.texts.contains("Ended with status 3.") }
        }
    }
}
