// Quick open and the search in a folder.
import AtelierKit
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct FindingScreenTests {
        let client: MockClient
        let desktop = RecordingDesktop()

        init() {
            var log = PreviewData.finishedLog
            log.append(.sessionProject(path: PreviewData.project))
            client = MockClient(logs: [log], finding: PreviewData.files)
        }

        /// An app whose session with a folder is shown.
        private func app() async throws -> (AppUnderTest, Screen) {
            let client = client
            let app = AppUnderTest(AtelierScenes(launch: LaunchModel { client }, desktop: desktop))
            let window = try app.frontWindow()
            try await window.wait(for: "the session") { $0.all(.row).count == 1 }
            try window.selectRow(containing: "Why does the login fail")
            try await window.wait(for: "the transcript") { $0.exists(.scroll, "Transcript") }
            try await window.wait(for: "its folder") { $0.exists(.menu, "mode-menu") }
            return (app, window)
        }

        @Test func aFileIsFoundByLettersChosenWithArrowsAndOpened() async throws {
            let (app, window) = try await app()
            #expect(try app.menuItem("File", "Open Quickly…").shortcut == "⌘P")
            try app.choose("Open Quickly…", fromMenu: "File")
            try await window.wait(for: "all files") { $0.texts.contains("4 files") }
            try window.type("session", into: "Open Quickly")
            try await window.wait(for: "two of them") { $0.texts.contains("2 files") }
            let files = window.all(.button).map(\.label).filter { $0.hasSuffix(".swift") }
            #expect(files == ["Sources/Engine/Session.swift", "Tests/EngineTests/SessionTests.swift"])
            #expect(try window.find(.button, files[0]).traits.contains(.isSelected))
            #expect(try window.pressKey(.downArrow, in: "Open Quickly"))
            #expect(try window.find(.button, files[1]).traits.contains(.isSelected))
            #expect(window.complaints == [])
            try window.submit("Open Quickly")
            try await window.wait(for: "the end of it") { !$0.exists(.textField, "Open Quickly") }
            #expect(await client.mockFinding.opened == ["Tests/EngineTests/SessionTests.swift"])
        }

        @Test func linesAreFoundByFileAndOneIsOpened() async throws {
            let (app, window) = try await app()
            #expect(try app.menuItem("Edit", "Find in Folder…").shortcut == "⇧⌘F")
            try app.choose("Find in Folder…", fromMenu: "Edit")
            try window.type("token", into: "Find in Folder")
            try window.submit("Find in Folder")
            try await window.wait(for: "the lines") { $0.allText.contains("5 lines in 4 files") }
            #expect(window.exists(.disclosure, "README.md 1"))
            try window.press("Match Case")
            try window.type("*.swift", into: "Only In")
            try window.press("Find")
            try await window.wait(for: "fewer") { $0.allText.contains("2 lines in 1 file") }
            #expect(window.complaints == [])
            try window.press("Sources/Engine/Session.swift, line 3:     session.token = token")
            try await window.wait(for: "the end of it") { !$0.exists(.textField, "Find in Folder") }
        }

        @Test func whatIsFoundIsShownInTheFilesSectionAtItsLine() async throws {
            var log = PreviewData.finishedLog
            log.append(.sessionProject(path: MockDisk.enginePath))
            let finding = MockFinding(files: [
                "Sources/Session.swift": "import Foundation\n\nlet token = 1\n", "README.md": "# Engine\n",
            ])
            let client = MockClient(logs: [log], disk: .engine, finding: finding)
            let app = AppUnderTest(AtelierScenes(launch: LaunchModel { client }, desktop: desktop))
            let window = try app.frontWindow()
            try await window.wait(for: "the session") { $0.all(.row).count == 1 }
            try window.selectRow(containing: "Why does the login fail")
            try await window.wait(for: "its folder") { $0.exists(.menu, "mode-menu") }
            try window.shortcut("⌘P")
            try window.type("readme", into: "Open Quickly")
            try await window.wait(for: "the file") { $0.exists(.button, "README.md") }
            try window.submit("Open Quickly")
            try await window.wait(for: "the file in its section") { window in
                window.exists(.list, "Files") && window.texts.contains("# Engine")
            }
            try window.shortcut("⇧⌘F")
            try window.type("token", into: "Find in Folder")
            try window.submit("Find in Folder")
            try await window.wait(for: "the lines") { $0.exists(.disclosure, "Sources/Session.swift 1") }
            try window.press("Sources/Session.swift, line 3: let token = 1")
            try await window.wait(for: "the line") { window in
                guard window.exists(.scroll, "Text of the file") else { return false }
                return try window.scrollTarget(of: "Text of the file") == AnyHashable(3)
            }
            #expect(window.texts.contains("Session.swift"))
            #expect(app.warnings == [])
        }

        @Test func aFileIsMentionedInThePrompt() async throws {
            let (_, window) = try await app()
            try window.type("Look at @session", into: "Message")
            try await window.wait(for: "the files") { $0.exists(.group, "Files") }
            #expect(window.exists(.button, "Sources/Engine/Session.swift"))
            #expect(window.complaints == [])
            #expect(try window.pressKey(.tab, in: "Message"))
            try await window.wait(for: "its path") { window in
                try window.find(.textField, "Message").value == "Look at @Sources/Engine/Session.swift "
            }
            #expect(!window.exists(.group, "Files"))
            try window.type("and @read", into: "Message")
            try await window.wait(for: "another alone") { window in
                window.exists(.button, "README.md") && !window.exists(.button, "Sources/Engine/Session.swift")
            }
            try window.press("README.md")
            let whole = "Look at @Sources/Engine/Session.swift and @README.md "
            #expect(try window.find(.textField, "Message").value == whole)
        }

        @Test func replacingShowsWhatItWouldDoBeforeAnythingChanges() async throws {
            let (app, window) = try await app()
            try app.choose("Find in Folder…", fromMenu: "Edit")
            try window.type("token", into: "Find in Folder")
            try window.press("Replace")
            try window.type("key", into: "Replace With")
            try window.press("Preview")
            try await window.wait(for: "the preview") { $0.exists(.button, "Replace in 4 Files") }
            #expect(window.exists(.group, "After, line 3:     session.key = key"))
            try window.press("README.md")
            #expect(window.complaints == [])
            // The last file may be there a moment before it is known to be the last.
            try await window.wait(for: "the end of the search") { window in
                try window.find(.button, "Replace in 3 Files").isEnabled
            }
            try window.press("Replace in 3 Files")
            try await window.wait(for: "the outcome") { $0.allText.contains("Session.swift: 4 replaced") }
            let files = await client.mockFinding.files
            #expect(files["README.md"]?.contains("token") == true)
            #expect(files["Sources/Engine/Session.swift"]?.contains("session.key = key") == true)
        }

        @Test func withoutAFolderThePalettesSayWhatIsMissing() async throws {
            let finding = FindingModel(client: client)
            for screen in [Screen(QuickOpenView(finding: finding)), Screen(ProjectSearchView(finding: finding))] {
                #expect(screen.allText.contains("No Folder"))
                #expect(screen.complaints == [])
            }
        }
    }
}
