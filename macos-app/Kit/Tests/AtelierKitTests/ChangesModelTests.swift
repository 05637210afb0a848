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

    @Test func severalAreChosenAndTheirMenuIsAboutAllOfThem() async {
        let (model, _) = await model()
        model.chosen = [.init(.staged, "Sources/Session.swift")]
        #expect(model.isAllStaged(model.chosen) && model.selection?.group == .staged)
        model.chosen.insert(.init(.unstaged, "README.md"))
        model.chosen.insert(.init(.untracked, "Tests/LoginTests.swift"))
        #expect(model.selection == nil && model.diff == nil && !model.isAllStaged(model.chosen))
        #expect(model.concerned(by: .init(.unstaged, "README.md")) == model.chosen)
        #expect(model.concerned(by: .init(.unstaged, "Sources/Session.swift")).count == 1)
        #expect(model.chosenPaths(.unstaged, .untracked) == ["README.md", "Tests/LoginTests.swift"])
        model.askToDiscardChosen()
        #expect(model.question?.title == "Discard the changes in 2 files?")
        model.question = nil
        await model.toggleStaged()
        #expect(paths(model, .staged) == ["README.md", "Sources/Session.swift", "Tests/LoginTests.swift"])
        #expect(model.chosen.allSatisfy { $0.group == .staged } && model.isAllStaged(model.chosen))
        await model.toggleStaged()
        #expect(paths(model, .staged).isEmpty && model.problem == nil)
    }

    @Test func foldersStandOnOneLineWhereNothingElseIsInThem() async throws {
        let (model, client) = await model()
        await client.changeDisk { disk in
            for path in ["a/b/c/one.txt", "a/b/c/two.txt", "a/b/d/three.txt"] {
                disk.put("x\n", at: "\(self.root)/\(path)")
            }
        }
        await model.refresh()
        model.isTree = true
        func lines() -> [String] {
            model.rows(.untracked).map { "\(String(repeating: " ", count: $0.depth))\($0.name) \($0.count)" }
        }
        let tree = ["a/b 3", " c 2", "  one.txt 1", "  two.txt 1", " d 1", "  three.txt 1"]
        #expect(lines() == ["Tests 1", " LoginTests.swift 1"] + tree)
        let folder = ChangesModel.Item(.untracked, "a/b/")
        #expect(model.paths(of: [folder], in: [.untracked]).count == 3)
        model.expand(folder, false)
        #expect(!lines().contains("  one.txt 1") && lines().contains("a/b 3"))
        model.chosen = [folder]
        #expect(model.selection == nil)
        await model.toggleStaged()
        #expect(paths(model, .staged).filter { $0.hasPrefix("a/b/") }.count == 3)
        #expect(model.chosen == [.init(.staged, "a/b/")])
    }

    @Test func theKeysGoFromHunkToHunkAndStageTheOneTheyAreAt() async throws {
        let (model, client) = await model()
        let lines = (1...60).map { "line \($0)" }
        let text = lines.joined(separator: "\n") + "\n"
        await client.changeDisk { disk in disk.put(text, at: "\(self.root)/long.txt") }
        await model.refresh()
        await model.stage(["long.txt"])
        let changed = text.replacing("line 5\n", with: "LINE 5\n").replacing("line 50\n", with: "LINE 50\n")
        await client.changeDisk { disk in disk.put(changed, at: "\(self.root)/long.txt") }
        await model.refresh()
        model.selection = .init(.unstaged, "long.txt")
        await model.diff?.load()
        let diff = try #require(model.diff)
        try #require(diff.sections.count == 2)
        #expect(diff.current?.id == diff.sections[0].id && diff.canGoToNextHunk && !diff.canGoToPreviousHunk)
        diff.goToNextHunk()
        diff.goToNextHunk()
        #expect(diff.current?.id == diff.sections[1].id && diff.visits == 1)
        await model.toggleStagedHunk()
        let left = diff.sections.flatMap(\.lines).filter { $0.line.kind == .added }.map(\.line.text)
        #expect(left == ["LINE 5"] && diff.current?.id == diff.sections[0].id && model.problem == nil)
        model.askToDiscardHunk()
        #expect(model.question?.title == "Discard 2 lines?")
        #expect(!model.canStageLines)
        diff.toggle(try #require(diff.sections[0].lines.first { $0.line.kind == .added }).id)
        #expect(model.canStageLines && model.canDiscardLines)
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
        #expect(!model.canSkip, "a merge has no commit to leave out")
        await model.markResolved("Sources/Session.swift")
        #expect(model.problem?.contains("marks of a conflict") == true)
        model.askToResolve("Sources/Session.swift", taking: .theirs)
        #expect(paths(model, .conflicts).count == 1, "only after the question")
        #expect(model.question?.title == "Use theirs for “Session.swift”?")
        #expect(model.question?.message.contains("the branch that is merged in") == true)
        await model.confirm(try #require(model.question))
        #expect(model.canContinue)
        await model.continueOperation()
        #expect(model.changes?.operation == nil && model.problem == nil)
        let text = try await client.readFile("\(root)/Sources/Session.swift").text
        #expect(text.contains("tries: 3"))
    }

    @Test func aSettledConflictIsRestoredAfterAQuestionAndWhatTheFileHeldComesBack() async throws {
        let (model, client) = await model(.engineInConflict)
        let path = "Sources/Session.swift"
        #expect(model.settled.isEmpty)
        model.askToResolve(path, taking: .ours)
        await model.confirm(try #require(model.question))
        #expect(model.settled == [path] && model.canContinue)
        let settled = try await client.readFile("\(root)/\(path)").text
        model.askToRestoreConflict(path)
        #expect(paths(model, .conflicts).isEmpty, "only after the question")
        #expect(model.question?.title == "Restore the conflict in “Session.swift”?")
        await model.confirm(try #require(model.question))
        #expect(paths(model, .conflicts) == [path] && model.settled.isEmpty && !model.canContinue)
        #expect(try await client.readFile("\(root)/\(path)").text.contains("<<<<<<< "))
        await model.restoreDiscarded()
        #expect(try await client.readFile("\(root)/\(path)").text == settled && model.problem == nil)
        await model.markResolved(path)
        await model.continueOperation()
        #expect(model.changes?.operation == nil && model.settled.isEmpty)
        model.askToRestoreConflict(path)
        await model.confirm(try #require(model.question))
        #expect(model.problem?.contains("no settled conflict") == true)
    }

    @Test func theVersionsOfAFileInConflictAreShownWithWhatIsNewInThem() async throws {
        let (model, client) = await model(.engineInConflict)
        model.selection = .init(.conflicts, "Sources/Session.swift")
        let conflict = try #require(model.conflict)
        await conflict.load()
        #expect(conflict.columns.map(\.version) == [.base, .ours, .theirs])
        let new = conflict.columns.map { $0.lines.filter(\.isNew).map { $0.text.trimmingCharacters(in: .whitespaces) } }
        #expect(new[0].isEmpty && new[1] == ["_ = try await endpoint.newToken(in: 5)"])
        #expect(new[2] == ["_ = try await endpoint.newToken(tries: 3)"])
        #expect(model.meaning(of: .ours) == "main")
        await client.fail(.git, with: WorkbenchError(.invalidRequest, "fatal: bad object"))
        await conflict.load()
        #expect(conflict.problem == "fatal: bad object" && conflict.columns.count == 3, "what is shown stays")
        await client.fail(.git, with: nil)
        await model.refresh()
        #expect(conflict.problem == nil && model.conflict === conflict)
        model.selection = nil
        #expect(model.conflict == nil)
    }

    @Test func aVersionThatIsMissingOrNoTextSaysSoAndLongOnesComeInPages() async throws {
        var disk = MockDisk.engineInConflict
        let long = (0..<2_500).map { "line \($0)\n" }.joined()
        try disk.change(root) { repository, files in
            try repository.abortOperation(disk: &files)
            try repository.createBranch("long", from: nil, disk: &files)
            for (branch, text) in [("long", long), ("main", "short\n")] {
                if branch == "main" { try repository.checkOut("main", disk: &files) }
                files["new.txt"] = text
                repository.stage("new.txt", text)
                try repository.commit(CommitRequest(message: "Add"))
            }
            try repository.merge("long", disk: &files)
        }
        let (model, _) = await model(disk)
        model.selection = .init(.conflicts, "new.txt")
        let conflict = try #require(model.conflict)
        await conflict.load()
        #expect(conflict.columns[0].isMissing && conflict.columns[1].lines.map(\.text) == ["short"])
        #expect(conflict.columns[2].lines.count == 1_000 && conflict.columns[2].hidden == 1_500)
        conflict.showMore()
        conflict.showMore()
        #expect(conflict.columns[2].lines.count == 2_500 && conflict.columns[2].hidden == 0)
    }

    @Test func aCommitIsSkippedOnlyAfterTheQuestion() async throws {
        var disk = MockDisk.engineInConflict
        try disk.change(root) { repository, files in
            try repository.abortOperation(disk: &files)
            let retry = try #require(repository.branches["retry"])
            try repository.cherryPick(retry, disk: &files)
        }
        let (model, client) = await model(disk)
        #expect(model.changes?.operation == .cherryPick && model.canSkip)
        #expect(model.meaning(of: .theirs) == "the commit that is repeated")
        model.askToSkip()
        #expect(model.question?.message.contains("goes on without it") == true)
        #expect(model.changes?.operation == .cherryPick, "only after the question")
        await model.confirm(try #require(model.question))
        #expect(model.changes?.operation == nil && model.changes?.isClean == true && !model.canSkip)
        #expect(try await !client.readFile("\(root)/Sources/Session.swift").text.contains("tries: 3"))
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
        #expect(model.problem == "fatal: index.lock exists", "looking again, as after each change, hides nothing")
        await model.stageAll()
        #expect(model.problem == nil)
    }

    @Test func whatCanNotBeReadIsToldUntilItCan() async {
        let (model, client) = await model()
        await client.fail(.git, with: WorkbenchError(.invalidRequest, "fatal: bad index"))
        await model.refresh()
        #expect(model.problem == "fatal: bad index")
        await client.fail(.git, with: nil)
        await model.refresh()
        #expect(model.problem == nil)
    }
}
