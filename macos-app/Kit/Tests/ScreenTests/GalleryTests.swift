// Every screen as a page to look at: ATELIER_GALLERY=FOLDER scripts/swift test --package-path macos-app/Kit
import AtelierKit
import Foundation
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    /// The chat, settings and what opens in front of a window.
    @MainActor
    @Suite struct GalleryTests {
        private let gallery = Gallery()

        private func window(_ client: MockClient) -> Screen {
            let root = RootView(client: client, settings: SettingsModel(client: client))
            return Screen(root.environment(\.desktop, RecordingDesktop()))
        }

        @Test(arguments: [
            ("finished", "Why does the login", "The refresh handler"),
            ("streaming", "Write release notes", "is the first version that"),
            ("failed", "Summarise the changes", PreviewData.refusedKey),
            ("empty-session", "New session", "What Shall We Do?"),
        ])
        func aSession(_ name: String, _ row: String, _ text: String) async throws {
            let screen = window(PreviewData.client)
            try await screen.wait(for: "the sessions") { $0.all(.row).count == 4 }
            try screen.selectRow(containing: row)
            try await screen.wait(for: text) { screen in
                screen.allText.contains(text) && screen.exists(.menu, "Model: Anthropic · Claude Sonnet 5.5")
            }
            if screen.exists(.disclosure, "Thinking") { try screen.press("Thinking") }
            if name == "finished" { try await screen.wait(for: "the reckoning") { $0.subtitle.contains("$") } }
            try gallery.show("session-" + name, screen, contains: text)
        }

        @Test func aRequestThatIsSentAgain() async throws {
            let settings = MockSettings(provider: .anthropic)
            let screen = window(MockClient(logs: [PreviewData.waitingLog], settings: settings))
            try await screen.wait(for: "the session") { $0.all(.row).count == 1 }
            try screen.selectRow(containing: "What changed")
            try await screen.wait(for: "the wait") { $0.exists(.button, "Stop Waiting") }
            try gallery.show("session-waiting", screen, contains: "Trying again in 4 s (2 of 4).")
        }

        @Test(arguments: [
            ("working", PreviewData.workingLog, "[12/40] Compiling"),
            ("question-command", PreviewData.askingLog, "Run this command?"),
            ("question-change", PreviewData.changingLog, "Make this change?"),
        ])
        func anAgentAtWork(_ name: String, _ log: MockLog, _ text: String) async throws {
            let client = MockClient(
                logs: [log],
                settings: MockSettings(foundKeys: PreviewData.keys),
                folders: MockFolders(AllowedFolders(paths: [PreviewData.project, "/Users/ada/Notes"]))
            )
            let folders = FoldersModel(client: client, access: MockFolderAccess())
            let root = RootView(client: client, settings: SettingsModel(client: client), folders: folders)
            let screen = Screen(root.environment(\.desktop, RecordingDesktop()))
            try await screen.wait(for: "the session") { $0.all(.row).count == 1 }
            try screen.selectRow(containing: "Mend the login")
            try await screen.wait(for: text) { $0.allText.contains(text) && $0.exists(.progress, "Context used") }
            if name == "working" {
                let edit = try #require(screen.all(.disclosure).first { $0.label.contains("Edit") })
                try screen.press(edit.label)
                try screen.press(try #require(screen.all(.disclosure).first { $0.label.contains("To-do") }).label)
            } else {
                try await screen.wait(for: "the time") { $0.allText.contains(/[0-4]:[0-5][0-9]/) }
            }
            try gallery.show("agent-" + name, screen, contains: text, height: 900)
        }

        @Test(arguments: [
            (FindingModel.Palette.quickOpen, "2 files"), (.search, "5 lines in 4 files"),
        ])
        func aPalette(_ palette: FindingModel.Palette, _ text: String) async throws {
            let finding = PreviewData.finding(palette)
            finding.quickOpen.letters = "session"
            let screen =
                palette == .quickOpen
                ? Screen(QuickOpenView(finding: finding)) : Screen(ProjectSearchView(finding: finding))
            try await screen.wait(for: text) { $0.allText.contains(text) }
            try gallery.show("palette-\(palette.rawValue)", screen, contains: text, width: 800, height: 620)
        }

        @Test func worktrees() async throws {
            let screen = Screen(
                WorktreesView(model: PreviewData.worktrees).environment(\.desktop, RecordingDesktop())
            )
            let text = "2 commits with 2 files, 1 file not committed"
            try await screen.wait(for: text) { $0.allText.contains(text) }
            try gallery.show("worktrees", screen, contains: text, width: 700, height: 560)
        }

        @Test func aModelIsNamed() async throws {
            let screen = window(PreviewData.client)
            try await screen.wait(for: "the sessions") { $0.all(.row).count == 4 }
            try screen.selectRow(containing: "New session")
            try await screen.wait(for: "the models") { $0.exists(.toggle, "Claude Opus 5.5") }
            try screen.choose("Other Model…", from: "model-menu")
            try screen.type("claude-99", into: "Model")
            try gallery.show("other-model", screen, contains: "Other Model")
        }

        @Test func windowsWithoutASession() async throws {
            let some = window(PreviewData.client)
            try await some.wait(for: "the sessions") { $0.all(.row).count == 4 }
            try gallery.show("window-no-selection", some, contains: "No Session Selected")
            try some.type("zebra", into: "Search Sessions")
            try gallery.show("window-nothing-found", some, contains: "zebra")
            let none = window(MockClient())
            try await none.wait(for: "the offer") { $0.texts.contains("No Sessions Yet") }
            try gallery.show("window-first-start", none, contains: "No Sessions Yet")
            try none.press("Start a Session")
            let label = "Demo model: scripted answers, offline."
            try await none.wait(for: "the label") { $0.texts.contains(label) }
            try gallery.show("session-demo", none, contains: label)
        }

        @Test func whatCanNotBeOpened() async throws {
            let app = AppUnderTest(AtelierScenes(launch: PreviewData.brokenLaunch))
            let broken = try app.frontWindow()
            try await broken.wait(for: "the sentence") { $0.texts.contains(PreviewData.newerDatabase) }
            try gallery.show("launch-failed", broken, contains: PreviewData.newerDatabase)
            let client = PreviewData.client
            await client.fail(.sessions, with: WorkbenchError(.storage, "The database is damaged."))
            let unreadable = window(client)
            try await unreadable.wait(for: "the sentence") { $0.texts.contains("The database is damaged.") }
            try gallery.show("window-list-failed", unreadable, contains: "The Sessions Can’t Be Shown")
        }

        private func showSettings(_ name: String, _ screen: Screen, contains text: String) throws {
            try gallery.show("settings-" + name, screen, contains: text, width: 700, height: 600)
        }

        @Test func settings() async throws {
            let model = SettingsModel(client: PreviewData.client)
            let view = SettingsView(model: model, folders: PreviewData.folders)
            let screen = Screen(view.environment(\.desktop, RecordingDesktop()))
            try await screen.wait(for: "the settings") { $0.texts.contains("Anthropic · claude-sonnet-5-5") }
            try showSettings("model", screen, contains: "Anthropic · claude-sonnet-5-5")
            try screen.press("Providers")
            for name in ["work", "home"] {
                try screen.type("sk-ant-api03-0123456789-\(name)", into: "New key")
                try screen.type(name, into: "Name")
                try screen.press("Save Key")
                try await screen.wait(for: "the key") { $0.texts.contains("…\(name)") }
            }
            try showSettings("provider", screen, contains: "…work")
            try screen.press("Remove key work…")
            try showSettings("key-removal", screen, contains: "Atelier can’t show it again.")
            try screen.press("Cancel")
            try screen.selectRow(containing: "Google")
            try showSettings("provider-problem", screen, contains: PreviewData.foreignKey)
            try screen.selectRow(containing: "Compatible Server")
            try screen.press("Look for Local Servers")
            try await screen.wait(for: "the servers") { $0.texts.contains("Ollama") }
            try screen.type("127.0.0.1:11434", into: "Base URL")
            try screen.submit("Base URL")
            try await screen.wait(for: "the sentence") { $0.texts.contains { $0.contains("is not an address") } }
            try showSettings("provider-compatible", screen, contains: "is not an address")
            try screen.press("Agents")
            try await screen.wait(for: "the agents") { $0.exists(.picker, "Thinking") }
            try showSettings("agents", screen, contains: "~/.cache/swift")
            try screen.press("Rules")
            try screen.choose(PreviewData.project, from: "Folder")
            try await screen.wait(for: "the rules") { $0.texts.contains("Edit(Sources/**)") }
            try showSettings("rules", screen, contains: "A project's own files can't allow anything")
            try screen.press("Servers")
            try screen.choose(PreviewData.project, from: "Folder")
            try await screen.wait(for: "the servers") { $0.texts.contains("Needs your consent") }
            try screen.choose("Show Tools", from: "More about files")
            try await screen.wait(for: "the tools") { $0.texts.contains("read_text_file") }
            try showSettings("servers", screen, contains: "Needs a log-in")
            try screen.press("Add Server…")
            try showSettings("server-new", screen, contains: "Add MCP Server")
            try screen.press("Cancel")
            try screen.press("Folders")
            try await screen.wait(for: "the folders") { $0.texts.contains("/Users/ada/Notes") }
            try showSettings("folders", screen, contains: "/Users/ada/Projects/engine")
            try screen.press("Diagnostics")
            try await screen.wait(for: "the findings") { $0.texts.contains("Database") }
            try showSettings("diagnostics", screen, contains: "Mend it or move it away")
        }
    }
}
