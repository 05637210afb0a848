// What every core does with repositories.
import AtelierKit
import Foundation

extension ContractCheck {
    static let gitChecks = [
        ContractCheck("a folder without a repository has no changes, and becomes one") { client in
            try await withWorkspace(client) { folder in
                try expect(try await client.changes(in: folder) == nil, "there is no repository yet")
                try await client.makeRepository(folder)
                _ = try await client.writeFile("one\n", to: "\(folder)/a.txt", replacing: nil)
                let changes = try await client.changes(in: folder)
                try expect(changes?.untracked.map(\.path) == ["a.txt"] && changes?.root == folder, "\(changes as Any)")
                try expect(try await client.graph(in: folder, page: nil).rows.isEmpty, "there is no commit yet")
            }
        },
        ContractCheck("files are staged, unstaged, committed and amended") { client in
            try await withRepository(client) { folder in
                _ = try await client.writeFile("new\n", to: "\(folder)/b.txt", replacing: nil)
                try await client.stage(["b.txt"], in: folder)
                try expect(try await changes(client, folder).staged.map(\.path) == ["b.txt"], "it is not staged")
                try await client.unstage(["b.txt"], in: folder)
                try expect(try await changes(client, folder).untracked.map(\.path) == ["b.txt"], "it is still staged")
                try await client.stage(["b.txt"], in: folder)
                let hash = try await client.commit(CommitRequest(message: "Add b\n\nIt is new."), in: folder)
                try expect(try await changes(client, folder).isClean, "something is left")
                let message = try await client.lastCommitMessage(in: folder)
                try expect(message.hasPrefix("Add b\n\nIt is new."), message)
                let amended = try await client.commit(CommitRequest(message: "Add b", amends: true), in: folder)
                let rows = try await client.graph(in: folder, page: nil).rows
                try expect(rows.map(\.commit.subject) == ["Add b", "Begin"] && amended != hash, "\(rows)")
                try expect(rows.first?.commit.parents == [rows[1].commit.hash], "\(rows)")
                try expect(rows[0].commit.author == "Ada" && rows[0].commit.email == "ada@example.com", "\(rows[0])")
                let files = try await client.files(of: rows[0].commit.hash, in: folder)
                try expect(files.map(\.path) == ["b.txt"] && files.map(\.change) == [.added], "\(files)")
            }
        },
        ContractCheck("nothing staged is no commit") { client in
            try await withRepository(client) { folder in
                try await expectFailure(.invalidRequest, of: "a commit of nothing") {
                    _ = try await client.commit(CommitRequest(message: "Nothing"), in: folder)
                }
            }
        },
        ContractCheck("some lines are staged, and the rest is discarded and brought back") { client in
            try await withRepository(client) { folder in
                let text = "ONE\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nTEN\n"
                try await change(client, "\(folder)/a.txt", to: text)
                let file = ChangedFile("a.txt", .modified)
                let diff = try await fileDiff(client, file, .unstaged, folder)
                let lines = diff.hunks.flatMap { hunk in hunk.lines.indices.map { (hunk.id + $0, hunk.lines[$0]) } }
                let wanted = lines.filter { ["one", "ONE"].contains($0.1.text) }.map(\.0)
                try expect(diff.hunks.count == 2 && wanted.count == 2, "\(diff)")
                let part = DiffSelection(path: "a.txt", stamp: diff.stamp, lines: Set(wanted))
                try await client.stage(part, in: folder)
                let staged = try await fileDiff(client, file, .staged, folder).changes
                try expect(staged == ["-one", "+ONE"], "\(staged)")
                try await expectFailure(.invalidRequest, of: "lines of an old state") {
                    try await client.stage(part, in: folder)
                }
                let discarded = try await client.discard(["a.txt"], in: folder)
                try expect(try await changes(client, folder).unstaged.isEmpty, "it was not discarded")
                for file in discarded { try await client.restore(file, in: folder) }
                let left = try await fileDiff(client, file, .unstaged, folder).changes
                try expect(left == ["-ten", "+TEN"], "\(left)")
            }
        },
        ContractCheck("branches are made, switched and deleted, but not what is nowhere else") { client in
            try await withRepository(client) { folder in
                let main = try await changes(client, folder).branch ?? ""
                try await client.createBranch("topic", from: nil, in: folder)
                try await change(client, "\(folder)/a.txt", to: "topic\n")
                try await client.stage(["a.txt"], in: folder)
                _ = try await client.commit(CommitRequest(message: "Topic"), in: folder)
                try await client.checkOut(GitBranch(main), in: folder)
                let branches = try await client.branches(in: folder)
                try expect(branches.filter(\.isCurrent).map(\.name) == [main] && branches.count == 2, "\(branches)")
                do {
                    try await client.deleteBranch("topic", forced: false, in: folder)
                    throw ContractViolation("a branch with commits of its own was deleted")
                } catch let error as WorkbenchError {
                    try expect(error.message.contains("not fully merged"), error.message)
                }
                try await client.deleteBranch("topic", forced: true, in: folder)
                try expect(try await client.branches(in: folder).map(\.name) == [main], "it is still there")
            }
        },
        ContractCheck("a conflict stops a merge, which is given up or resolved") { client in
            try await withRepository(client) { folder in
                let main = try await changes(client, folder).branch ?? ""
                try await client.createBranch("topic", from: nil, in: folder)
                try await commit(client, "theirs\n", folder)
                try await client.checkOut(GitBranch(main), in: folder)
                try await commit(client, "ours\n", folder)
                try await client.merge("topic", in: folder)
                let stopped = try await changes(client, folder)
                try expect(stopped.operation == .merge && stopped.conflicts.map(\.path) == ["a.txt"], "\(stopped)")
                let versions = try await client.versions(ofConflict: "a.txt", in: folder)
                let texts = ConflictVersion.allCases.map { versions[$0]?.text }
                try expect(texts == [tenLines, "ours\n", "theirs\n"], "\(versions)")
                try await expectFailure(.invalidRequest, of: "leaving out a step of a merge") {
                    try await client.skipOperation(in: folder)
                }
                try await client.abortOperation(in: folder)
                try expect(try await changes(client, folder).isClean, "it was not given up")
                try await expectFailure(.invalidRequest, of: "versions of what is in no conflict") {
                    _ = try await client.versions(ofConflict: "a.txt", in: folder)
                }
                try await client.merge("topic", in: folder)
                try await expectFailure(.invalidRequest, of: "calling marks resolved") {
                    try await client.resolve("a.txt", taking: .asItIs, in: folder)
                }
                try await expectFailure(.invalidRequest, of: "restoring what is not settled") {
                    _ = try await client.restoreConflict("a.txt", in: folder)
                }
                try await client.resolve("a.txt", taking: .theirs, in: folder)
                try expect(try await changes(client, folder).settled == ["a.txt"], "it is not settled")
                let kept = try await client.restoreConflict("a.txt", in: folder)
                let again = try await changes(client, folder)
                try expect(again.conflicts.map(\.path) == ["a.txt"] && again.settled.isEmpty, "\(again)")
                let marked = try await client.readFile("\(folder)/a.txt").text
                try expect(marked.contains("<<<<<<< ") && marked.contains("ours\n=======\ntheirs\n"), marked)
                try await client.restore(kept, in: folder)
                try expect(try await client.readFile("\(folder)/a.txt").text == "theirs\n", "what it held is lost")
                try await client.resolve("a.txt", taking: .asItIs, in: folder)
                try await client.continueOperation(in: folder)
                let done = try await changes(client, folder)
                try expect(done.operation == nil && done.isClean && done.settled.isEmpty, "\(done)")
                let parents = try await client.graph(in: folder, page: nil).rows.first?.commit.parents.count
                try expect(parents == 2, "the merge has \(parents ?? 0) parents")
                try expect(try await client.readFile("\(folder)/a.txt").text == "theirs\n", "the other side is taken")
            }
        },
        ContractCheck("a rebase that stops tells how far it is, and goes on") { client in
            try await withRepository(client) { folder in
                let main = try await changes(client, folder).branch ?? ""
                try await client.createBranch("topic", from: nil, in: folder)
                _ = try await client.writeFile("new\n", to: "\(folder)/b.txt", replacing: nil)
                try await client.stage(["b.txt"], in: folder)
                _ = try await client.commit(CommitRequest(message: "Add b"), in: folder)
                try await commit(client, "theirs\n", folder)
                try await client.checkOut(GitBranch(main), in: folder)
                try await commit(client, "ours\n", folder)
                try await client.checkOut(GitBranch("topic"), in: folder)
                try await client.rebase(onto: main, in: folder)
                let stopped = try await changes(client, folder)
                try expect(stopped.operation == .rebase && stopped.steps == GitSteps(2, of: 2), "\(stopped)")
                try await client.resolve("a.txt", taking: .theirs, in: folder)
                try await client.continueOperation(in: folder)
                let done = try await changes(client, folder)
                try expect(done.operation == nil && done.steps == nil && done.isClean, "\(done)")
                try expect(try await client.readFile("\(folder)/a.txt").text == "theirs\n", "the other side is taken")
            }
        },
        ContractCheck("a commit that stops a rebase or a cherry-pick is left out, and the rest is done") { client in
            try await withRepository(client) { folder in
                let main = try await changes(client, folder).branch ?? ""
                try await client.createBranch("topic", from: nil, in: folder)
                try await commit(client, "theirs\n", folder)
                _ = try await client.writeFile("new\n", to: "\(folder)/b.txt", replacing: nil)
                try await client.stage(["b.txt"], in: folder)
                _ = try await client.commit(CommitRequest(message: "Add b"), in: folder)
                let conflicting = try await client.graph(in: folder, page: nil).rows[1].commit
                try await client.checkOut(GitBranch(main), in: folder)
                try await commit(client, "ours\n", folder)
                try await client.cherryPick(conflicting, in: folder)
                try expect(try await changes(client, folder).operation == .cherryPick, "nothing stopped it")
                try await client.skipOperation(in: folder)
                let skipped = try await changes(client, folder)
                try expect(skipped.operation == nil && skipped.isClean, "\(skipped)")
                try await client.checkOut(GitBranch("topic"), in: folder)
                try await client.rebase(onto: main, in: folder)
                try expect(try await changes(client, folder).steps == GitSteps(1, of: 2), "it stopped elsewhere")
                try await client.skipOperation(in: folder)
                let done = try await changes(client, folder)
                try expect(done.operation == nil && done.isClean && done.branch == "topic", "\(done)")
                try expect(try await client.readFile("\(folder)/a.txt").text == "ours\n", "it was not left out")
                try expect(try await client.readFile("\(folder)/b.txt").text == "new\n", "the rest is missing")
            }
        },
        ContractCheck("changes are put aside and brought back; commits get tags and are taken back") { client in
            try await withRepository(client) { folder in
                try await change(client, "\(folder)/a.txt", to: "later\n")
                try await client.saveStash("Later", in: folder)
                let stashes = try await client.stashes(in: folder)
                try expect(stashes.count == 1 && stashes[0].message.contains("Later"), "\(stashes)")
                try expect(try await changes(client, folder).isClean, "something is left")
                try await client.applyStash(stashes[0], dropping: true, in: folder)
                try expect(try await client.stashes(in: folder).isEmpty, "it is still there")
                try await client.stage(["a.txt"], in: folder)
                let hash = try await client.commit(CommitRequest(message: "Later"), in: folder)
                try await client.createTag("v1", at: hash, message: "One", in: folder)
                try expect(try await client.tags(in: folder).map(\.hash) == [hash], "the tag is elsewhere")
                let row = try await client.graph(in: folder, page: nil).rows.first
                guard let row else { throw ContractViolation("the history is empty") }
                try expect(row.commit.refs.contains("tag: v1"), "\(row)")
                try await client.revert(row.commit, in: folder)
                let text = try await client.readFile("\(folder)/a.txt").text
                try expect(text.hasPrefix("one\n"), "it was not taken back")
                try await client.deleteTag("v1", in: folder)
                let blame = try await client.blame("a.txt", in: folder)
                try expect(blame.reduce(0) { $0 + $1.count } == 10 && blame.first?.author == "Ada", "\(blame)")
            }
        },
        ContractCheck("identities are made, changed and deleted, and must be whole") { client in
            let before = try await client.identities()
            let identity = GitIdentity(id: "check", name: "Check", userName: "C", userEmail: "c@example.com")
            try await client.createIdentity(identity)
            try await expectFailure(.invalidRequest, of: "a second of that id") {
                try await client.createIdentity(identity)
            }
            var changed = identity
            changed.userName = "D"
            try await client.updateIdentity(changed)
            try expect(try await client.identities() == before + [changed], "it was not changed")
            try await client.deleteIdentity("check")
            try expect(try await client.identities() == before, "it was not deleted")
            try await expectFailure(.invalidRequest, of: "an identity without an address") {
                try await client.createIdentity(GitIdentity(id: "x", name: "", userName: "X", userEmail: ""))
            }
        },
    ]
}

private let tenLines = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n"

/// A repository with one commit of a file of ten lines.
private func withRepository(
    _ client: any WorkbenchClient,
    _ body: (String) async throws -> Void
) async throws {
    try await withWorkspace(client) { folder in
        try await client.makeRepository(folder)
        let identity = GitIdentity(
            id: UUID().uuidString,
            name: "Ada",
            userName: "Ada",
            userEmail: "ada@example.com"
        )
        try await client.createIdentity(identity)
        try await client.setIdentity(identity.id, in: folder)
        _ = try await client.writeFile(tenLines, to: "\(folder)/a.txt", replacing: nil)
        try await client.stage(["a.txt"], in: folder)
        _ = try await client.commit(CommitRequest(message: "Begin"), in: folder)
        try await body(folder)
    }
}

private func changes(_ client: any WorkbenchClient, _ folder: String) async throws -> GitChanges {
    guard let changes = try await client.changes(in: folder) else { throw ContractViolation("no repository is found") }
    return changes
}

private func change(_ client: any WorkbenchClient, _ path: String, to text: String) async throws {
    _ = try await client.writeFile(text, to: path, replacing: try await client.readFile(path).stamp)
}

private func commit(_ client: any WorkbenchClient, _ text: String, _ folder: String) async throws {
    try await change(client, "\(folder)/a.txt", to: text)
    try await client.stage(["a.txt"], in: folder)
    _ = try await client.commit(CommitRequest(message: "Say \(text)"), in: folder)
}

private func fileDiff(
    _ client: any WorkbenchClient,
    _ file: ChangedFile,
    _ side: DiffSide,
    _ folder: String
) async throws -> FileDiff {
    try await client.diff(of: file, side, in: folder, context: DiffModel.context, page: nil)
}

extension FileDiff {
    /// Lines that came or went, with their marks.
    fileprivate var changes: [String] {
        hunks.flatMap(\.lines).filter { $0.kind != .same }.map { ($0.kind == .added ? "+" : "-") + $0.text }
    }
}
