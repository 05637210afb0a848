// Diffs of the real core in the Kit's values.
internal import AtelierBindings
import AtelierKit

extension AtelierKit.FileDiff {
    init(_ diff: AtelierBindings.FileDiff) {
        self.init(
            path: diff.path,
            oldPath: diff.from,
            hunks: diff.hunks.map(DiffHunk.init),
            notice: diff.notice.map(Notice.init),
            nextPage: diff.next,
            stamp: diff.stamp,
            isByLine: diff.byLine
        )
    }
}

extension AtelierKit.FileDiff.Notice {
    fileprivate init(_ notice: AtelierBindings.DiffNotice) {
        self =
            switch notice {
            case .binary: .binary
            case .image: .image
            case .modeOnly: .modeOnly
            case .tooLarge: .tooLarge
            case .submodule: .submodule
            case .link: .link
            case .conflict: .conflict
            }
    }
}

extension AtelierKit.DiffHunk {
    fileprivate init(_ hunk: AtelierBindings.DiffHunk) {
        self.init(id: Int(clamping: hunk.first), header: hunk.header, lines: hunk.lines.map(DiffLine.init))
    }
}

extension AtelierKit.DiffLine {
    fileprivate init(_ line: AtelierBindings.DiffLine) {
        let kind: Kind =
            switch line.kind {
            case .context: .same
            case .added: .added
            case .removed: .removed
            }
        self.init(
            kind,
            old: line.old,
            new: line.new,
            line.text,
            emphasis: line.emphasis.filter { $0.start < $0.end }.map { Int($0.start)..<Int($0.end) },
            lacksNewline: line.noNewline
        )
    }
}

extension AtelierBindings.DiffSide {
    init(_ side: AtelierKit.DiffSide) {
        self =
            switch side {
            case .staged: .staged
            case .unstaged: .unstaged
            case .commit(let hash): .commit(hash: hash)
            }
    }
}

extension AtelierBindings.DiffSelection {
    init(_ part: AtelierKit.DiffSelection) {
        self.init(
            path: part.path,
            from: part.oldPath,
            context: UInt32(clamping: DiffModel.context),
            stamp: part.stamp,
            lines: Self.ranges(part.lines)
        )
    }

    /// Neighbouring places as one.
    private static func ranges(_ places: Set<Int>) -> [PlaceRange] {
        places.sorted().reduce(into: []) { ranges, place in
            let place = UInt64(clamping: place)
            if let last = ranges.last, last.end == place {
                ranges[ranges.count - 1] = PlaceRange(start: last.start, end: place + 1)
            } else {
                ranges.append(PlaceRange(start: place, end: place + 1))
            }
        }
    }
}
