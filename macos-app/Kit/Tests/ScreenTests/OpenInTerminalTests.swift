// Shells that are opened where something else is shown.
import AtelierKit
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct OpenInTerminalTests {
        @Test func aFolderOfTheTreeOpensAndAFileOpensTheFolderThatItIsIn() async throws {
            let client = MockClient(disk: .engine)
            let tree = WorkspaceModel(folder: MockDisk.enginePath, client: client, pause: .zero).tree
            var opened: [String] = []
            let screen = Screen(FileTreeView(tree: tree).environment(\.openInTerminal, { opened.append($0) }))
            try await screen.wait(for: "the tree") { $0.texts.contains("Sources") }
            try screen.choose("Open in Terminal", fromContextMenuOfRowContaining: "Sources")
            try screen.choose("Open in Terminal", fromContextMenuOfRowContaining: "README.md")
            #expect(opened == ["\(MockDisk.enginePath)/Sources", MockDisk.enginePath] && screen.complaints == [])
        }

        @Test func aWorktreeOpensInTheWindowsTerminalAndItsSheetGoes() async throws {
            var log = PreviewData.finishedLog
            log.append(.sessionProject(path: "/tmp"))
            let trees = MockWorktrees(trees: [
                Worktree(path: "/tmp", branch: "main"), Worktree(path: "/usr", branch: "atelier/faster-start"),
            ])
            let client = MockClient(logs: [log], worktrees: trees)
            let app = AppUnderTest(AtelierScenes(launch: LaunchModel { client }))
            let window = try app.frontWindow()
            try await window.wait(for: "the session") { $0.all(.row).count == 1 }
            try window.selectRow(containing: "Why does the login fail")
            try await window.wait(for: "its folder") { $0.exists(.menu, "mode-menu") }
            try app.choose("New Session in Worktree…", fromMenu: "File")
            let open = "Open atelier/faster-start in Terminal"
            try await window.wait(for: "the trees") {
                try $0.exists(.button, open) && $0.find(.button, open).isEnabled
            }
            try window.press(open)
            try await window.wait(for: "the shell") { !$0.exists(.sheet) && $0.exists(.group, "Terminal usr") }
            #expect(await client.mockTerminals.shells.count == 1 && window.complaints == [])
        }
    }
}
