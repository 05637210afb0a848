// A unified diff, cut into what is coloured alike.
import Foundation

/// The beginning of a diff, as far as a card shows it.
public struct DiffText: Hashable, Sendable {
    public enum Kind: Hashable, Sendable { case file, place, same, added, removed }

    /// Neighbouring lines of one kind.
    public struct Run: Identifiable, Hashable, Sendable {
        /// Its place in the diff, from 0.
        public let id: Int
        public let kind: Kind
        /// Lines as they stand in the diff, with their marks.
        public var text: String
    }

    /// The most lines that are shown.
    public static let mostLines = 400
    /// The longest line, in characters.
    static let longestLine = 400

    public private(set) var runs: [Run] = []
    /// How many lines came and went, all of them counted.
    public private(set) var added = 0
    public private(set) var removed = 0
    /// How many lines are not shown.
    public private(set) var leftOut = 0

    /// Nil when the text is no diff.
    public init?(_ text: String) {
        guard text.hasPrefix("--- ") || text.hasPrefix("diff ") || text.hasPrefix("@@ ") else { return nil }
        var rest = HunkRest()
        var shown = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            // What follows the last line end is no line.
            if line.isEmpty && line.endIndex == text.endIndex { break }
            let kind = rest.take(line)
            if kind == .added { added += 1 }
            if kind == .removed { removed += 1 }
            if shown < Self.mostLines {
                show(line.prefix(Self.longestLine), kind)
                shown += 1
            } else {
                leftOut += 1
            }
        }
    }

    /// The first lines, and how many of those that are kept come after them.
    public func beginning(_ lines: Int) -> (runs: [Run], hidden: Int) {
        var (shown, room, hidden) = ([Run](), lines, 0)
        for run in runs {
            let parts = run.text.split(separator: "\n", omittingEmptySubsequences: false)
            if room > 0 {
                let text = parts.count > room ? parts.prefix(room).joined(separator: "\n") : run.text
                shown.append(Run(id: run.id, kind: run.kind, text: text))
            }
            hidden += max(parts.count - max(room, 0), 0)
            room -= parts.count
        }
        return (shown, hidden)
    }

    /// “+12 −3”
    public var counts: String { "+\(added) −\(removed)" }

    private mutating func show(_ line: Substring, _ kind: Kind) {
        if runs.last?.kind == kind {
            runs[runs.count - 1].text += "\n\(line)"
        } else {
            runs.append(Run(id: runs.count, kind: kind, text: String(line)))
        }
    }
}

/// How much of a hunk is still to come. Only by that a header can be told from a line that begins like one.
private struct HunkRest {
    var before = 0
    var after = 0

    mutating func take(_ line: Substring) -> DiffText.Kind {
        if line.hasPrefix("@@") {
            let ranges = line.split(separator: " ").dropFirst().prefix(2).map(Self.count)
            (before, after) = (ranges.first ?? 0, ranges.last ?? 0)
            return .place
        }
        guard before > 0 || after > 0 else { return line.hasPrefix("\\") ? .same : .file }
        switch line.first {
        case "-":
            before -= 1
            return .removed
        case "+":
            after -= 1
            return .added
        case "\\":
            return .same
        default:
            (before, after) = (before - 1, after - 1)
            return .same
        }
    }

    /// The lines of a range such as “-3,7”; where no number is given it is one.
    private static func count(_ range: Substring) -> Int {
        let parts = range.split(separator: ",")
        return parts.count < 2 ? 1 : Int(parts[1]) ?? 0
    }
}
