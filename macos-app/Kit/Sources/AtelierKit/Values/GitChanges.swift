// What is changed in a repository, and what it is in the middle of.
import Foundation

/// How a file differs.
public enum FileChange: String, Hashable, Sendable, CaseIterable {
    case added, modified, deleted, renamed, copied, typeChanged, untracked, conflicted
}

/// A file that differs between two states of a repository.
public struct ChangedFile: Hashable, Sendable, Identifiable {
    /// From the repository's root.
    public let path: String
    /// Where it was before it was renamed or copied.
    public let oldPath: String?
    public let change: FileChange
    /// Lines that came and went; nil where nobody counted, as in binary files.
    public let added: UInt64?
    public let removed: UInt64?

    public var id: String { path }

    public init(
        _ path: String,
        _ change: FileChange,
        from oldPath: String? = nil,
        added: UInt64? = nil,
        removed: UInt64? = nil
    ) {
        self.path = path
        self.oldPath = oldPath
        self.change = change
        self.added = added
        self.removed = removed
    }
}

/// What a repository is in the middle of.
public enum GitOperation: String, Hashable, Sendable, CaseIterable {
    case merge, rebase, cherryPick, revert, bisect, applyMailbox
}

/// How far an operation is that takes several steps.
public struct GitSteps: Hashable, Sendable {
    /// From 1.
    public let step: UInt64
    public let total: UInt64

    public init(_ step: UInt64, of total: UInt64) {
        self.step = step
        self.total = total
    }
}

/// A repository's state beside its last commit.
public struct GitChanges: Hashable, Sendable {
    /// The repository's folder, absolute. Paths of files start from here.
    public var root: String
    /// Nil when no branch is checked out.
    public var branch: String?
    public var upstream: String?
    public var ahead: UInt64
    public var behind: UInt64
    public var operation: GitOperation?
    /// How far it is; nil where it has no steps.
    public var steps: GitSteps?
    public var staged: [ChangedFile]
    public var unstaged: [ChangedFile]
    public var untracked: [ChangedFile]
    public var conflicts: [Conflict]
    /// Files that were in conflict and are settled, as long as what led to it is under way.
    public var settled: [String]
    /// There are more changes than are listed.
    public var isPartial: Bool

    public init(
        root: String,
        branch: String? = nil,
        upstream: String? = nil,
        ahead: UInt64 = 0,
        behind: UInt64 = 0,
        operation: GitOperation? = nil,
        steps: GitSteps? = nil,
        staged: [ChangedFile] = [],
        unstaged: [ChangedFile] = [],
        untracked: [ChangedFile] = [],
        conflicts: [Conflict] = [],
        settled: [String] = [],
        isPartial: Bool = false
    ) {
        self.root = root
        self.branch = branch
        self.upstream = upstream
        self.ahead = ahead
        self.behind = behind
        self.operation = operation
        self.steps = steps
        self.staged = staged
        self.unstaged = unstaged
        self.untracked = untracked
        self.conflicts = conflicts
        self.settled = settled
        self.isPartial = isPartial
    }

    /// Nothing differs from the last commit.
    public var isClean: Bool { staged.isEmpty && unstaged.isEmpty && untracked.isEmpty && conflicts.isEmpty }
}

/// What brings a file back that was discarded, as the core keeps it.
public struct Discarded: Hashable, Sendable {
    public let path: String
    /// What the file held; nil when there was none.
    public let blob: String?
    public let mode: String?
    /// What the discarding left; nil when it left no file.
    public let left: String?

    public init(path: String, blob: String?, mode: String? = nil, left: String?) {
        self.path = path
        self.blob = blob
        self.mode = mode
        self.left = left
    }
}
