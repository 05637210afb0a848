// Working trees for agents: made, prepared, merged, put away.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct WorktreesTests {
    private let folder = "/Users/ada/engine"
    private var main: Worktree { Worktree(path: folder, branch: "main") }
    private var login: Worktree { Worktree(path: "\(folder)/.atelier/login", branch: "atelier/login") }

    private func model(_ worktrees: MockWorktrees) async -> (MockClient, WorktreesModel) {
        let client = MockClient(worktrees: worktrees)
        let model = WorktreesModel(client: client)
        model.show(in: folder)
        await model.load()
        return (client, model)
    }

    @Test func aSessionIsMadeInATreeOfItsOwnAndTheWindowIsLedThere() async throws {
        let (client, model) = await model(MockWorktrees(trees: [main]))
        model.name = " Mend the login! "
        await model.create()
        #expect(!model.isShown && model.name.isEmpty && model.problem == nil)
        #expect(model.linked.map(\.branch) == ["atelier/mend-the-login"])
        let session = try #require(model.takeLead())
        let listed = try #require(try await client.sessions().first { $0.id == session })
        #expect(listed.folder == "\(folder)/.atelier/mend-the-login")
    }

    @Test(arguments: [true, false])
    func aScriptThatTheProjectBringsAlongIsAskedAboutFirst(_ isAllowed: Bool) async throws {
        let setup = SetupScript(script: "npm ci", isFromProject: true, isAllowed: nil)
        let (client, model) = await model(MockWorktrees(trees: [main], setup: setup))
        model.name = "login"
        await model.create()
        let question = try #require(model.askingSetup)
        #expect(question.script == "npm ci" && model.isShown)
        #expect(await client.mockWorktrees.prepared.isEmpty)
        await model.answerSetup(question, isAllowed)
        #expect(await client.mockWorktrees.prepared == (isAllowed ? [login.path] : []))
        #expect(model.askingSetup == nil && !model.isShown)
    }

    @Test func unmergedWorkIsPutAwayOnlyAfterAQuestion() async throws {
        let state = WorktreeState(ahead: 2, uncommitted: ["a.swift"])
        let (client, model) = await model(MockWorktrees(trees: [main, login], states: [login.path: state]))
        await model.archive(login)
        #expect(model.askingLoss?.message.contains("nowhere else") == true && model.problem == nil)
        #expect(await client.mockWorktrees.trees.count == 2, "nothing was asked for yet")
        await model.archive(login, losingWork: true)
        #expect(model.linked.isEmpty && model.askingLoss == nil)
    }

    @Test(arguments: [true, false])
    func aBranchAtTheRemoteGoesOnlyIfThePersonSaysSo(_ isToGo: Bool) async throws {
        var disk = MockDisk.engine
        try disk.change(MockDisk.enginePath) { repository, _ in
            repository.remotes["origin/atelier/login"] = repository.branches["main"]
        }
        let tree = Worktree(path: "\(MockDisk.enginePath)/.atelier/login", branch: "atelier/login")
        let trees = [Worktree(path: MockDisk.enginePath, branch: "main"), tree]
        let state = WorktreeState(ahead: 1, committed: ["a.swift"])
        let client = MockClient(disk: disk, worktrees: MockWorktrees(trees: trees, states: [tree.path: state]))
        let model = WorktreesModel(client: client)
        model.show(in: MockDisk.enginePath)
        await model.load()
        await model.askToArchive(tree)
        #expect(model.askingRemote == tree && model.linked == [tree], "nothing is done before the answer")
        await model.archive(tree, deletingRemoteBranch: isToGo)
        #expect(model.askingRemote == nil && model.linked == [tree])
        await model.archive(losing: try #require(model.askingLoss))
        #expect(model.linked.isEmpty && model.problem == nil)
        let left = try await client.branches(in: MockDisk.enginePath).map(\.name)
        #expect(left.contains("origin/atelier/login") != isToGo)
    }

    @Test func aBranchThatIsAtNoRemoteIsNotAskedAbout() async {
        let (_, model) = await model(MockWorktrees(trees: [main, login], states: [login.path: WorktreeState()]))
        await model.askToArchive(login)
        #expect(model.askingRemote == nil && model.linked.isEmpty)
    }

    @Test func mergedWorkIsPutAwayAtOnceAndOtherFailuresAreTold() async {
        let (_, model) = await model(MockWorktrees(trees: [main, login], states: [login.path: WorktreeState()]))
        await model.archive(Worktree(path: "/nowhere", branch: nil), losingWork: true)
        #expect(model.problem?.contains("/nowhere") == true && model.askingLoss == nil)
        await model.archive(login)
        #expect(model.linked.isEmpty && model.news == "atelier/login was archived.")
    }

    @Test func whatAMergeComesToIsTold() async {
        let state = WorktreeState(ahead: 1, committed: ["a.swift"])
        let (_, model) = await model(MockWorktrees(trees: [main, login], states: [login.path: state]))
        await model.merge(login, asOneChange: true)
        #expect(model.news?.contains("commit them there") == true)
        await model.merge(login, asOneChange: false)
        #expect(model.news == "atelier/login was merged.")
        await model.merge(login, asOneChange: false)
        #expect(model.news?.contains("nothing to merge") == true && model.states[login.path]?.isMerged == true)
    }

    @Test func aFolderWithoutARepositorySaysSo() async {
        let (_, model) = await model(MockWorktrees())
        #expect(model.problem?.contains("no git repository") == true && model.worktrees == nil)
    }
}
