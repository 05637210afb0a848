// The window: sessions at the side, the chosen one beside them.
import AtelierKit
import Foundation
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct SidebarScreenTests {
        let client = PreviewData.client
        let desktop = RecordingDesktop()
        let screen: Screen

        init() {
            let root = RootView(client: client, settings: SettingsModel(client: client))
            screen = Screen(root.environment(\.desktop, desktop))
        }

        private func listed() async throws {
            try await screen.wait(for: "the sessions") { $0.all(.row).count == 4 }
        }

        private var rows: [String] { screen.all(.row).map { Node.text(of: [$0]) } }

        @Test func sessionsAreListedNewestFirstWithTheirState() async throws {
            try await listed()
            #expect(rows[0].contains("Why does the login fail"))
            #expect(rows[1].contains("Write release notes") && rows[1].contains("Working"))
            #expect(rows[3].contains("New session"))
            #expect(screen.texts.contains("No Session Selected"))
            #expect(screen.complaints == [])
        }

        @Test func aSessionIsShownWhenItIsChosen() async throws {
            try await listed()
            try screen.selectRow(containing: "Why does the login fail")
            #expect(screen.all(.row).filter(\.isSelected).count == 1)
            try await screen.wait(for: "its answer") { $0.allText.contains("The refresh handler") }
            #expect(screen.title == "Why does the login fail after the token was refreshed?")
        }

        @Test func aWindowShowsItsSessionAgainWhenItIsOpenedAgain() async throws {
            try await listed()
            try screen.selectRow(containing: "Summarise the changes")
            try await screen.wait(for: "its text") { $0.texts.contains(PreviewData.refusedKey) }
            screen.close()
            let root = RootView(client: client, settings: SettingsModel(client: client))
            let reopened = Screen(root, restoring: screen)
            try await reopened.wait(for: "the same session") { $0.texts.contains(PreviewData.refusedKey) }
        }

        @Test func searchingNarrowsTheListAndSaysWhenNothingIsFound() async throws {
            try await listed()
            try screen.type("RELEASE", into: "Search Sessions")
            #expect(rows.count == 1 && rows[0].contains("Write release notes"))
            try screen.replaceText(of: "Search Sessions", with: "zebra")
            #expect(rows.isEmpty)
            #expect(screen.texts.contains { $0.contains("zebra") })
        }

        @Test func aNewSessionIsShownWithTheInsertionPointInItsComposer() async throws {
            try await listed()
            try screen.press("New Session")
            try await screen.wait(for: "the session") { $0.all(.row).count == 5 && $0.exists(.textField, "Message") }
            #expect(try screen.find(.textField, "Message").isFocused)
        }

        @Test func aSessionMovesToTheTopWhenItIsWorkedOn() async throws {
            try await listed()
            try screen.selectRow(containing: "New session")
            try screen.type("Draw a cat", into: "Message")
            try screen.submit("Message")
            try await screen.wait(for: "the new order") { Node.text(of: [$0.all(.row)[0]]).contains("Draw a cat") }
        }

        @Test func whatTheCommandLineHasDoneIsListedWhenTheWindowComesToTheFront() async throws {
            let client = PreviewData.client
            let focus = Focus()
            let screen = Screen(WindowInFront(client: client, focus: focus))
            try await screen.wait(for: "the sessions") { $0.all(.row).count == 4 }
            focus.isActive = false
            _ = screen.nodes
            _ = try await client.createSession()
            focus.isActive = true
            try await screen.wait(for: "the new session") { $0.all(.row).count == 5 }
        }

        @Test func aSessionThatCanNotBeMadeSaysWhyInTheSidebar() async throws {
            try await listed()
            await client.fail(.createSession, with: WorkbenchError(.storage, "The database is read-only."))
            try screen.press("New Session")
            try await screen.wait(for: "the sentence") { $0.texts.contains("The database is read-only.") }
            try screen.press("Dismiss")
            #expect(!screen.texts.contains("The database is read-only."))
            #expect(screen.all(.row).count == 4)
        }

        @Test func theContextMenuCopiesTheSessionID() async throws {
            try await listed()
            #expect(try screen.contextMenu(ofRowContaining: "Write release") == ["Copy Session ID"])
            try screen.choose("Copy Session ID", fromContextMenuOfRowContaining: "Write release")
            #expect(desktop.copied == [PreviewData.streamingLog.summary.id])
        }

        @Test func withoutSessionsTheWindowOffersToStartOne() async throws {
            let client = MockClient()
            let screen = Screen(RootView(client: client, settings: SettingsModel(client: client)))
            try await screen.wait(for: "the offer") { $0.texts.contains("No Sessions Yet") }
            try screen.press("Start a Session")
            try await screen.wait(for: "the chat") { $0.exists(.textField, "Message") }
            #expect(try await client.sessions().count == 1)
        }

        @Test func draftsSurviveAChangeOfSession() async throws {
            try await listed()
            try screen.selectRow(containing: "New session")
            try screen.type("Half a thought", into: "Message")
            try screen.selectRow(containing: "Why does the login")
            try await screen.wait(for: "the other draft") { try $0.find(.textField, "Message").value == "" }
            try screen.selectRow(containing: "New session")
            try await screen.wait(for: "the draft") { try $0.find(.textField, "Message").value == "Half a thought" }
        }

        @Test func aSessionThatIsAnsweredUnseenIsMarkedUntilItIsDone() async throws {
            try await listed()
            let id = PreviewData.streamingLog.summary.id
            try screen.selectRow(containing: "Write release notes")
            try await screen.wait(for: "its text") { $0.allText.contains("is the first version that") }
            try screen.selectRow(containing: "New session")
            await client.update(id) { $0.fail(.llmAPIError, "The answer ended unexpectedly.") }
            try await screen.wait(for: "its end") { screen in
                screen.all(.row).contains { Node.text(of: [$0]).contains("Failed") }
            }
            #expect(!rows.contains { $0.contains("Working") })
        }
    }
}

/// Says whether a window is in front.
@MainActor
@Observable
private final class Focus {
    var isActive = true
}

private struct WindowInFront: View {
    let client: MockClient
    let focus: Focus

    var body: some View {
        RootView(client: client, settings: SettingsModel(client: client))
            .environment(\.appearsActive, focus.isActive)
    }
}
