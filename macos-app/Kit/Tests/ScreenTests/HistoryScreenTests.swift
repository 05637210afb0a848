// The History and Branches sections, identities, and the menus of files and git.
import AtelierKit
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct HistoryScreenTests {
        private func history() async throws -> WorkspaceOnScreen {
            let history = await WorkspaceOnScreen(.history)
            try await history.screen.wait(for: "the commits") { $0.all(.row).count == 5 }
            return history
        }

        private func branches() async throws -> WorkspaceOnScreen {
            let branches = await WorkspaceOnScreen(.branches)
            try await branches.screen.wait(for: "the branches") { $0.texts.contains("origin/retry") }
            return branches
        }

        @Test func aCommitShowsItsMessageItsFilesAndTheirDiffs() async throws {
            let history = try await history()
            #expect(history.screen.exists(.text, "Tag v0.1") && history.screen.exists(.text, "Branch HEAD -> main"))
            try history.screen.selectRow(containing: "Wait longer for slow servers")
            try await history.screen.wait(for: "the diff") { $0.allText.contains("static let patience = 60.0") }
            #expect(history.screen.exists(.text, "1 line added, 1 removed"))
            #expect(history.screen.complaints == [])
        }

        @Test func aCommitIsTaggedRevertedAndItsHashCopied() async throws {
            let history = try await history()
            try history.screen.choose("Copy Commit Hash", fromContextMenuOfRowContaining: "Begin the engine")
            #expect(history.desktop.copied.first?.count == 40)
            try history.screen.choose("Add Tag…", fromContextMenuOfRowContaining: "Begin the engine")
            try history.screen.type("v0.0", into: "Tag name")
            try history.screen.press("Add Tag")
            try await history.screen.wait(for: "the tag") { $0.exists(.text, "Tag v0.0") }
            try history.screen.choose("Revert Commit…", fromContextMenuOfRowContaining: "Wait longer")
            try history.screen.press("Revert Commit")
            try await history.screen.wait(for: "what is in the way") { $0.allText.contains("stash") }
            #expect(history.screen.complaints == [])
        }

        @Test func aBranchIsMadeSwitchedAndDeletedAfterQuestions() async throws {
            let branches = try await branches()
            #expect(branches.screen.complaints == [])
            try branches.screen.press("Put Changes Aside…")
            try branches.screen.type("Half of it", into: "Stash message")
            try branches.screen.press("Put Aside")
            try await branches.screen.wait(for: "the stash") { $0.texts.contains("Half of it") }
            try branches.screen.press("New Branch…")
            try branches.screen.type("login", into: "Branch name")
            try branches.screen.press("Create Branch")
            try await branches.screen.wait(for: "the branch") { $0.exists(.button, "Switch to main") }
            try branches.screen.press("Switch to main")
            try await branches.screen.wait(for: "the switch") { $0.exists(.button, "Switch to login") }
            await branches.workspace.branches.confirmDeletion(of: "retry")
            #expect(branches.screen.exists(.dialog, "“retry” is not fully merged. Delete it anyway?"))
            try branches.screen.press("Delete and Lose Commits")
            try await branches.screen.wait(for: "its end") { !$0.exists(.button, "Switch to retry") }
            #expect(branches.screen.complaints == [])
        }

        @Test func identitiesAreEditedInTheSettings() async throws {
            let model = IdentitiesModel(client: MockClient(identities: PreviewData.identities))
            let screen = Screen(IdentitySettings(model: model))
            try await screen.wait(for: "the identities") { $0.texts.contains("Work") }
            #expect(screen.complaints == [])
            try screen.press("Edit identity Work…")
            try screen.replaceText(of: "Author name", with: "Countess")
            try screen.press("Save Identity")
            try await screen.wait(for: "the change") { $0.texts.contains("Countess <ada@work.example>") }
            try screen.press("Delete identity Home…")
            try screen.press("Delete Identity")
            try await screen.wait(for: "its end") { !$0.texts.contains("Home") }
        }
    }
}

extension BranchesModel {
    /// Deletes a branch as far as the second question.
    fileprivate func confirmDeletion(of name: String) async {
        guard let branch = local.first(where: { $0.name == name }) else { return }
        askToDelete(branch)
        if let question { await confirm(question) }
    }
}
