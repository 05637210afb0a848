// Terminals as pages to look at.
import AtelierKit
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct TerminalGalleryTests {
        private let gallery = Gallery()

        private func shown(_ screen: Screen) -> String {
            screen.all(.group).first { $0.label.hasPrefix("Terminal") }?.value ?? ""
        }

        @Test func aShellItsSearchAndItsEnd() async throws {
            let model = PreviewData.terminals
            let screen = Screen(TerminalsView(model: model, ask: { _ in }).environment(\.desktop, RecordingDesktop()))
            try await screen.wait(for: "the shell") { shown($0).hasSuffix("$") }
            try gallery.show("terminal", screen, contains: "engine", height: 500)
            let pane = try #require(model.focused)
            pane.beginSearch()
            try screen.type("error", into: "Find in Terminal")
            try await screen.wait(for: "a match") { $0.texts.contains("1 of 1") }
            try gallery.show("terminal-search", screen, contains: "1 of 1", height: 500)
            pane.paste("echo one\necho two\n")
            try gallery.show("terminal-paste", screen, contains: "would run it at once", height: 500)
            try screen.press("Cancel")
            try screen.type("exit 1\n", intoView: "Terminal engine")
            try await screen.wait(for: "the end") { $0.texts.contains("Ended with status 1.") }
            try gallery.show("terminal-ended", screen, contains: "Ended with status 1.", height: 500)
        }

        @Test func splitsAndSettings() async throws {
            let model = PreviewData.splitTerminals
            let screen = Screen(TerminalsView(model: model, ask: { _ in }).environment(\.desktop, RecordingDesktop()))
            try await screen.wait(for: "two tabs") { $0.exists(.button, "Close cargo build") }
            try await screen.wait(for: "two panes") { $0.all(.group).count { $0.label.hasPrefix("Terminal") } == 2 }
            try await screen.wait(for: "their text") { screen in
                screen.all(.group).filter { $0.label.hasPrefix("Terminal") }.allSatisfy {
                    $0.value?.contains("$") == true
                }
            }
            try gallery.show("terminal-splits", screen, contains: "cargo build", height: 500)
            let settings = Screen(TerminalSettings(kept: PreviewData.keptTerminals))
            try await settings.wait(for: "those of before") { $0.texts.contains("vim Session.swift") }
            try gallery.show(
                "settings-terminal",
                settings,
                contains: "Cursor",
                width: 700,
                height: 760
            )
        }
    }
}
