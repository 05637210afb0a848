// Working trees of the real core.
internal import AtelierBindings
import AtelierKit

extension LiveClient {
    public func worktrees(of folder: String) async throws -> [AtelierKit.Worktree] {
        try await Self.rethrowing {
            try await core.worktrees(directory: folder).map { Worktree(path: $0.path, branch: $0.branch) }
        }
    }

    public func createWorktreeSession(
        about name: String,
        in folder: String
    ) async throws -> AtelierKit.WorktreeSession {
        try await Self.rethrowing {
            WorktreeSession(try await core.createWorktreeSession(directory: folder, name: name))
        }
    }

    public func allowSetup(_ script: String, _ isAllowed: Bool, of folder: String) async throws {
        try await Self.rethrowing {
            try await core.allowWorktreeSetup(directory: folder, script: script, allowed: isAllowed)
        }
    }

    public func runSetup(of folder: String, in worktree: String) async throws -> AtelierKit.SetupOutcome {
        try await Self.rethrowing {
            let outcome = try await core.runWorktreeSetup(directory: folder, path: worktree)
            return SetupOutcome(isSuccess: outcome.success, output: outcome.output)
        }
    }

    public func state(ofWorktree path: String, beside folder: String) async throws -> AtelierKit.WorktreeState {
        try await Self.rethrowing {
            let state = try await core.worktreeState(directory: folder, path: path)
            return WorktreeState(
                ahead: state.ahead,
                behind: state.behind,
                committed: state.committed,
                uncommitted: state.uncommitted
            )
        }
    }

    public func merge(
        worktree path: String,
        into folder: String,
        asOneChange: Bool
    ) async throws -> AtelierKit.WorktreeMerge {
        try await Self.rethrowing {
            switch try await core.mergeWorktree(directory: folder, path: path, squash: asOneChange) {
            case .done: .done
            case .nothing: .nothing
            case .staged: .staged
            case .stopped(let conflicts, let words): .stopped(conflicts: conflicts, words: words)
            }
        }
    }

    public func pullRequestPage(for branch: String, of folder: String) async throws -> String? {
        try await Self.rethrowing { try await core.pullRequestUrl(directory: folder, branch: branch) }
    }

    public func archive(
        worktree path: String,
        of folder: String,
        losingWork: Bool,
        deletingRemoteBranch: Bool
    ) async throws {
        try await Self.rethrowing {
            try await core.archiveWorktree(
                directory: folder,
                path: path,
                withChanges: losingWork,
                unmerged: losingWork,
                remoteBranch: deletingRemoteBranch
            )
        }
    }
}

extension AtelierKit.WorktreeSession {
    fileprivate init(_ made: AtelierBindings.WorktreeSession) {
        self.init(
            session: made.session,
            path: made.path,
            branch: made.branch,
            setup: made.setup.map {
                SetupScript(script: $0.script, isFromProject: $0.fromProject, isAllowed: $0.allowed)
            }
        )
    }
}
