// Files and lines that were found in a folder.
import Foundation

/// A file whose name or path fits the letters that were typed.
public struct FoundFile: Hashable, Sendable, Identifiable {
    /// Absolute.
    public let path: String
    /// From the folder on.
    public let relativePath: String
    /// Which bytes of the relative path in UTF-8 stand for the letters that were typed.
    public let marks: [Int]

    public var id: String { path }

    public init(path: String, relativePath: String, marks: [Int] = []) {
        self.path = path
        self.relativePath = relativePath
        self.marks = marks
    }

    /// The file's name, cut where letters were found.
    public var name: [MarkedPart] { MarkedPart.parts(of: relativePath, from: nameStart, marking: marks) }
    /// The folder that it is in, cut in the same way; empty for the folder itself.
    public var place: [MarkedPart] {
        MarkedPart.parts(of: relativePath, to: max(nameStart - 1, 0), marking: marks)
    }

    /// The byte at which the name begins.
    private var nameStart: Int {
        relativePath.utf8.lastIndex(of: UInt8(ascii: "/")).map {
            relativePath.utf8.distance(from: relativePath.utf8.startIndex, to: $0) + 1
        } ?? 0
    }
}

/// The files that fit best.
public struct FoundFiles: Hashable, Sendable {
    /// The best first.
    public var hits: [FoundFile]
    /// How many fit.
    public var total: UInt64
    /// All files were looked at: false while the first look at the folder goes on.
    public var isComplete: Bool

    public init(hits: [FoundFile] = [], total: UInt64 = 0, isComplete: Bool = true) {
        self.hits = hits
        self.total = total
        self.isComplete = isComplete
    }
}

/// A stretch of a text, and whether it is what was looked for.
public typealias MarkedPart = SearchHit.Part

extension MarkedPart {
    /// Cuts a text from one byte to another. A character counts as marked when its first byte is.
    static func parts(of text: String, from start: Int = 0, to end: Int = .max, marking marks: [Int]) -> [MarkedPart] {
        let marked = Set(marks)
        var parts: [(text: String, isFound: Bool)] = []
        var offset = 0
        for character in text {
            defer { offset += String(character).utf8.count }
            guard offset >= start, offset < end else { continue }
            let isFound = marked.contains(offset)
            if parts.last?.isFound == isFound {
                parts[parts.count - 1].text.append(character)
            } else {
                parts.append((String(character), isFound))
            }
        }
        return parts.map { MarkedPart(text: $0.text, isFound: $0.isFound) }
    }
}

// MARK: Contents

/// What is looked for in files.
public struct ContentQuery: Hashable, Sendable {
    /// Plain text, or a regular expression.
    public var pattern: String
    public var isRegex: Bool
    /// Case counts; otherwise only where the pattern has a capital letter.
    public var isCaseSensitive: Bool
    public var isWord: Bool
    /// Globs of the files to look into; empty: all.
    public var include: [String]
    /// Globs of files and folders to leave out.
    public var exclude: [String]
    /// How many lines are shown before and after each.
    public var context: Int

    public init(
        _ pattern: String = "",
        isRegex: Bool = false,
        isCaseSensitive: Bool = false,
        isWord: Bool = false,
        include: [String] = [],
        exclude: [String] = [],
        context: Int = 0
    ) {
        self.pattern = pattern
        self.isRegex = isRegex
        self.isCaseSensitive = isCaseSensitive
        self.isWord = isWord
        self.include = include
        self.exclude = exclude
        self.context = context
    }
}

/// A line that was found, or that stands near one.
public struct FoundLine: Hashable, Sendable, Identifiable {
    /// From 1.
    public let number: Int
    /// It holds what was looked for; otherwise it stands near one that does.
    public let isMatch: Bool
    /// The line, cut where something was found; of a long one the part around it.
    public let parts: [MarkedPart]

    public var id: Int { number }
    public var text: String { parts.map(\.text).joined() }

    public init(number: Int, isMatch: Bool = true, parts: [MarkedPart]) {
        self.number = number
        self.isMatch = isMatch
        self.parts = parts
    }
}

/// What was found in one file.
public struct FileMatches: Hashable, Sendable, Identifiable {
    /// From the folder on.
    public let path: String
    public var lines: [FoundLine]

    public var id: String { path }
    public var count: Int { lines.count(where: \.isMatch) }

    public init(path: String, lines: [FoundLine]) {
        self.path = path
        self.lines = lines
    }
}

/// How a search stands, with what came last.
public struct ContentResults: Hashable, Sendable {
    /// What came since the last: a file may come again, with more of its lines.
    public var files: [FileMatches]
    /// How many files were looked into so far.
    public var searched: UInt64
    /// There may be more than was found: it was broken off.
    public var isLimited: Bool

    public init(files: [FileMatches] = [], searched: UInt64 = 0, isLimited: Bool = false) {
        self.files = files
        self.searched = searched
        self.isLimited = isLimited
    }
}

// MARK: Replacing

/// What replacing would do to a file.
public struct FileReplacement: Hashable, Sendable, Identifiable {
    /// A line before and after.
    public struct Line: Hashable, Sendable, Identifiable {
        public let number: Int
        /// Cut where something goes.
        public let before: [MarkedPart]
        /// Cut where something comes.
        public let after: [MarkedPart]

        public var id: Int { number }

        public init(number: Int, before: [MarkedPart], after: [MarkedPart]) {
            self.number = number
            self.before = before
            self.after = after
        }
    }

    /// From the folder on.
    public let path: String
    /// The state of the file that was looked at; empty where it can't be changed.
    public let stamp: String
    /// How often something is replaced.
    public let count: UInt64
    public let lines: [Line]
    /// Why it can't be changed; nil when it can.
    public let problem: String?

    public var id: String { path }

    public init(path: String, stamp: String = "", count: UInt64 = 0, lines: [Line] = [], problem: String? = nil) {
        self.path = path
        self.stamp = stamp
        self.count = count
        self.lines = lines
        self.problem = problem
    }
}

/// What was done to a file.
public struct ReplaceOutcome: Hashable, Sendable, Identifiable {
    public let path: String
    /// How often something was replaced.
    public let count: UInt64
    /// Why the file is as it was; nil when it was changed.
    public let problem: String?

    public var id: String { path }

    public init(path: String, count: UInt64 = 0, problem: String? = nil) {
        self.path = path
        self.count = count
        self.problem = problem
    }
}
