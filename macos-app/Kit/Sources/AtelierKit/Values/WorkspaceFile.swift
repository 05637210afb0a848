// Files as the core tells of them.
import Foundation

/// One thing in a folder.
public struct FileEntry: Hashable, Sendable, Identifiable {
    public let name: String
    /// Absolute; links in it are not resolved.
    public let path: String
    /// A folder, or a link to one.
    public let isFolder: Bool
    public let isLink: Bool
    /// In bytes; nil for what is no file.
    public let size: UInt64?
    public let modified: Date?

    public var id: String { path }

    public init(
        name: String,
        path: String,
        isFolder: Bool,
        isLink: Bool = false,
        size: UInt64? = nil,
        modified: Date? = nil
    ) {
        self.name = name
        self.path = path
        self.isFolder = isFolder
        self.isLink = isLink
        self.size = size
        self.modified = modified
    }
}

/// What a file holds, as far as it can be shown.
public struct FileText: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable { case text, binary, tooLarge, image }

    public let path: String
    /// Empty for what is no text; the beginning of what is very long.
    public let text: String
    /// Of the whole file, in bytes.
    public let size: UInt64
    public let kind: Kind
    /// Names this state of the file. A write that names an older one is refused.
    public let stamp: String
    /// Only the beginning is here.
    public let isTruncated: Bool

    public init(
        path: String,
        text: String,
        size: UInt64,
        kind: Kind = .text,
        stamp: String = "",
        isTruncated: Bool = false
    ) {
        self.path = path
        self.text = text
        self.size = size
        self.kind = kind
        self.stamp = stamp
        self.isTruncated = isTruncated
    }
}

/// What has changed in a folder that is watched, several changes in one.
public struct WorkspaceChange: Hashable, Sendable {
    /// Absolute paths of folders whose own entries, or files in them, have changed.
    public var folders: Set<String>
    /// Too much changed to tell: everything is read again.
    public var isEverything: Bool
    /// What git says of the folder may have changed.
    public var concernsGit: Bool
    /// A sentence for the person: changes are seen late here, and how to mend that. Told once.
    public var notice: String?

    public init(
        folders: Set<String> = [],
        isEverything: Bool = false,
        concernsGit: Bool = false,
        notice: String? = nil
    ) {
        self.folders = folders
        self.isEverything = isEverything
        self.concernsGit = concernsGit
        self.notice = notice
    }
}

/// A stretch of a line in one colour. Positions are in UTF-8 bytes from the line's beginning.
public struct ColourSpan: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case comment, keyword, string, number, type, function, variable, constant, attribute, punctuation, markup
    }

    public let range: Range<Int>
    public let kind: Kind

    public init(_ range: Range<Int>, _ kind: Kind) {
        self.range = range
        self.kind = kind
    }
}
