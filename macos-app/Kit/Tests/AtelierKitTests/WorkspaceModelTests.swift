// What is kept up to date together; cloning; identities.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct WorkspaceModelTests {
    let client = MockClient(disk: .engine)
    let root = MockDisk.enginePath

    @Test func whatOtherProgramsChangeIsSeenEverywhere() async throws {
        let workspace = WorkspaceModel(folder: root, client: client, pause: .zero)
        let following = Task { await workspace.follow() }
        try await eventually("the first look") { workspace.changes.count == 4 }
        await workspace.show("\(root)/Sources/Session.swift")
        #expect(workspace.tree.selection == "\(root)/Sources/Session.swift")
        await client.changeDisk { disk in
            disk.put("new\n", at: "\(self.root)/Sources/New.swift")
            disk.put("gone\n", at: "\(self.root)/Sources/Session.swift")
        }
        try await eventually("the change") {
            workspace.tree.rows.contains { $0.entry.name == "New.swift" && $0.badge == .change(.untracked) }
                && workspace.changes.count == 5 && workspace.viewer.lines.map(\.text) == ["gone"]
        }
        following.cancel()
        await following.value
        #expect(workspace.problem == nil)
    }

    @Test func aFileIsOpenedAtALineAndFewWorkspacesAreKept() async {
        let workspaces = WorkspacesModel(client: client)
        let first = workspaces.workspace(for: root)
        await workspaces.open("\(root)/Sources/Session.swift", line: 4, in: root)
        #expect(workspaces.section == .files && first.viewer.target == 4)
        #expect(first.tree.selection == "\(root)/Sources/Session.swift")
        for number in 1..<WorkspacesModel.most { _ = workspaces.workspace(for: "/other/\(number)") }
        #expect(workspaces.workspace(for: root) === first)
        for number in 11...20 { _ = workspaces.workspace(for: "/other/\(number)") }
        #expect(workspaces.workspace(for: root) !== first)
    }

    @Test func aFolderThatCanNotBeWatchedSaysWhy() async throws {
        let workspace = WorkspaceModel(folder: root, client: client, pause: .zero)
        await client.fail(.files, with: WorkbenchError(.invalidRequest, "Access to directory denied"))
        await workspace.follow()
        #expect(workspace.problem == "Access to directory denied")
        let attempt = workspace.attempt
        workspace.retry()
        #expect(workspace.problem == nil && workspace.attempt != attempt)
    }

    @Test func whyACommitFailedIsStillToldWhenItsHookHasChangedFiles() async throws {
        let workspace = WorkspaceModel(folder: root, client: client, pause: .zero)
        let following = Task { await workspace.follow() }
        try await eventually("the first look") { workspace.changes.count == 4 }
        await workspace.changes.stageAll()
        workspace.commit.message = "Try"
        await client.fail(.git, with: WorkbenchError(.invalidRequest, "The hook says no."))
        #expect(await workspace.commit.commit() == false)
        await client.fail(.git, with: nil)
        await client.changeDisk { $0.put("formatted\n", at: "\(self.root)/New.swift") }
        try await eventually("the change") { workspace.changes.files(.untracked).map(\.path) == ["New.swift"] }
        #expect(workspace.changes.problem == "The hook says no.")
        following.cancel()
        await following.value
    }

    @Test func whatIsSeenLateIsSaidOnce() async throws {
        await client.changeDisk { $0.notice = "Changes are noticed only every few seconds." }
        let workspace = WorkspaceModel(folder: root, client: client, pause: .zero)
        let following = Task { await workspace.follow() }
        try await eventually("the notice") { workspace.notice != nil }
        workspace.dismissNotice()
        await client.changeDisk { $0.put("new\n", at: "\(self.root)/New.swift") }
        try await eventually("the change") { workspace.tree.rows.contains { $0.entry.name == "New.swift" } }
        #expect(workspace.notice == nil)
        following.cancel()
        await following.value
    }

    @Test func aCloneIsNamedByItsAddressAndCanBeEnded() async throws {
        let model = CloneModel(parent: "/Users/ada/Projects", client: client)
        #expect(!model.canClone)
        for (url, name) in [
            ("https://example.com/ada/notes.git", "notes"), ("git@example.com:ada/notes", "notes"), ("notes/", "notes"),
        ] {
            model.url = url
            #expect(model.name == name)
        }
        await client.hold(.transfer)
        let cloning = Task { await model.clone() }
        while model.progress == nil { await Task.yield() }
        #expect(model.isRunning && !model.canClone)
        model.cancel()
        await client.release(.transfer)
        await cloning.value
        #expect(model.cloned == nil && model.problem == nil && !model.isRunning)
        await model.clone()
        #expect(model.cloned == "/Users/ada/Projects/notes")
    }

    @Test func identitiesAreMadeChangedAndDeletedAfterAQuestion() async throws {
        let model = IdentitiesModel(client: client)
        await model.load()
        #expect(model.identities.isEmpty && model.global?.userName == "Ada Lovelace")
        model.beginCreating()
        #expect(!model.canSave)
        model.editing?.userName = "Countess"
        model.editing?.userEmail = "ada@work.example"
        await model.save()
        #expect(model.editing == nil && model.identities.map(\.name) == ["Countess"])
        model.beginEditing(try #require(model.identities.first))
        model.editing?.name = "Work"
        await model.save()
        #expect(model.identities.map(\.name) == ["Work"])
        model.askToDelete(try #require(model.identities.first))
        #expect(model.identities.count == 1)
        await model.confirm(try #require(model.question))
        #expect(model.identities.isEmpty && model.problem == nil)
    }
}
