// The Changes section.
import AtelierKit
import Foundation
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct ChangesScreenTests {
        private func changes(_ disk: MockDisk = .engine) async throws -> WorkspaceOnScreen {
            let changes = await WorkspaceOnScreen(.changes, on: disk)
            try await changes.screen.wait(for: "the author") { $0.exists(.menu, "Committing as Ada Lovelace") }
            return changes
        }

        private func row(_ changes: WorkspaceOnScreen, _ group: ChangesModel.Group, _ path: String) async throws {
            changes.workspace.changes.selection = .init(group, path)
            try await changes.screen.wait(for: "the diff") { $0.exists(.scroll, "Changes in \(path)") }
        }

        @Test func filesStandInTheirGroupsAndTheDiffBesideThem() async throws {
            let changes = try await changes()
            for title in ["Staged 1", "Not Staged 2", "Untracked 1"] { #expect(changes.screen.exists(.section, title)) }
            try changes.screen.selectRow(containing: "README.md")
            try await changes.screen.wait(for: "the diff") { $0.exists(.text, "Added: ## Licence") }
            #expect(changes.screen.complaints == [])
            try changes.screen.press("Side by Side")
            #expect(changes.screen.exists(.text, "Added: ## Licence") && changes.screen.complaints == [])
        }

        @Test func aFileIsStagedByItsButtonAndUnstagedByItsMenu() async throws {
            let changes = try await changes()
            try changes.screen.press("Stage README.md")
            try await changes.screen.wait(for: "the staged file") { $0.exists(.button, "Unstage README.md") }
            try changes.screen.choose("Unstage", fromContextMenuOfRowContaining: "README.md")
            try await changes.screen.wait(for: "the file") { $0.exists(.button, "Stage README.md") }
        }

        @Test func chosenLinesAndHunksAreStaged() async throws {
            let changes = try await changes()
            try await row(changes, .unstaged, "Sources/Session.swift")
            let box = try #require(changes.screen.all(.toggle).first { $0.label == "Choose line +2" })
            try changes.screen.press(box.label)
            try changes.screen.press("Stage 1 Line")
            try await changes.screen.wait(for: "the rest") { !$0.exists(.text, "Added: import Network") }
            let hunk = try #require(changes.screen.all(.button).first { $0.label.hasPrefix("Stage hunk") })
            try changes.screen.press(hunk.label)
            try await changes.screen.wait(for: "the end") { _ in
                !changes.workspace.changes.files(.unstaged).contains { $0.path == "Sources/Session.swift" }
            }
            #expect(changes.screen.complaints == [])
        }

        @Test func discardingAsksAndCanBeUndone() async throws {
            let changes = try await changes()
            try changes.screen.choose("Discard Changes…", fromContextMenuOfRowContaining: "README.md")
            #expect(changes.screen.allText.contains("Undo Discard brings it back"))
            try changes.screen.press("Discard Changes")
            try await changes.screen.wait(for: "its end") { !$0.exists(.button, "Stage README.md") }
            await changes.workspace.changes.restoreDiscarded()
            #expect(changes.screen.exists(.button, "Stage README.md"))
        }

        @Test func aCommitIsWrittenAndMade() async throws {
            let changes = try await changes()
            #expect(try !changes.screen.find(.button, "Commit").isEnabled)
            try changes.screen.type("Keep the token", into: "Commit message")
            try changes.screen.choose("Work", from: "identity-menu")
            try await changes.screen.wait(for: "the identity") { $0.exists(.menu, "Committing as Ada King") }
            try changes.screen.press("Commit")
            try await changes.screen.wait(for: "the commit") { !$0.exists(.section, "Staged 1") }
            #expect(try changes.screen.find(.textField, "Commit message").value == "")
        }

        @Test func theModelSuggestsAMessage() async throws {
            let changes = try await changes()
            try changes.screen.press("Suggest a Message")
            try await changes.screen.wait(for: "the message") { screen in
                try screen.find(.textField, "Commit message").value?.hasPrefix("fix: change") == true
            }
        }

        @Test func aPushTellsHowFarItIsAndCanBeStopped() async throws {
            let changes = try await changes()
            await changes.client.hold(.transfer)
            try changes.screen.press("Push 1")
            try await changes.screen.wait(for: "the progress") { $0.exists(.progress, "Progress") }
            #expect(changes.screen.texts.contains("Counting objects"))
            try changes.screen.press("Stop Transfer")
            await changes.client.release(.transfer)
            try await changes.screen.wait(for: "the end") { $0.exists(.button, "Push 1") }
            await changes.client.fail(.transfer, with: WorkbenchError(.invalidRequest, "fatal: no route to host"))
            try changes.screen.press("Push 1")
            try await changes.screen.wait(for: "the sentence") { $0.texts.contains("fatal: no route to host") }
            #expect(changes.screen.complaints == [])
        }

        @Test func aConflictIsResolvedAndTheMergeGoesOn() async throws {
            let changes = try await changes(.engineInConflict)
            #expect(changes.screen.texts.contains("A merge is under way. One file is in conflict."))
            #expect(changes.screen.texts.contains("both modified"))
            #expect(try !changes.screen.find(.button, "Continue").isEnabled)
            try changes.screen.choose("Take the Other Version…", fromContextMenuOfRowContaining: "Session.swift")
            try changes.screen.press("Take Version")
            try await changes.screen.wait(for: "the end") { try $0.find(.button, "Continue").isEnabled }
            try changes.screen.press("Continue")
            try await changes.screen.wait(for: "no merge") { !$0.exists(.button, "Continue") }
            #expect(changes.screen.complaints == [])
        }

        @Test func givingUpAMergeAsks() async throws {
            let changes = try await changes(.engineInConflict)
            try changes.screen.press("Give Up…")
            try changes.screen.press("Give Up")
            try await changes.screen.wait(for: "no merge") { $0.texts.contains("Nothing Is Changed") }
        }

        @Test func aFolderWithoutARepositoryOffersToMakeOne() async throws {
            var disk = MockDisk()
            disk.put("x\n", at: "\(MockDisk.enginePath)/a.txt")
            let changes = await WorkspaceOnScreen(.changes, on: disk)
            try changes.screen.press("Make a Repository")
            try await changes.screen.wait(for: "its changes") { $0.exists(.section, "Untracked 1") }
        }
    }
}
