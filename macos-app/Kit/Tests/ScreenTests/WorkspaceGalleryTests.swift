// The sections of a window beside the chat, and its sidebar, as pages to look at.
import AtelierKit
import Foundation
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct WorkspaceGalleryTests {
        private let gallery = Gallery()

        /// A window that shows a section of a session's folder.
        private func window(_ section: String, _ disk: MockDisk = .engine) async throws -> Screen {
            let client = MockClient(
                logs: PreviewData.projectLogs,
                settings: MockSettings(foundKeys: PreviewData.keys),
                disk: disk,
                identities: PreviewData.identities
            )
            let root = RootView(client: client, settings: SettingsModel(client: client))
            let screen = Screen(root.environment(\.desktop, RecordingDesktop()))
            try await screen.wait(for: "the sessions") { $0.all(.row).count == 5 }
            try screen.selectRow(containing: "Mend the login")
            try await screen.wait(for: "its folder") { $0.exists(.menu, "mode-menu") }
            try screen.choose(section, from: "View")
            return screen
        }

        @Test func projects() async throws {
            let screen = try await window("Chat")
            try screen.press("site")
            try gallery.show("projects", screen, contains: "A faster start")
        }

        @Test func files() async throws {
            let screen = try await window("Files")
            try await screen.wait(for: "the files") { $0.texts.contains("README.md") }
            try screen.selectRow(containing: "README.md")
            try await screen.wait(for: "the text") { $0.texts.contains("## Licence") }
            try gallery.show("files", screen, contains: "## Licence")
        }

        @Test func changes() async throws {
            let screen = try await window("Changes")
            try await screen.wait(for: "the files") { $0.exists(.section, "Not Staged 2") }
            try screen.selectRow(containing: "README.md")
            try await screen.wait(for: "the diff") { $0.exists(.text, "Added: ## Licence") }
            try gallery.show("changes", screen, contains: "## Licence")
            try screen.press("Side by Side")
            try gallery.show("changes-side-by-side", screen, contains: "## Licence", width: 1300)
            try screen.press("Folders")
            try screen.addRow(containing: "LoginTests.swift")
            try gallery.show("changes-several", screen, contains: "2 Files")
        }

        @Test func aConflict() async throws {
            let screen = try await window("Changes", .engineInConflict)
            let sentence = "A merge is under way. 1 file is in conflict."
            try await screen.wait(for: sentence) { $0.texts.contains(sentence) }
            try screen.selectRow(containing: "Session.swift")
            try await screen.wait(for: "the versions") { $0.allText.contains("newToken(tries: 3)") }
            try gallery.show("changes-conflict", screen, contains: sentence)
        }

        @Test func history() async throws {
            let screen = try await window("History")
            try await screen.wait(for: "the commits") { $0.allText.contains("Begin the engine") }
            try screen.selectRow(containing: "Ask the endpoint for tokens")
            try await screen.wait(for: "its files") { $0.texts.contains("Sources/Endpoint.swift") }
            try gallery.show("history", screen, contains: "It answers JSON.")
        }

        @Test func branches() async throws {
            let screen = try await window("Branches")
            try await screen.wait(for: "the branches") { $0.texts.contains("origin/retry") }
            try gallery.show("branches", screen, contains: "origin/retry")
        }

        @Test(arguments: [
            ("form", PreviewData.formLog, "Which ticket shall I file?"),
            ("address", PreviewData.visitLog, "https://tickets.example/grant?for=atelier"),
        ])
        func aServerAsks(_ name: String, _ log: MockLog, _ text: String) async throws {
            let chat = await ChatOnScreen(log, settings: MockSettings(foundKeys: PreviewData.keys))
            try await chat.screen.wait(for: text) { $0.texts.contains(text) && $0.allText.contains(/[0-4]:[0-5][0-9]/) }
            try gallery.show("server-asks-" + name, chat.screen, contains: text, width: 800, height: 900)
        }

        @Test func aFileIsMentioned() async throws {
            let screen = Screen(ChatView(model: PreviewData.mentionChat, settings: PreviewData.settings))
            try await screen.wait(for: "the files") { $0.exists(.group, "Files") }
            try gallery.show("mention", screen, contains: "Session.swift", width: 800)
        }
    }
}
