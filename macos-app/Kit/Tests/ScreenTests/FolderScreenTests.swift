// The folders in the Settings window and in the File menu.
import AtelierKit
import Foundation
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct FolderScreenTests {
        let client = PreviewData.client
        let access = MockFolderAccess()
        let desktop = RecordingDesktop()

        private func settings(_ access: (any FolderAccess)?) async throws -> Screen {
            let folders = FoldersModel(client: client, access: access)
            let view = SettingsView(model: SettingsModel(client: client), folders: folders)
            let screen = Screen(view.environment(\.desktop, desktop))
            try screen.press("Folders")
            try await screen.wait(for: "the folders") { $0.texts.contains("/Users/ada/Notes") }
            return screen
        }

        @Test func foldersAreListedAddedAndShownInFinder() async throws {
            let screen = try await settings(access)
            try screen.press("Show /Users/ada/Notes in Finder")
            #expect(desktop.revealed == ["/Users/ada/Notes"])
            let folder = FileManager.default.temporaryDirectory.path
            access.choice = ChosenFolder(path: folder)
            try screen.press("Add Folder…")
            try await screen.wait(for: "the new one") { $0.texts.contains(folder) }
            #expect(screen.complaints == [])
        }

        @Test func aFolderThatCanNotBeUsedIsToldUnderTheList() async throws {
            let screen = try await settings(access)
            access.choice = ChosenFolder(path: "/Users/nobody/gone")
            try screen.press("Add Folder…")
            try await screen.wait(for: "the sentence") { $0.texts.contains("Directory does not exist") }
            #expect(!screen.texts.contains("/Users/nobody/gone"))
            #expect(screen.complaints == [])
        }

        @Test func withoutAPanelFoldersAreOnlyListed() async throws {
            let screen = try await settings(nil)
            #expect(!screen.exists(.button, "Add Folder…"))
        }

        @Test func theMenuAddsAFolderAndSettingsSayWhyOneCanNotBeUsed() async throws {
            let (client, access) = (client, access)
            let launch = LaunchModel(access: access) { client }
            let app = AppUnderTest(AtelierScenes(launch: launch, desktop: desktop))
            let window = try app.frontWindow()
            try await window.wait(for: "the sessions") { $0.all(.row).count == 4 }
            let folder = FileManager.default.temporaryDirectory.path
            access.choice = ChosenFolder(path: folder)
            try app.choose("Add Folder…", fromMenu: "File")
            try await window.wait(for: "the folder") { _ in try await client.folders().paths.contains(folder) }
            access.choice = ChosenFolder(path: "/Users/nobody/gone")
            try await window.wait(for: "the end of the first choice") { _ in
                try app.menuItem("File", "Add Folder…").isEnabled
            }
            try app.choose("Add Folder…", fromMenu: "File")
            try await window.wait(for: "the sentence") { _ in
                try app.frontWindow().texts.contains("Directory does not exist")
            }
        }
    }
}
