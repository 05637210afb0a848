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

        @Test func severalFilesAreChosenAndStagedTogether() async throws {
            let changes = try await changes()
            try changes.screen.selectRow(containing: "README.md")
            try changes.screen.addRow(containing: "LoginTests.swift")
            #expect(changes.screen.all(.row).count(where: \.isSelected) == 2)
            #expect(changes.screen.texts.contains("2 Files"))
            let items = try changes.screen.contextMenu(ofRowContaining: "README.md")
            #expect(items == ["Stage", "Discard Changes…"])
            try changes.screen.press("Discard Selection…")
            #expect(changes.workspace.changes.question?.title == "Discard the changes in 2 files?")
            try changes.screen.press("Cancel")
            try changes.screen.press("Stage Selection")
            try await changes.screen.wait(for: "both") { $0.exists(.section, "Staged 3") }
            #expect(changes.screen.exists(.button, "Unstage Selection"), "they are chosen where they are now")
            #expect(changes.screen.complaints == [])
        }

        @Test func filesStandInTheirFoldersWhichAreStagedAsAWhole() async throws {
            let changes = try await changes()
            try changes.screen.press("Folders")
            #expect(changes.screen.exists(.button, "Close Tests/") && changes.screen.exists(.button, "Stage Tests/"))
            try changes.screen.press("Close Tests/")
            #expect(!changes.screen.texts.contains("LoginTests.swift"))
            #expect(changes.screen.complaints == [])
            try changes.screen.press("Stage Tests/")
            try await changes.screen.wait(for: "the file") { _ in
                changes.workspace.changes.files(.staged).contains { $0.path == "Tests/LoginTests.swift" }
            }
        }

        @Test func aRebaseTellsHowFarItIs() async throws {
            let changes = try await changes()
            let folder = MockDisk.enginePath
            let client = changes.client
            await changes.workspace.changes.stageAll()
            _ = try await client.commit(CommitRequest(message: "All"), in: folder)
            try await client.createBranch("topic", from: nil, in: folder)
            for (branch, text) in [("topic", "theirs\n"), ("main", "ours\n")] {
                if branch == "main" { try await client.checkOut(GitBranch("main"), in: folder) }
                await client.changeDisk { $0.put(text, at: "\(folder)/README.md") }
                try await client.stage(["README.md"], in: folder)
                _ = try await client.commit(CommitRequest(message: text), in: folder)
            }
            try await client.rebase(onto: "topic", in: folder)
            await changes.workspace.changes.refresh()
            #expect(changes.screen.texts.contains("A rebase is under way, step 1 of 1. 1 file is in conflict."))
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
            #expect(changes.screen.texts.contains("A merge is under way. 1 file is in conflict."))
            #expect(changes.screen.texts.contains("both modified"))
            #expect(try !changes.screen.find(.button, "Continue").isEnabled)
            #expect(!changes.screen.exists(.button, "Skip Commit…"), "a merge has none")
            let items = try changes.screen.contextMenu(ofRowContaining: "Session.swift")
            #expect(items.prefix(3) == ["Use Ours…", "Use Theirs…", "Mark as Resolved"])
            try changes.screen.selectRow(containing: "Session.swift")
            try await changes.screen.wait(for: "the versions") {
                $0.exists(.group, "ours, main") && $0.exists(.group, "theirs, the branch that is merged in")
            }
            let theirs = "_ = try await endpoint.newToken(tries: 3)"
            try await changes.screen.wait(for: "their line") { $0.allText.contains(theirs) }
            #expect(changes.screen.texts.contains("Base") && changes.screen.complaints == [])
            try changes.screen.press("Use Theirs…")
            try changes.screen.press("Use Theirs")
            try await changes.screen.wait(for: "the end") { try $0.find(.button, "Continue").isEnabled }
            try changes.screen.press("Continue")
            try await changes.screen.wait(for: "no merge") { !$0.exists(.button, "Continue") }
            #expect(changes.screen.complaints == [])
        }

        @Test func aSettledConflictCanBeRestored() async throws {
            let changes = try await changes(.engineInConflict)
            #expect(!changes.screen.exists(.menu, "Restore Conflict"))
            try changes.screen.selectRow(containing: "Session.swift")
            try changes.screen.press("Use Theirs…")
            try changes.screen.press("Use Theirs")
            try await changes.screen.wait(for: "its end") { try $0.find(.button, "Continue").isEnabled }
            let items = try changes.screen.contextMenu(ofRowContaining: "Session.swift")
            #expect(items.first == "Restore Conflict…")
            try changes.screen.choose("Sources/Session.swift…", from: "Restore Conflict")
            #expect(changes.screen.allText.contains("Undo Discard brings back what it holds now"))
            try changes.screen.press("Restore Conflict")
            try await changes.screen.wait(for: "the conflict") {
                $0.texts.contains("A merge is under way. 1 file is in conflict.")
            }
            #expect(!changes.screen.exists(.menu, "Restore Conflict") && changes.screen.complaints == [])
        }

        @Test func theFileWithItsMarksIsShownInsteadOfTheVersions() async throws {
            let changes = try await changes(.engineInConflict)
            try changes.screen.selectRow(containing: "Session.swift")
            try await changes.screen.wait(for: "the versions") { $0.exists(.group, "ours, main") }
            try changes.screen.choose("File", from: "Show")
            try await changes.screen.wait(for: "the marks") { $0.allText.contains("<<<<<<< ours") }
            #expect(!changes.screen.exists(.group, "ours, main") && changes.screen.complaints == [])
        }

        @Test func aCommitThatStopsACherryPickIsSkipped() async throws {
            let changes = try await changes(.engineInConflict)
            let (client, folder) = (changes.client, MockDisk.enginePath)
            try await client.abortOperation(in: folder)
            let rows = try await client.graph(in: folder, page: nil).rows
            let commit = try #require(rows.map(\.commit).first { $0.subject.hasPrefix("Try again") })
            try await client.cherryPick(commit, in: folder)
            await changes.workspace.changes.refresh()
            #expect(changes.screen.texts.contains("A cherry-pick is under way. 1 file is in conflict."))
            try changes.screen.press("Skip Commit…")
            try changes.screen.press("Skip Commit")
            try await changes.screen.wait(for: "its end") { $0.texts.contains("Nothing Is Changed") }
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
