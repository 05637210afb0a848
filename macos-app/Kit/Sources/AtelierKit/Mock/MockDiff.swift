// How two texts differ, for repositories in memory.
import Foundation

/// Lines that stayed, went and came, in the order in which a diff shows them.
struct MockDiff {
    private(set) var lines: [DiffLine] = []

    init(_ old: String, _ new: String) {
        let (old, new) = (old.textLines().map(String.init), new.textLines().map(String.init))
        let difference = new.difference(from: old)
        let removed = Set(difference.removals.map(\.place))
        let inserted = Set(difference.insertions.map(\.place))
        var (before, after) = (0, 0)
        while before < old.count || after < new.count {
            if removed.contains(before) {
                lines.append(DiffLine(.removed, old: UInt64(before + 1), old[before]))
                before += 1
            } else if inserted.contains(after) {
                lines.append(DiffLine(.added, new: UInt64(after + 1), new[after]))
                after += 1
            } else {
                lines.append(DiffLine(.same, old: UInt64(before + 1), new: UInt64(after + 1), old[before]))
                (before, after) = (before + 1, after + 1)
            }
        }
        emphasise()
    }

    var added: UInt64 { UInt64(lines.count { $0.kind == .added }) }
    var removed: UInt64 { UInt64(lines.count { $0.kind == .removed }) }

    /// Changes with so many lines around them.
    func hunks(context: Int) -> [DiffHunk] {
        var place = 0
        return ranges(context: context).map { range in
            defer { place += range.count }
            let part = Array(lines[range])
            let (old, new) = (part.compactMap(\.old), part.compactMap(\.new))
            let header = "@@ -\(old.first ?? 0),\(old.count) +\(new.first ?? 0),\(new.count) @@"
            return DiffHunk(id: place, header: header, lines: part)
        }
    }

    /// The text in which only the chosen changes are made. `reversed`: the new text, in which the chosen ones are undone.
    func applying(_ chosen: Set<Int>, context: Int, reversed: Bool) -> String {
        let shown = ranges(context: context).joined()
        let isChosen = Set(shown.enumerated().filter { chosen.contains($0.offset) }.map(\.element))
        let kept = lines.enumerated().filter { index, line in
            switch line.kind {
            case .same: true
            case .added: isChosen.contains(index) != reversed
            case .removed: isChosen.contains(index) == reversed
            }
        }
        return kept.map { $0.element.text + "\n" }.joined()
    }

    private func ranges(context: Int) -> [Range<Int>] {
        lines.indices.filter { lines[$0].kind != .same }.reduce(into: []) { ranges, index in
            let (start, end) = (max(0, index - context), min(lines.count, index + context + 1))
            if let last = ranges.last, start <= last.upperBound {
                ranges[ranges.count - 1] = last.lowerBound..<end
            } else {
                ranges.append(start..<end)
            }
        }
    }

    /// What is between the common beginning and the common end of a line and the one that took its place.
    private mutating func emphasise() {
        for index in lines.indices.dropLast()
        where lines[index].kind == .removed && lines[index + 1].kind == .added {
            let (old, new) = (Array(lines[index].text.utf8), Array(lines[index + 1].text.utf8))
            let start = zip(old, new).prefix { $0 == $1 }.count
            let room = min(old.count, new.count) - start
            let end = zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.prefix(room).count
            guard start + end > 0 else { continue }
            lines[index] = lines[index].emphasising(start..<(old.count - end))
            lines[index + 1] = lines[index + 1].emphasising(start..<(new.count - end))
        }
    }
}

extension DiffLine {
    fileprivate func emphasising(_ range: Range<Int>) -> DiffLine {
        DiffLine(kind, old: old, new: new, text, emphasis: range.isEmpty ? [] : [range], lacksNewline: lacksNewline)
    }
}

extension CollectionDifference.Change {
    fileprivate var place: Int {
        switch self {
        case .insert(let offset, _, _), .remove(let offset, _, _): offset
        }
    }
}
