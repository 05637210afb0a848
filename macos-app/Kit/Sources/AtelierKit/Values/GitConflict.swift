// Files that two sides have changed in different ways.

/// A file that git could not merge by itself.
public struct Conflict: Hashable, Sendable, Identifiable {
    public let path: String
    /// In the core's words: “both modified”.
    public let description: String

    public var id: String { path }

    public init(_ path: String, _ description: String) {
        self.path = path
        self.description = description
    }
}

/// Which version of a file in conflict is taken.
public enum ConflictSide: String, Hashable, Sendable, CaseIterable {
    case ours, theirs
    /// The file as it is on disk. Refused while it still has git's marks.
    case asItIs
}

/// A version of a file in conflict.
public enum ConflictVersion: String, Hashable, Sendable, CaseIterable {
    /// What both sides began with.
    case base
    /// That of what is checked out. In a rebase that is what one's own commits are put on.
    case ours
    /// That of what is brought in.
    case theirs
}

/// What a file in conflict holds, as each side has it.
public struct ConflictVersions: Hashable, Sendable {
    /// One version of a file.
    public struct Content: Hashable, Sendable {
        /// Nil where it is no text.
        public let text: String?
        /// There is more than is told.
        public let isCut: Bool

        public init(_ text: String?, isCut: Bool = false) {
            self.text = text
            self.isCut = isCut
        }
    }

    private let contents: [ConflictVersion: Content]

    public init(base: Content?, ours: Content?, theirs: Content?) {
        contents = [ConflictVersion.base: base, .ours: ours, .theirs: theirs].compactMapValues(\.self)
    }

    /// Nil where that side has no such file.
    public subscript(version: ConflictVersion) -> Content? { contents[version] }
}
