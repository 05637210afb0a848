// How a file differs, line by line.
import Foundation

/// Which two states of a file are compared.
public enum DiffSide: Hashable, Sendable {
    /// The last commit with what is staged.
    case staged
    /// What is staged with the file on disk; an untracked file with nothing.
    case unstaged
    /// A commit with its first parent.
    case commit(String)
}

/// One page of how a file differs.
public struct FileDiff: Hashable, Sendable {
    /// Why there are no lines.
    public enum Notice: String, Hashable, Sendable, CaseIterable {
        case binary, image, modeOnly, tooLarge, submodule, link, conflict
    }

    public var path: String
    public var oldPath: String?
    public var hunks: [DiffHunk]
    public var notice: Notice?
    /// Names the page that comes after this one; nil when this is the last.
    public var nextPage: UInt64?
    /// Names the state that was compared. Staging lines of another state is refused.
    public var stamp: String
    /// Lines can be staged one by one; if not, only the whole file.
    public var isByLine: Bool

    public init(
        path: String,
        oldPath: String? = nil,
        hunks: [DiffHunk] = [],
        notice: Notice? = nil,
        nextPage: UInt64? = nil,
        stamp: String = "",
        isByLine: Bool = true
    ) {
        self.path = path
        self.oldPath = oldPath
        self.hunks = hunks
        self.notice = notice
        self.nextPage = nextPage
        self.stamp = stamp
        self.isByLine = isByLine
    }
}

/// Changes that stand together.
public struct DiffHunk: Hashable, Sendable, Identifiable {
    /// The place of its first line in the whole diff, from 0. Each line's place is one more than that before it.
    public let id: Int
    /// “@@ -12,6 +12,7 @@ func refresh()”
    public let header: String
    public let lines: [DiffLine]

    public init(id: Int, header: String, lines: [DiffLine]) {
        self.id = id
        self.header = header
        self.lines = lines
    }
}

/// A line of a hunk.
public struct DiffLine: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable { case same, added, removed }

    public let kind: Kind
    /// Numbers from 1 in the old and the new file; nil where the line isn't there.
    public let old: UInt64?
    public let new: UInt64?
    /// Without its line end.
    public let text: String
    /// What in a changed line differs from the line that it took the place of, in UTF-8 bytes.
    public let emphasis: [Range<Int>]
    /// The file ends here without a line end.
    public let lacksNewline: Bool

    public init(
        _ kind: Kind,
        old: UInt64? = nil,
        new: UInt64? = nil,
        _ text: String,
        emphasis: [Range<Int>] = [],
        lacksNewline: Bool = false
    ) {
        self.kind = kind
        self.old = old
        self.new = new
        self.text = text
        self.emphasis = emphasis
        self.lacksNewline = lacksNewline
    }
}

/// A part of a file's changes.
public struct DiffSelection: Hashable, Sendable {
    public let path: String
    /// Where it was before it was renamed or copied.
    public let oldPath: String?
    /// See `FileDiff.stamp`.
    public let stamp: String
    /// Places in the whole diff of lines that came or went.
    public let lines: Set<Int>

    public init(path: String, oldPath: String? = nil, stamp: String, lines: Set<Int>) {
        self.path = path
        self.oldPath = oldPath
        self.stamp = stamp
        self.lines = lines
    }
}
