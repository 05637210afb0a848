// Working trees of a repository, in which agents work beside each other.

/// A working tree of a repository.
public struct Worktree: Hashable, Sendable, Identifiable {
    /// Absolute.
    public let path: String
    /// Nil where a commit is checked out.
    public let branch: String?

    public var id: String { path }

    public init(path: String, branch: String?) {
        self.path = path
        self.branch = branch
    }
}

/// A script that prepares a working tree.
public struct SetupScript: Hashable, Sendable {
    public let script: String
    /// The project brings it along; otherwise it is the person's own.
    public let isFromProject: Bool
    /// Whether it may be run; nil: the person has not said.
    public let isAllowed: Bool?

    public init(script: String, isFromProject: Bool, isAllowed: Bool?) {
        self.script = script
        self.isFromProject = isFromProject
        self.isAllowed = isAllowed
    }
}

/// A session in a working tree of its own.
public struct WorktreeSession: Hashable, Sendable {
    public let session: SessionID
    public let path: String
    public let branch: String
    /// What prepares it; nil where there is nothing to run.
    public let setup: SetupScript?

    public init(session: SessionID, path: String, branch: String, setup: SetupScript? = nil) {
        self.session = session
        self.path = path
        self.branch = branch
        self.setup = setup
    }
}

/// What came of a script.
public struct SetupOutcome: Hashable, Sendable {
    public let isSuccess: Bool
    /// What it printed.
    public let output: String

    public init(isSuccess: Bool, output: String) {
        self.isSuccess = isSuccess
        self.output = output
    }
}

/// What a working tree has that the project has not.
public struct WorktreeState: Hashable, Sendable {
    /// Commits that only it has, and those that only the project has.
    public let ahead: UInt64
    public let behind: UInt64
    /// The files that its commits change.
    public let committed: [String]
    /// The files with changes that are not committed.
    public let uncommitted: [String]

    /// Everything in it is in the project, too.
    public var isMerged: Bool { ahead == 0 && uncommitted.isEmpty }

    public init(ahead: UInt64 = 0, behind: UInt64 = 0, committed: [String] = [], uncommitted: [String] = []) {
        self.ahead = ahead
        self.behind = behind
        self.committed = committed
        self.uncommitted = uncommitted
    }
}

/// What came of merging a working tree.
public enum WorktreeMerge: Hashable, Sendable {
    case done
    /// There was nothing to do.
    case nothing
    /// It is staged in the project and waits for a commit.
    case staged
    /// It waits in the project for somebody to settle conflicts; `words` are git's.
    case stopped(conflicts: [String], words: String)
}
