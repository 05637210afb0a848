// The whole app: scenes, menus, shortcuts, windows.
import AtelierKit
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct AppTests {
        let client = PreviewData.client
        let desktop = RecordingDesktop()
        let app: AppUnderTest

        init() {
            let client = client
            app = AppUnderTest(AtelierScenes(launch: LaunchModel { client }, desktop: desktop))
        }

        private func window() async throws -> Screen {
            let window = try app.frontWindow()
            try await window.wait(for: "the sessions") { $0.all(.row).count == 4 }
            return window
        }

        @Test func theAppHasAMainWindowAndSettings() async throws {
            #expect(app.sceneTitles == ["Atelier", "Settings"])
            _ = try await window()
            #expect(app.warnings == [])
        }

        @Test func theComposerKnowsWhoAnswersWithoutTheSettingsWindow() async throws {
            let window = try await window()
            try window.selectRow(containing: "New session")
            try await window.wait(for: "the model") { $0.exists(.menu, "Model: Anthropic · Claude Sonnet 5.5") }
        }

        @Test func everyActionIsInAMenuWithItsShortcut() throws {
            let shortcuts = [
                ("File", "New Session", "⌘N"), ("File", "New Window", "⇧⌘N"), ("Edit", "Find Session…", "⌘F"),
                ("Session", "Send", "⌘↩"), ("Session", "Stop", "⌘."), ("Session", "Refresh Sessions", "⌘R"),
                ("Session", "Copy Last Answer", "⇧⌘C"), ("Session", "Allow Once", "⌥⌘Y"),
                ("Session", "Always Allow", "⌥⇧⌘Y"), ("Session", "Deny", "⌥⌘D"),
            ]
            for (menu, item, shortcut) in shortcuts {
                #expect(try app.menuItem(menu, item).shortcut == shortcut, "\(menu) › \(item)")
            }
            #expect(try app.menuItem("Session", "Undo File Changes").shortcut == "⌥⌘Z")
            let more = ["Rename…", "Duplicate", "Archive", "Delete…", "Show Archived Sessions"]
            for item in ["Try Again", "Copy Session ID"] + more { _ = try app.menuItem("Session", item) }
        }

        @Test func menusFollowTheChatInFront() async throws {
            let window = try await window()
            #expect(try !app.menuItem("Session", "Send").isEnabled)
            #expect(try !app.menuItem("Session", "Copy Session ID").isEnabled)
            try window.selectRow(containing: "New session")
            try window.type("go", into: "Message")
            #expect(try app.menuItem("Session", "Send").isEnabled)
            try window.shortcut("⌘↩")
            try await window.wait(for: "the turn") { $0.exists(.button, "Stop") }
            #expect(try app.menuItem("Session", "Stop").isEnabled)
            try window.shortcut("⌘.")
            try await window.wait(for: "the end") { $0.exists(.button, "Send") }
            #expect(try !app.menuItem("Session", "Stop").isEnabled)
        }

        @Test func theMenuCopiesTheAnswerAndTheSessionID() async throws {
            let window = try await window()
            try window.selectRow(containing: "Why does the login fail")
            try await window.wait(for: "the answer") { $0.allText.contains("The refresh handler") }
            try app.choose("Copy Last Answer", fromMenu: "Session")
            try app.choose("Copy Session ID", fromMenu: "Session")
            #expect(desktop.copied.count == 2)
            #expect(desktop.copied[0].contains("```swift"), "an answer is copied as the model wrote it")
            #expect(desktop.copied[1] == PreviewData.finishedLog.summary.id)
        }

        @Test func newSessionAndFindWorkFromTheMenu() async throws {
            let window = try await window()
            try window.shortcut("⌘N")
            try await window.wait(for: "the session") { $0.all(.row).count == 5 && $0.exists(.textField, "Message") }
            try window.shortcut("⌘F")
            #expect(try window.find(.textField, "Search Sessions").isFocused)
        }

        @Test func windowsHaveASelectionAndDraftsOfTheirOwn() async throws {
            let first = try await window()
            try first.selectRow(containing: "New session")
            try first.type("In the first", into: "Message")
            try app.choose("New Window", fromMenu: "File")
            let second = try await window()
            #expect(!second.exists(.textField, "Message"))
            try second.selectRow(containing: "New session")
            #expect(try second.find(.textField, "Message").value == "")
            #expect(try first.find(.textField, "Message").value == "In the first")
        }

        @Test func aTryAgainIsOfferedInTheMenuWhenATurnHasFailed() async throws {
            let window = try await window()
            #expect(try !app.menuItem("Session", "Try Again").isEnabled)
            try window.selectRow(containing: "Summarise the changes")
            try await window.wait(for: "the sentence") { $0.texts.contains(PreviewData.refusedKey) }
            #expect(try app.menuItem("Session", "Try Again").isEnabled)
        }
    }
}
