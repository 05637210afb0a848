// Switching between chat, files, changes, history and branches, and the menus that belong to them.
import AtelierKit
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct SectionTests {
        let client: MockClient
        let app: AppUnderTest

        init() {
            var log = MockLog(id: "11111111-5c0e-4f0b-9c69-3f2f4a3d1b66")
            log.append(.sessionProject(path: MockDisk.enginePath))
            log.ask("Mend the login", of: PreviewData.claude)
            log.say("Done.")
            log.finish()
            let client = MockClient(
                logs: [log, PreviewData.emptyLog],
                disk: .engine,
                identities: PreviewData.identities
            )
            self.client = client
            app = AppUnderTest(AtelierScenes(launch: LaunchModel { client }, desktop: RecordingDesktop()))
        }

        private func window(_ session: String = "Mend the login") async throws -> Screen {
            let window = try app.frontWindow()
            try await window.wait(for: "the sessions") { $0.all(.row).count == 2 }
            try window.selectRow(containing: session)
            try await window.wait(for: "the chat") { $0.exists(.textField, "Message") }
            return window
        }

        @Test func theSectionsAreInTheToolbarAndInTheMenuWithShortcuts() async throws {
            let window = try await window()
            for (item, shortcut) in [
                ("Chat", "⌘1"), ("Files", "⌘2"), ("Changes", "⌘3"), ("History", "⌘4"), ("Branches", "⌘5"),
            ] {
                #expect(try app.menuItem("View", item).shortcut == shortcut)
            }
            try window.choose("Changes", from: "View")
            try await window.wait(for: "the changes") { $0.exists(.section, "Not Staged 2") }
            try window.shortcut("⌘2")
            try await window.wait(for: "the files") { $0.texts.contains("README.md") }
            try window.shortcut("⌘4")
            try await window.wait(for: "the history") { $0.allText.contains("Begin the engine") }
            try window.shortcut("⌘5")
            try await window.wait(for: "the branches") { $0.texts.contains("origin/retry") }
            #expect(window.subtitle == "main, 1 ahead")
            try window.shortcut("⌘1")
            try await window.wait(for: "the chat") { $0.exists(.textField, "Message") }
            #expect(app.warnings == [])
        }

        @Test func menusStageWhatIsChosenInTheListAndHunksOfWhatIsShown() async throws {
            let window = try await window()
            try window.shortcut("⌘3")
            try await window.wait(for: "the files") { $0.exists(.section, "Not Staged 2") }
            #expect(try !app.menuItem("Git", "Stage").isEnabled && !app.menuItem("Git", "Stage Hunk").isEnabled)
            try window.selectRow(containing: "README.md")
            try window.addRow(containing: "LoginTests.swift")
            #expect(try app.menuItem("Git", "Discard Changes…").shortcut == "⌥⌘⌫")
            try window.shortcut("⌥⌘S")
            try await window.wait(for: "both") { $0.exists(.section, "Staged 3") }
            try window.selectRow(containing: "README.md")
            try await window.wait(for: "the hunk") { _ in try app.menuItem("Git", "Unstage Hunk").isEnabled }
            #expect(try app.menuItem("Git", "Unstage Hunk").shortcut == "⌥⇧⌘S")
            #expect(try app.menuItem("Git", "Next Hunk").shortcut == "⌥⌘↓")
            #expect(try !app.menuItem("Git", "Discard Hunk…").isEnabled, "it is staged")
            try window.shortcut("⌥⇧⌘S")
            try await window.wait(for: "the rest") { $0.exists(.section, "Staged 2") }
            #expect(app.warnings == [])
        }

        @Test func everyActionOfFilesAndGitIsInAMenu() async throws {
            let window = try await window()
            for (menu, item, shortcut) in [
                ("File", "New File…", "⌃⌘N"), ("File", "Move to Trash…", "⌘⌫"), ("Git", "Commit", "⌥⌘C"),
                ("Git", "Stage", "⌥⌘S"), ("Git", "Push", "⌥⌘P"),
            ] {
                #expect(try app.menuItem(menu, item).shortcut == shortcut, "\(menu) › \(item)")
            }
            #expect(try !app.menuItem("File", "New File…").isEnabled, "only where the files are")
            try window.shortcut("⌘3")
            try await window.wait(for: "the changes") { $0.exists(.section, "Not Staged 2") }
            try app.choose("Stage All", fromMenu: "Git")
            try await window.wait(for: "the end") { !$0.exists(.section, "Not Staged 2") }
            try window.type("All of it", into: "Commit message")
            try app.choose("Commit", fromMenu: "Git")
            try await window.wait(for: "the commit") { $0.texts.contains("Nothing Is Changed") }
            try app.choose("New Branch…", fromMenu: "Git")
            try await window.wait(for: "the sheet") { $0.exists(.textField, "Branch name") }
        }

        @Test func whoIsLedToASessionSeesItsChat() async throws {
            let window = try await window()
            for lead in ["⌘N", "a hit"] {
                try window.shortcut("⌘3")
                try await window.wait(for: "the changes") { !$0.exists(.textField, "Message") }
                if lead == "⌘N" {
                    try window.shortcut(lead)
                } else {
                    try window.type("Done", into: "Search Sessions")
                    try await window.wait(for: "the hit") { $0.exists(.section, "Found in Sessions") }
                    try window.press(try #require(window.all(.button).first { $0.label.contains("Done.") }).label)
                }
                try await window.wait(for: "the chat") { $0.exists(.textField, "Message") }
            }
            #expect(app.warnings == [])
        }

        @Test func aSessionWithoutAFolderSaysWhereToChooseOne() async throws {
            let window = try await window("New session")
            try window.shortcut("⌘2")
            #expect(window.texts.contains("No Folder"))
            try window.press("Show Chat")
            #expect(window.exists(.textField, "Message"))
        }

        @Test func aFolderThatIsNotWatchedIsTriedAgainAndSaysWhatIsSeenLate() async throws {
            await client.fail(.files, with: WorkbenchError(.storage, "The folder can't be read."))
            await client.changeDisk { $0.notice = "Changes are noticed late here." }
            let window = try await window()
            try window.shortcut("⌘2")
            try await window.wait(for: "the problem") { $0.exists(.button, "Try Again") }
            await client.fail(.files, with: nil)
            try window.press("Try Again")
            try await window.wait(for: "the notice") { $0.texts.contains("Changes are noticed late here.") }
            #expect(!window.texts.contains("The folder can't be read."))
            try window.press("Dismiss")
            try await window.wait(for: "the files alone") { !$0.texts.contains("Changes are noticed late here.") }
            #expect(window.texts.contains("README.md"))
        }

        @Test func aQuestionOfTheAgentIsToldInOtherSections() async throws {
            let window = try await window()
            try window.shortcut("⌘2")
            try await window.wait(for: "the files") { $0.texts.contains("README.md") }
            await client.update("11111111-5c0e-4f0b-9c69-3f2f4a3d1b66") { log in
                log.ask("Go", of: PreviewData.claude)
                log.request("shell_exec", "{}")
                log.askWhetherToRun(ToolQuestion(preview: "ls", expiresAt: Date(timeIntervalSinceNow: 3600)))
            }
            try await window.wait(for: "the notice") { $0.exists(.button, "Show Question") }
            try window.press("Show Question")
            try await window.wait(for: "the question") { $0.exists(.button, "Deny") }
        }

        @Test func aCloneIsMadeFromTheMenu() async throws {
            let window = try await window()
            try window.shortcut("⌘2")
            try await window.wait(for: "the files") { $0.texts.contains("README.md") }
            try app.choose("Clone Repository…", fromMenu: "File")
            try await window.wait(for: "the sheet") { $0.exists(.textField, "Address") }
            #expect(try window.find(.textField, "Into the folder").value == "/Users/ada/Projects")
            try window.type("https://example.com/ada/notes.git", into: "Address")
            try window.press("Clone")
            try await window.wait(for: "the clone") { _ in
                try await client.changes(in: "/Users/ada/Projects/notes") != nil
            }
        }
    }
}
