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
            let items = try screen.contextMenu(ofRowContaining: "Write release")
            #expect(items == ["Rename…", "Duplicate", "Archive", "Copy Session ID", "Delete…"])
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

        /// A window over sessions whose menus work.
        private func managed() async throws -> (client: MockClient, screen: Screen, desktop: RecordingDesktop) {
            let (client, desktop) = (PreviewData.client, RecordingDesktop())
            let root = RootView(client: client, settings: SettingsModel(client: client))
            let screen = Screen(root.environment(\.desktop, desktop))
            try await screen.wait(for: "the sessions") { $0.all(.row).count == 4 }
            return (client, screen, desktop)
        }

        @Test func aSessionIsRenamedDuplicatedAndPutAway() async throws {
            let (_, screen, _) = try await managed()
            try screen.choose("Rename…", fromContextMenuOfRowContaining: "Why does the login")
            #expect(try screen.find(.textField, "Title").isFocused)
            try screen.replaceText(of: "Title", with: "Login")
            try screen.press("Rename")
            try await screen.wait(for: "the title") { $0.texts.contains("Login") && !$0.exists(.textField, "Title") }
            try screen.choose("Duplicate", fromContextMenuOfRowContaining: "Login")
            try await screen.wait(for: "the copy") { $0.all(.row).count == 5 && $0.title == "Login (copy)" }
            let note = "Copied from another session up to here."
            try await screen.wait(for: "the note") { $0.texts.contains(note) }
            try screen.choose("Archive", fromContextMenuOfRowContaining: "Login (copy)")
            try await screen.wait(for: "the list") { $0.all(.row).count == 4 }
            #expect(screen.complaints == [])
        }

        @Test func aSessionIsDeletedOnlyAfterAQuestion() async throws {
            let (client, screen, _) = try await managed()
            try screen.choose("Delete…", fromContextMenuOfRowContaining: "Why does the login")
            #expect(screen.allText.contains("Nothing brings it back."))
            try screen.press("Cancel")
            #expect(screen.all(.row).count == 4)
            try screen.choose("Delete…", fromContextMenuOfRowContaining: "Why does the login")
            try screen.press("Delete Session")
            try await screen.wait(for: "the list") { $0.all(.row).count == 3 }
            #expect(try await client.sessions().count == 3)
            try screen.choose("Delete…", fromContextMenuOfRowContaining: "Write release notes")
            try screen.press("Delete Session")
            try await screen.wait(for: "the sentence") { $0.allText.contains("This session is at work") }
        }

        @Test func aSessionIsWrittenDownWhereThePersonSays() async throws {
            let (_, screen, desktop) = try await managed()
            try screen.choose("Markdown…", fromContextMenuOfRowContaining: "Summarise the changes")
            try await screen.wait(for: "the file") { _ in !desktop.saved.isEmpty }
            #expect(desktop.saved.keys.first == "Summarise the changes of this week..md")
        }

        @Test func thePromptOfASessionIsForkedFromOrGoneBackTo() async throws {
            let (client, screen, _) = try await managed()
            try screen.selectRow(containing: "Why does the login")
            try await screen.wait(for: "the answer") { $0.exists(.group, "Answer") }
            try screen.choose("Rewind to Here…", fromContextMenuOf: .group, "Prompt")
            try screen.press("Rewind Conversation and Files")
            try await screen.wait(for: "the composer") { screen in
                try screen.find(.textField, "Message").value?.hasPrefix("Why does the login") == true
                    && !screen.exists(.group, "Answer")
            }
            let log = try await client.log(of: PreviewData.finishedLog.summary.id)
            #expect(log.events.last?.body == .conversationRewound(to: 1))
            try screen.selectRow(containing: "Summarise the changes")
            try await screen.wait(for: "the prompt") { $0.exists(.group, "Prompt") }
            try screen.choose("Fork from Here", fromContextMenuOf: .group, "Prompt")
            try await screen.wait(for: "the copy") { $0.title == "Summarise the changes of this week. (copy)" }
        }

        @Test func sessionsStandUnderTheirProjectWhichCanBeFoldedAway() async throws {
            let client = PreviewData.projectClient
            let screen = Screen(RootView(client: client, settings: SettingsModel(client: client)))
            try await screen.wait(for: "the sessions") { $0.all(.row).count == 5 }
            #expect(screen.all(.section).map(\.label) == ["engine", "site", "No Folder"])
            let rows = screen.all(.row).map { Node.text(of: [$0]) }
            #expect(rows[1].contains("A faster start") && rows[1].contains("faster-start"))
            try screen.press("site")
            #expect(screen.all(.row).count == 3)
            #expect(screen.exists(.section, "site One of its sessions needs your answer"))
            try screen.type("icons", into: "Search Sessions")
            #expect(screen.all(.row).count == 1, "who searches sees what is folded away")
            try screen.replaceText(of: "Search Sessions", with: "")
            screen.close()
            let root = RootView(client: client, settings: SettingsModel(client: client))
            let reopened = Screen(root, restoring: screen)
            try await reopened.wait(for: "the sessions") { $0.all(.row).count == 3 }
            #expect(screen.complaints == [] && reopened.complaints == [])
        }

        @Test func aSessionMovesToItsProjectWhenItsFolderIsChosen() async throws {
            try await listed()
            #expect(screen.all(.section).isEmpty)
            try screen.selectRow(containing: "New session")
            try await screen.wait(for: "the chat") { $0.exists(.textField, "Message") }
            await client.update(PreviewData.emptyLog.summary.id) { $0.append(.sessionProject(path: "/a/engine")) }
            try await screen.wait(for: "the project") { $0.exists(.section, "engine") }
            #expect(screen.exists(.section, "No Folder"))
        }

        @Test func aFolderIsOpenedFromTheMenuWithASessionInIt() async throws {
            let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false)
            let (client, access) = (MockClient(), MockFolderAccess())
            access.choice = ChosenFolder(path: folder)
            let app = AppUnderTest(AtelierScenes(launch: LaunchModel(access: access) { client }, desktop: desktop))
            let window = try app.frontWindow()
            try await window.wait(for: "the window") { $0.texts.contains("No Sessions Yet") }
            #expect(try app.menuItem("File", "Open Folder…").shortcut == "⌘O")
            #expect(throws: ScreenError.self, "there is no project") { try app.menuItem("File", "New Session Here") }
            try app.choose("Open Folder…", fromMenu: "File")
            try await window.wait(for: "the session") { $0.exists(.section, folder.pathName) }
            #expect(try await client.sessions().map(\.folder) == [folder])
            try app.choose("New Session Here", fromMenu: "File")
            try await window.wait(for: "another one") { $0.all(.row).count == 2 }
            try await window.wait(for: "its folder") { _ in
                try await client.sessions().map(\.folder) == [folder, folder]
            }
            #expect(app.warnings == [])
        }

        @Test func whatWasSaidIsFoundAndLeadsToItsSession() async throws {
            let client = PreviewData.client
            let screen = Screen(RootView(client: client, settings: SettingsModel(client: client)))
            try await screen.wait(for: "the sessions") { $0.all(.row).count == 4 }
            try screen.type("handler asks", into: "Search Sessions")
            try await screen.wait(for: "the hit") { $0.exists(.section, "Found in Sessions") }
            let hit = try #require(screen.all(.button).first { $0.label.contains("handler asks") })
            #expect(hit.label.contains("Why does the login fail"))
            try screen.press(hit.label)
            try await screen.wait(for: "the session") { $0.exists(.group, "Answer") }
            #expect(screen.complaints == [])
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
