// What a repository holds: commits, branches, tags, stashes, who wrote which line.
import Foundation

/// One row of the history.
public struct GraphRow: Hashable, Sendable, Identifiable {
    public let commit: CommitSummary
    /// The lane in which the commit stands, from 0 at the left.
    public let lane: Int
    /// Lanes that come in from the row above, and lanes that each of them goes on to below.
    public let edges: [GraphEdge]

    public var id: String { commit.hash }

    public init(_ commit: CommitSummary, lane: Int = 0, edges: [GraphEdge] = []) {
        self.commit = commit
        self.lane = lane
        self.edges = edges
    }
}

/// A line that goes from a lane of this row to a lane of the next one.
public struct GraphEdge: Hashable, Sendable {
    public let from: Int
    public let to: Int

    public init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }
}

/// A page of the history.
public struct GraphPage: Hashable, Sendable {
    public let rows: [GraphRow]
    /// Names the page that comes after this one; nil when this is the last.
    public let next: String?

    public init(rows: [GraphRow], next: String? = nil) {
        self.rows = rows
        self.next = next
    }
}

/// A commit as a list shows it.
public struct CommitSummary: Hashable, Sendable, Identifiable {
    public let hash: String
    public let subject: String
    /// What comes after the first line; perhaps empty.
    public let body: String
    public let author: String
    public let email: String
    public let date: Date
    public let parents: [String]
    /// Branches and tags that point to it.
    public let refs: [String]

    public var id: String { hash }
    /// As people write it.
    public var shortHash: String { String(hash.prefix(8)) }

    public init(
        hash: String,
        subject: String,
        body: String = "",
        author: String,
        email: String = "",
        date: Date,
        parents: [String] = [],
        refs: [String] = []
    ) {
        self.hash = hash
        self.subject = subject
        self.body = body
        self.author = author
        self.email = email
        self.date = date
        self.parents = parents
        self.refs = refs
    }
}

/// A branch, here or at a remote.
public struct GitBranch: Hashable, Sendable, Identifiable {
    /// “main”, “origin/main”
    public let name: String
    public let isRemote: Bool
    public let isCurrent: Bool
    public let upstream: String?
    public let ahead: UInt64
    public let behind: UInt64
    /// The subject of its newest commit.
    public let subject: String
    /// It is checked out in another worktree.
    public let isElsewhere: Bool

    public var id: String { (isRemote ? "remote " : "local ") + name }

    public init(
        _ name: String,
        isRemote: Bool = false,
        isCurrent: Bool = false,
        upstream: String? = nil,
        ahead: UInt64 = 0,
        behind: UInt64 = 0,
        subject: String = "",
        isElsewhere: Bool = false
    ) {
        self.name = name
        self.isRemote = isRemote
        self.isCurrent = isCurrent
        self.upstream = upstream
        self.ahead = ahead
        self.behind = behind
        self.subject = subject
        self.isElsewhere = isElsewhere
    }
}

/// A tag.
public struct GitTag: Hashable, Sendable, Identifiable {
    public let name: String
    /// The commit that it names.
    public let hash: String
    /// Of a tag that has one.
    public let message: String

    public var id: String { name }

    public init(_ name: String, hash: String, message: String = "") {
        self.name = name
        self.hash = hash
        self.message = message
    }
}

/// Changes that were put aside.
public struct GitStash: Hashable, Sendable, Identifiable {
    public let message: String
    public let date: Date
    public let hash: String

    public var id: String { hash }

    public init(_ message: String, at date: Date, hash: String) {
        self.message = message
        self.date = date
        self.hash = hash
    }
}

/// Neighbouring lines that come from one commit.
public struct BlameRun: Hashable, Sendable, Identifiable {
    /// Of the first line, from 1.
    public let line: Int
    public let count: Int
    /// Nil for lines that are not committed.
    public let hash: String?
    public let author: String
    public let date: Date?
    public let subject: String

    public var id: Int { line }

    public init(line: Int, count: Int, hash: String?, author: String, date: Date?, subject: String) {
        self.line = line
        self.count = count
        self.hash = hash
        self.author = author
        self.date = date
        self.subject = subject
    }
}
