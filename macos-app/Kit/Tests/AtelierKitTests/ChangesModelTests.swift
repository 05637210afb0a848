// What is changed, staged, discarded and in conflict, over a repository in memory.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct ChangesModelTests {
    let root = MockDisk.enginePath

    private func model(_ disk: MockDisk = .engine) async -> (ChangesModel, MockClient) {
        let client = MockClient(disk: disk)
        let model = ChangesModel(folder: root, client: client)
        await model.refresh()
        return (model, client)
    }

    private func paths(_ model: ChangesModel, _ group: ChangesModel.Group) -> [String] {
        model.files(group).map(\.path)
    }

    @Test func filesAreListedWhereTheyAre() async {
        let (model, _) = await model()
        #expect(paths(model, .staged) == ["Sources/Session.swift"])
        #expect(paths(model, .unstaged) == ["README.md", "Sources/Session.swift"])
        #expect(paths(model, .untracked) == ["Tests/LoginTests.swift"])
        #expect(model.count == 4 && model.changes?.ahead == 1 && model.problem == nil)
    }

    @Test func theChoiceFollowsAFileThatIsStaged() async {
        let (model, _) = await model()
        model.selection = .init(.unstaged, "README.md")
        await model.toggleStaged()
        #expect(model.selection == .init(.staged, "README.md") && model.diff?.side == .staged)
        await model.toggleStaged()
        #expect(model.selection == .init(.unstaged, "README.md"))
        await model.stageAll()
        #expect(paths(model, .unstaged).isEmpty && paths(model, .untracked).isEmpty && !model.canStageAll)
        await model.unstageAll()
        #expect(paths(model, .staged).isEmpty)
    }

    @Test func someLinesAreStagedAndTheRestStays() async throws {
        let (model, _) = await model()
        model.selection = .init(.unstaged, "Sources/Session.swift")
        await model.diff?.load()
        let diff = try #require(model.diff)
        let lines = diff.sections.flatMap(\.lines)
        let network = try #require(lines.first { $0.line.text == "import Network" })
        diff.toggle(network.id)
        await model.toggleStaged(try #require(diff.selection))
        #expect(model.problem == nil && diff.chosen.isEmpty)
        let left = diff.sections.flatMap(\.lines).filter { $0.line.kind == .added }.map(\.line.text)
        #expect(left.count == 1 && left[0].contains("five minutes"))
        model.selection = .init(.staged, "Sources/Session.swift")
        await model.diff?.load()
        #expect(model.diff?.sections.flatMap(\.lines).contains { $0.line.text == "import Network" } == true)
        // And out again, by the hunk.
        await model.toggleStaged(try #require(model.diff?.selection(of: 0)))
        #expect(model.problem == nil)
    }

    @Test func linesOfAnOldStateAreRefused() async throws {
        let (model, client) = await model()
        model.selection = .init(.unstaged, "README.md")
        await model.diff?.load()
        let part = try #require(model.diff?.selection(of: 0))
        await client.changeDisk { $0.put("Other\n", at: "\(self.root)/README.md") }
        await model.toggleStaged(part)
        #expect(model.problem?.contains("choose them again") == true)
        #expect(paths(model, .staged) == ["Sources/Session.swift"])
    }

    @Test func nothingIsDiscardedWithoutAQuestion() async throws {
        let (model, _) = await model()
        model.askToDiscard(["README.md"])
        #expect(paths(model, .unstaged).contains("README.md"))
        #expect(model.question?.title == "Discard the changes in “README.md”?")
        await model.confirm(try #require(model.question))
        #expect(!paths(model, .unstaged).contains("README.md"))
        model.askToDiscard(["Tests/LoginTests.swift"])
        #expect(model.question?.confirmation == "Delete")
        await model.confirm(try #require(model.question))
        #expect(paths(model, .untracked).isEmpty)
        #expect(model.canRestore)
        await model.restoreDiscarded()
        #expect(paths(model, .untracked) == ["Tests/LoginTests.swift"] && !model.canRestore)
        model.selection = .init(.unstaged, "Sources/Session.swift")
        await model.diff?.load()
        model.askToDiscard(try #require(model.diff?.selection(of: 0)))
        #expect(model.question != nil && model.files(.unstaged).count == 1)
    }

    @Test func conflictsAreResolvedOneByOneThenTheMergeGoesOn() async throws {
        let (model, client) = await model(.engineInConflict)
        #expect(model.changes?.operation == .merge && paths(model, .conflicts) == ["Sources/Session.swift"])
        #expect(model.conflict("Sources/Session.swift")?.description == "both modified" && !model.canContinue)
        await model.markResolved("Sources/Session.swift")
        #expect(model.problem?.contains("marks of a conflict") == true)
        model.askToResolve("Sources/Session.swift", taking: .theirs)
        #expect(paths(model, .conflicts).count == 1, "only after the question")
        await model.confirm(try #require(model.question))
        #expect(model.canContinue)
        await model.continueOperation()
        #expect(model.changes?.operation == nil && model.problem == nil)
        let text = try await client.readFile("\(root)/Sources/Session.swift").text
        #expect(text.contains("tries: 3"))
    }

    @Test func givingUpAsksAndGoesBack() async throws {
        let (model, _) = await model(.engineInConflict)
        model.askToAbort()
        #expect(model.question?.title == "Give up the merge?")
        await model.confirm(try #require(model.question))
        #expect(model.changes?.isClean == true && model.changes?.operation == nil)
    }

    @Test func aFolderWithoutARepositoryCanBecomeOne() async {
        var disk = MockDisk()
        disk.put("x\n", at: "\(root)/a.txt")
        let (model, _) = await model(disk)
        #expect(model.isRepository == false && model.changes == nil && model.problem == nil)
        await model.makeRepository()
        #expect(model.isRepository == true && paths(model, .untracked) == ["a.txt"])
    }

    @Test func whatFailsIsToldAndNothingIsForgotten() async {
        let (model, client) = await model()
        await client.fail(.git, with: WorkbenchError(.invalidRequest, "fatal: index.lock exists"))
        await model.stageAll()
        #expect(model.problem == "fatal: index.lock exists" && model.count == 4 && !model.isBusy)
        await client.fail(.git, with: nil)
        await model.refresh()
        #expect(model.problem == nil)
    }
}
