// Commits, branches, tags and stashes, over a repository in memory.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct HistoryModelTests {
    let client = MockClient(disk: .engine)
    let workspace: WorkspaceModel
    var history: HistoryModel { workspace.history }
    var branches: BranchesModel { workspace.branches }
    var changes: ChangesModel { workspace.changes }

    init() async {
        workspace = WorkspaceModel(folder: MockDisk.enginePath, client: client)
        await workspace.load()
        await workspace.history.load()
        await workspace.branches.load()
    }

    private func commit(_ subject: String) throws -> CommitSummary {
        try #require(history.rows.map(\.commit).first { $0.subject == subject })
    }

    /// Puts aside what would be in the way.
    private func tidy() async {
        await branches.saveStash()
        #expect(changes.changes?.isClean == true, "\(branches.problem ?? "")")
    }

    @Test func theHistoryHasLanesAndNames() async throws {
        #expect(history.rows.map(\.commit.subject).first == "Name the time that a token lasts")
        #expect(history.rows.count == 5 && history.lanes == 2)
        #expect(try commit("Name the time that a token lasts").refs == ["HEAD -> main"])
        #expect(try commit("Ask the endpoint for tokens").refs == ["tag: v0.1"])
        #expect(try commit("Ask the endpoint for tokens").body == "It answers JSON.")
    }

    @Test func aCommitShowsItsFilesAndTheirDiffs() async throws {
        history.selection = try commit("Wait longer for slow servers").hash
        await history.loadFiles()
        #expect(
            history.files.map(\.path) == ["Sources/Endpoint.swift"] && history.file?.path == "Sources/Endpoint.swift"
        )
        await history.diff?.load()
        #expect(history.diff?.sections.first?.lines.contains { $0.line.text.contains("60") } == true)
        history.selection = try commit("Begin the engine").hash
        #expect(history.files.isEmpty && history.diff == nil)
    }

    @Test func aLongHistoryComesPageByPage() async throws {
        try await client.changingGit(MockDisk.enginePath) { repository, _ in
            for number in 1...450 {
                let parents = [repository.head?.summary.hash].compactMap(\.self)
                _ = repository.append(
                    "Commit \(number)",
                    repository.headFiles,
                    parents,
                    at: Date(timeIntervalSince1970: 1)
                )
            }
        }
        await history.load()
        #expect(history.rows.count == 200 && history.hasMore)
        await history.showMore()
        await history.showMore()
        #expect(history.rows.count == 455 && !history.hasMore)
        await history.load()
        #expect(history.rows.count == 455, "as much as was shown is read again")
    }

    @Test func cherryPickAndRevertAskAndTellWhatIsInTheWay() async throws {
        history.askToRevert(try commit("Wait longer for slow servers"))
        await history.confirm(try #require(history.question))
        #expect(history.problem?.contains("stash") == true && changes.problem == nil)
        await tidy()
        history.askToRevert(try commit("Wait longer for slow servers"))
        await history.confirm(try #require(history.question))
        #expect(history.problem == nil && history.rows[0].commit.subject == "Revert \"Wait longer for slow servers\"")
        history.askToCherryPick(try commit("Wait longer for slow servers"))
        await history.confirm(try #require(history.question))
        #expect(history.rows[0].commit.subject == "Wait longer for slow servers")
    }

    @Test func aCommitGetsATagOnce() async throws {
        history.beginTagging(try commit("Begin the engine"))
        #expect(!history.canTag)
        history.tagName = "v0.1"
        await history.tag()
        #expect(history.problem?.contains("already exists") == true && history.tagging != nil)
        history.tagName = "v0.0"
        await history.tag()
        #expect(history.tagging == nil)
        #expect(try commit("Begin the engine").refs == ["tag: v0.0"])
        await branches.load()
        branches.askToDelete(try #require(branches.tags.first { $0.name == "v0.0" }))
        await branches.confirm(try #require(branches.question))
        #expect(branches.tags.map(\.name) == ["v0.1"])
    }

    @Test func branchesAreListedMadeAndSwitched() async throws {
        #expect(branches.local.map(\.name) == ["main", "retry"] && branches.current?.name == "main")
        #expect(branches.remote.map(\.name) == ["origin/main", "origin/retry"])
        #expect(branches.current?.ahead == 1)
        await branches.checkOut(try #require(branches.local.last))
        #expect(branches.problem?.contains("overwritten") == true, "changes are in the way")
        await tidy()
        await branches.checkOut(try #require(branches.local.last))
        #expect(branches.current?.name == "retry" && changes.changes?.branch == "retry")
        branches.beginCreating()
        branches.newName = "main"
        await branches.create()
        #expect(branches.problem?.contains("already exists") == true && branches.creating != nil)
        branches.newName = "login"
        await branches.create()
        #expect(branches.current?.name == "login" && branches.creating == nil)
        branches.search = "LOG"
        #expect(branches.local.map(\.name) == ["login"] && branches.remote.isEmpty)
    }

    @Test func aBranchWithCommitsOfItsOwnIsDeletedOnlyAfterASecondQuestion() async throws {
        let retry = try #require(branches.local.last)
        branches.askToDelete(retry)
        await branches.confirm(try #require(branches.question))
        #expect(branches.local.count == 2, "it is not fully merged")
        let second = try #require(branches.question)
        #expect(second.title.contains("not fully merged") && branches.problem == nil)
        await branches.confirm(second)
        #expect(branches.local.map(\.name) == ["main"])
        branches.askToDelete(try #require(branches.remote.last))
        #expect(branches.question?.message.contains("for everyone") == true)
        await branches.confirm(try #require(branches.question))
        #expect(branches.remote.map(\.name) == ["origin/main"])
    }

    @Test func mergeAndRebaseAskAndConflictsAreNoProblemButChanges() async throws {
        await tidy()
        branches.askToMerge(try #require(branches.local.last))
        #expect(branches.question?.title == "Merge “retry” into “main”?")
        await branches.confirm(try #require(branches.question))
        #expect(branches.problem == nil && changes.changes?.operation == .merge)
        await changes.confirm(
            try {
                changes.askToAbort(); return try #require(changes.question)
            }()
        )
        branches.askToRebase(onto: try #require(branches.local.last))
        await branches.confirm(try #require(branches.question))
        #expect(changes.changes?.operation == .rebase && changes.files(.conflicts).count == 1)
    }

    @Test func changesArePutAsideAndBroughtBack() async throws {
        #expect(branches.canStash)
        branches.beginStashing()
        branches.stashMessage = "Half of the login"
        await branches.saveStash()
        #expect(!branches.isStashing && branches.stashes.map(\.message) == ["Half of the login"] && !branches.canStash)
        let stash = try #require(branches.stashes.first)
        await branches.apply(stash, dropping: false)
        #expect(changes.changes?.isClean == false && branches.stashes.count == 1)
        branches.askToDrop(stash)
        #expect(branches.stashes.count == 1)
        await branches.confirm(try #require(branches.question))
        #expect(branches.stashes.isEmpty)
    }
}
