// Working trees of the core in memory.
import Foundation

/// What the core in memory has of working trees; the first is the main one.
public struct MockWorktrees: Sendable {
    public var trees: [Worktree]
    public var states: [String: WorktreeState]
    public var setup: SetupScript?
    /// The web page of the remote; nil: it has none.
    public var remote: String?
    /// Where the setup script ran.
    public internal(set) var prepared: [String] = []
    fileprivate static let origin = "origin"

    public init(
        trees: [Worktree] = [],
        states: [String: WorktreeState] = [:],
        setup: SetupScript? = nil,
        remote: String? = nil
    ) {
        self.trees = trees
        self.states = states
        self.setup = setup
        self.remote = remote
    }

    fileprivate func checked(_ path: String) throws {
        guard trees.dropFirst().contains(where: { $0.path == path }) else {
            throw WorkbenchError(.invalidRequest, "There is no working tree at \(path).")
        }
    }
}

extension MockClient {
    public func worktrees(of folder: String) async throws -> [Worktree] {
        try await check(.worktrees)
        guard !mockWorktrees.trees.isEmpty else {
            throw WorkbenchError(.invalidRequest, "This folder is in no git repository.")
        }
        return mockWorktrees.trees
    }

    public func createWorktreeSession(about name: String, in folder: String) async throws -> WorktreeSession {
        _ = try await worktrees(of: folder)
        let plain = name.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
        let tree = Worktree(path: "\(folder)/.atelier/\(plain)", branch: "atelier/\(plain)")
        mockWorktrees.trees.append(tree)
        mockWorktrees.states[tree.path] = WorktreeState()
        let session = try await createSession()
        update(session.id) { $0.append(.sessionProject(path: tree.path)) }
        return WorktreeSession(
            session: session.id,
            path: tree.path,
            branch: tree.branch ?? "",
            setup: mockWorktrees.setup
        )
    }

    public func allowSetup(_ script: String, _ isAllowed: Bool, of folder: String) async throws {
        try await check(.worktrees)
        mockWorktrees.setup = mockWorktrees.setup.map {
            SetupScript(script: $0.script, isFromProject: $0.isFromProject, isAllowed: isAllowed)
        }
    }

    public func runSetup(of folder: String, in worktree: String) async throws -> SetupOutcome {
        try await check(.worktrees)
        guard mockWorktrees.setup?.isAllowed == true else {
            throw WorkbenchError(.invalidRequest, "The script may not be run; look at it and allow it first.")
        }
        mockWorktrees.prepared.append(worktree)
        return SetupOutcome(isSuccess: true, output: "ready\n")
    }

    public func state(ofWorktree path: String, beside folder: String) async throws -> WorktreeState {
        try await check(.worktrees)
        try mockWorktrees.checked(path)
        return mockWorktrees.states[path] ?? WorktreeState()
    }

    public func merge(worktree path: String, into folder: String, asOneChange: Bool) async throws -> WorktreeMerge {
        let state = try await state(ofWorktree: path, beside: folder)
        guard state.uncommitted.isEmpty else {
            throw WorkbenchError(.invalidRequest, "Something in the working tree is not committed; commit it first.")
        }
        guard state.ahead > 0 else { return .nothing }
        if asOneChange { return .staged }
        mockWorktrees.states[path] = WorktreeState()
        return .done
    }

    public func pullRequestPage(for branch: String, of folder: String) async throws -> String? {
        try await check(.worktrees)
        return mockWorktrees.remote.map { "\($0)/compare/\(branch)?expand=1" }
    }

    public func archive(
        worktree path: String,
        of folder: String,
        losingWork: Bool,
        deletingRemoteBranch: Bool
    ) async throws {
        let state = try await state(ofWorktree: path, beside: folder)
        guard state.isMerged || losingWork else {
            throw WorkbenchError(.invalidRequest, "It has work that is nowhere else; merge it first.")
        }
        let branch = mockWorktrees.trees.first { $0.path == path }?.branch
        mockWorktrees.trees.removeAll { $0.path == path }
        mockWorktrees.states[path] = nil
        if deletingRemoteBranch, let branch {
            let gone = GitBranch("\(MockWorktrees.origin)/\(branch)", isRemote: true)
            // Here it is done, and the remote may never have had it.
            try? await deleteRemoteBranch(gone, in: folder)
        }
    }
}
