// Writing a commit, and sending it.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct CommitModelTests {
    let client = MockClient(
        disk: .engine,
        identities: [GitIdentity(id: "w", name: "Work", userName: "Countess", userEmail: "ada@work.example")]
    )
    let workspace: WorkspaceModel
    var commit: CommitModel { workspace.commit }
    var changes: ChangesModel { workspace.changes }

    init() async {
        workspace = WorkspaceModel(folder: MockDisk.enginePath, client: client)
        await workspace.load()
    }

    @Test func aCommitTakesWhatIsStagedAndItsMessageGoes() async throws {
        #expect(!commit.canCommit, "without a message")
        commit.message = "Keep the token"
        #expect(await commit.commit())
        #expect(commit.message.isEmpty && changes.files(.staged).isEmpty && changes.files(.unstaged).count == 2)
        await workspace.history.load()
        #expect(workspace.history.rows.first?.commit.subject == "Keep the token")
    }

    @Test func aCommitThatFailsLosesNothing() async {
        commit.message = "Keep the token"
        await client.fail(.git, with: WorkbenchError(.invalidRequest, "hook declined"))
        #expect(await !commit.commit())
        #expect(commit.message == "Keep the token" && changes.problem == "hook declined")
    }

    @Test func amendingTakesTheLastMessageAndGivesTheOwnOneBack() async throws {
        await commit.setAmends(true)
        #expect(commit.message == "Name the time that a token lasts")
        await commit.setAmends(false)
        #expect(commit.message.isEmpty)
        let count = try await client.graph(in: changes.folder, page: nil).rows.count
        await commit.setAmends(true)
        #expect(await commit.commit())
        #expect(try await client.graph(in: changes.folder, page: nil).rows.count == count)
        #expect(!commit.amends)
    }

    @Test func theModelWritesAMessageUnlessThePersonDoes() async {
        await commit.suggest()
        #expect(commit.message.hasPrefix("fix: change Session.swift"))
        commit.message = ""
        await client.hold(.transfer)
        let suggesting = Task { await commit.suggest() }
        while !commit.isSuggesting { await Task.yield() }
        commit.message = "Mine"
        await client.release(.transfer)
        await suggesting.value
        #expect(commit.message == "Mine")
    }

    @Test func theIdentityIsChosenForTheFolder() async throws {
        #expect(commit.author == "Ada Lovelace")
        await commit.choose(try #require(commit.identities.first))
        #expect(commit.author == "Countess")
        commit.message = "As another"
        await commit.commit()
        await workspace.history.load()
        #expect(workspace.history.rows.first?.commit.author == "Countess")
    }

    @Test func commitAndPushSendsWhatWasCommitted() async {
        commit.message = "Keep the token"
        await commit.commitAndPush()
        #expect(changes.changes?.ahead == 0 && workspace.transfers.result != nil)
        #expect(workspace.transfers.problem == nil && !workspace.transfers.isRunning)
    }

    @Test func aTransferTellsHowFarItIsAndCanBeEnded() async throws {
        await client.hold(.transfer)
        let transfers = workspace.transfers
        let pushing = Task { await transfers.push() }
        while transfers.progress == nil { await Task.yield() }
        #expect(transfers.isRunning && transfers.progress?.fraction == 0.5)
        transfers.cancel()
        await client.release(.transfer)
        await pushing.value
        #expect(!transfers.isRunning && transfers.problem == nil && changes.changes?.ahead == 1)
        await client.fail(.transfer, with: WorkbenchError(.invalidRequest, "fatal: no route to host"))
        await transfers.fetch()
        #expect(transfers.problem == "fatal: no route to host")
    }
}
