// Working trees for agents.
import AtelierKit
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct WorktreeScreenTests {
        let client: MockClient
        let desktop = RecordingDesktop()

        init() {
            var log = PreviewData.finishedLog
            log.append(.sessionProject(path: PreviewData.project))
            client = MockClient(logs: [log], worktrees: PreviewData.trees)
        }

        private func sheet() async throws -> Screen {
            let model = WorktreesModel(client: client)
            model.show(in: PreviewData.project)
            let screen = Screen(WorktreesView(model: model).environment(\.desktop, desktop))
            try await screen.wait(for: "the trees") { $0.texts.contains("atelier/faster-start") }
            return screen
        }

        @Test func aSessionInAWorktreeIsMadeFromTheMenuAndShown() async throws {
            let client = client
            let app = AppUnderTest(AtelierScenes(launch: LaunchModel { client }, desktop: desktop))
            let window = try app.frontWindow()
            try await window.wait(for: "the session") { $0.all(.row).count == 1 }
            try window.selectRow(containing: "Why does the login fail")
            try await window.wait(for: "its folder") { $0.exists(.menu, "mode-menu") }
            #expect(try app.menuItem("File", "New Session in Worktree…").shortcut == "⌥⌘N")
            try app.choose("New Session in Worktree…", fromMenu: "File")
            try await window.wait(for: "the trees") { $0.texts.contains("atelier/faster-start") }
            try window.type("Write a test", into: "New Session About")
            try await window.wait(for: "no more work") { try $0.find(.button, "Create Session").isEnabled }
            try window.press("Create Session")
            try await window.wait(for: "the question") { $0.exists(.group, "Question about a script") }
            #expect(window.texts.contains("swift package resolve"))
            #expect(window.complaints == [])
            try window.press("Run Script")
            try await window.wait(for: "the new session") { $0.all(.row).count == 2 }
            #expect(await client.mockWorktrees.prepared == ["\(PreviewData.project)/.atelier/write-a-test"])
        }

        @Test func howATreeStandsIsToldAndArchivingAsksBeforeWorkIsLost() async throws {
            let (screen, client) = (try await sheet(), client)
            try await screen.wait(for: "how they stand") {
                $0.texts.contains("2 commits with 2 files, 1 file not committed")
            }
            let archive = "Archive atelier/mend-the-login…"
            try await screen.wait(for: "the end of the first look") { try $0.find(.button, archive).isEnabled }
            #expect(screen.texts.contains("Nothing that the project has not"))
            #expect(screen.complaints == [])
            try await screen.wait(for: "no more work") { try $0.find(.button, archive).isEnabled }
            try screen.press(archive)
            try await screen.wait(for: "the question") { $0.exists(.button, "Archive and Lose the Work") }
            try screen.press("Cancel")
            #expect(await client.mockWorktrees.trees.count == 3)
            try await screen.wait(for: "no more work") { try $0.find(.button, archive).isEnabled }
            try screen.press("Archive atelier/faster-start…")
            try await screen.wait(for: "its end") { $0.texts.contains("atelier/faster-start was archived.") }
            try await screen.wait(for: "no more work") { try $0.find(.button, archive).isEnabled }
            try screen.press(archive)
            try await screen.wait(for: "the question") { $0.exists(.button, "Archive and Lose the Work") }
            try screen.press("Archive and Lose the Work")
            try await screen.wait(for: "its end") { _ in await client.mockWorktrees.trees.count == 1 }
        }

        @Test func archivingABranchThatIsAtTheRemoteAsksAboutItThere() async throws {
            let tree = Worktree(path: "\(MockDisk.enginePath)/.atelier/retry", branch: "retry")
            let trees = [Worktree(path: MockDisk.enginePath, branch: "main"), tree]
            let client = MockClient(disk: .engine, worktrees: MockWorktrees(trees: trees))
            let model = WorktreesModel(client: client)
            model.show(in: MockDisk.enginePath)
            let screen = Screen(WorktreesView(model: model).environment(\.desktop, desktop))
            let archive = "Archive retry…"
            try await screen.wait(for: "the tree") { $0.exists(.button, archive) }
            try await screen.wait(for: "the first look") { try $0.find(.button, archive).isEnabled }
            try screen.press(archive)
            try await screen.wait(for: "the question") { $0.exists(.button, "Archive and Delete It There") }
            #expect(screen.allText.contains("gone for everybody"))
            try screen.press("Archive and Keep It There")
            try await screen.wait(for: "its end") { $0.texts.contains("retry was archived.") }
            let left = try await client.branches(in: MockDisk.enginePath).map(\.name)
            #expect(left.contains("origin/retry"))
        }

        @Test func aBranchIsMergedOrLeadsToAPullRequest() async throws {
            let (screen, merge) = (try await sheet(), "Merge atelier/mend-the-login")
            try await screen.wait(for: "the first look") { try $0.find(.menu, merge).isEnabled }
            try screen.choose("Merge Branch", from: merge)
            try await screen.wait(for: "the refusal") { $0.allText.contains("not committed; commit it first") }
            try await screen.wait(for: "the look after it") { try $0.find(.menu, merge).isEnabled }
            try screen.press("Pull request for atelier/faster-start…")
            let page = "https://git.example/ada/engine/compare/atelier/faster-start?expand=1"
            let desktop = desktop
            try await screen.wait(for: "the page") { _ in desktop.opened == [page] }
            #expect(screen.complaints == [])
        }
    }
}
