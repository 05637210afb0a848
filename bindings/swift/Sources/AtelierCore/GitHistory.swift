// What was committed, branches and stashes, of the real core.
internal import AtelierBindings
import AtelierKit
import Foundation

extension LiveClient {
    public func graph(in folder: String, page: String?) async throws -> AtelierKit.GraphPage {
        try await Self.rethrowing {
            let page = try await core.gitGraph(directory: folder, after: page)
            return GraphPage(rows: page.rows.map(GraphRow.init), next: page.next)
        }
    }

    public func files(of commit: String, in folder: String) async throws -> [AtelierKit.ChangedFile] {
        try await Self.rethrowing {
            try await core.gitCommitFiles(directory: folder, hash: commit).map(ChangedFile.init)
        }
    }

    public func blame(_ path: String, in folder: String) async throws -> [BlameRun] {
        try await Self.rethrowing {
            var (runs, line): ([BlameRun], UInt64?) = ([], 1)
            while let from = line {
                let page = try await core.gitBlame(directory: folder, path: path, from: from)
                runs += page.parts.map { BlameRun($0, of: page.commits) }
                line = page.next
            }
            return runs
        }
    }

    public func cherryPick(_ commit: CommitSummary, in folder: String) async throws {
        try await Self.rethrowing {
            try await core.cherryPick(directory: folder, commit: commit.hash, mainline: commit.mainline)
        }
    }

    public func revert(_ commit: CommitSummary, in folder: String) async throws {
        try await Self.rethrowing {
            try await core.revertCommit(directory: folder, commit: commit.hash, mainline: commit.mainline)
        }
    }

    public func tags(in folder: String) async throws -> [AtelierKit.GitTag] {
        try await Self.rethrowing {
            try await core.gitTags(directory: folder).map {
                GitTag($0.name, hash: $0.commit, message: $0.message ?? "")
            }
        }
    }

    public func createTag(_ name: String, at commit: String, message: String, in folder: String) async throws {
        try await Self.rethrowing {
            let message = message.isEmpty ? nil : message
            try await core.createGitTag(directory: folder, name: name, commit: commit, message: message)
        }
    }

    public func deleteTag(_ name: String, in folder: String) async throws {
        try await Self.rethrowing { try await core.deleteGitTag(directory: folder, name: name) }
    }

    // MARK: Branches

    public func branches(in folder: String) async throws -> [AtelierKit.GitBranch] {
        try await Self.rethrowing { try await core.gitBranches(directory: folder).map(GitBranch.init) }
    }

    public func createBranch(_ name: String, from start: String?, in folder: String) async throws {
        try await Self.rethrowing { try await core.createGitBranch(directory: folder, name: name, start: start) }
    }

    /// Git makes a branch that follows the remote's where it is asked for the name without the remote.
    public func checkOut(_ branch: AtelierKit.GitBranch, in folder: String) async throws {
        let name = branch.isRemote ? branch.atRemote.branch : branch.name
        try await Self.rethrowing { try await core.checkoutBranch(directory: folder, branch: name) }
    }

    public func deleteBranch(_ name: String, forced: Bool, in folder: String) async throws {
        try await Self.rethrowing {
            try await core.deleteGitBranch(directory: folder, branch: name, force: forced)
        }
    }

    public func deleteRemoteBranch(_ branch: AtelierKit.GitBranch, in folder: String) async throws {
        let (remote, name) = branch.atRemote
        try await Self.rethrowing {
            try await core.deleteRemoteBranch(directory: folder, branch: name, remote: remote)
        }
    }

    public func merge(_ branch: String, in folder: String) async throws {
        try await Self.rethrowing { try await core.mergeBranch(directory: folder, branch: branch) }
    }

    public func rebase(onto branch: String, in folder: String) async throws {
        try await Self.rethrowing { try await core.rebaseOnto(directory: folder, branch: branch) }
    }

    // MARK: Stashes

    public func stashes(in folder: String) async throws -> [GitStash] {
        try await Self.rethrowing {
            try await core.gitStashes(directory: folder).map {
                GitStash($0.message, at: Date(milliseconds: $0.dateMs), hash: $0.commit)
            }
        }
    }

    public func saveStash(_ message: String, in folder: String) async throws {
        try await Self.rethrowing {
            let message = message.isEmpty ? nil : message
            guard try await core.saveStash(directory: folder, message: message) else {
                throw WorkbenchError(.invalidRequest, "Nothing is changed, so there is nothing to put aside.")
            }
        }
    }

    public func applyStash(_ stash: GitStash, dropping: Bool, in folder: String) async throws {
        try await Self.rethrowing {
            try await core.applyStash(directory: folder, commit: stash.hash, drop: dropping)
        }
    }

    public func dropStash(_ stash: GitStash, in folder: String) async throws {
        try await Self.rethrowing { try await core.dropStash(directory: folder, commit: stash.hash) }
    }
}

// MARK: Values

extension AtelierKit.GraphRow {
    fileprivate init(_ row: AtelierBindings.GraphCommit) {
        let commit = CommitSummary(
            hash: row.hash,
            subject: row.subject,
            body: row.body,
            author: row.author,
            email: row.email,
            date: Date(milliseconds: row.dateMs),
            parents: row.parents,
            refs: row.refs
        )
        let edges = row.edges.map { AtelierKit.GraphEdge(from: Int($0.from), to: Int($0.to)) }
        self.init(commit, lane: Int(row.lane), edges: edges)
    }
}

extension BlameRun {
    fileprivate init(_ part: AtelierBindings.BlamePart, of commits: [AtelierBindings.BlameCommit]) {
        let place = Int(part.commit)
        let commit = commits.indices.contains(place) ? commits[place] : nil
        let known = commit.flatMap { $0.uncommitted ? nil : $0 }
        self.init(
            line: Int(clamping: part.line),
            count: Int(clamping: part.count),
            hash: known?.hash,
            author: known?.author ?? "Not committed",
            date: known.map { Date(milliseconds: $0.dateMs) },
            subject: known?.summary ?? ""
        )
    }
}

extension CommitSummary {
    /// Of a merge, what it brought to its first parent counts.
    fileprivate var mainline: UInt32? { parents.count > 1 ? 1 : nil }
}

extension AtelierKit.GitBranch {
    private static let remotes = "remotes/"

    fileprivate init(_ branch: AtelierBindings.GitBranch) {
        let isRemote = branch.name.hasPrefix(Self.remotes)
        self.init(
            isRemote ? String(branch.name.dropFirst(Self.remotes.count)) : branch.name,
            isRemote: isRemote,
            isCurrent: branch.current,
            upstream: branch.tracking,
            ahead: branch.ahead,
            behind: branch.behind,
            subject: branch.label,
            isElsewhere: branch.elsewhere
        )
    }

    /// What the remote is called, and what it calls the branch.
    fileprivate var atRemote: (remote: String, branch: String) {
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        return (parts.first ?? "", parts.count > 1 ? parts[1] : name)
    }
}
