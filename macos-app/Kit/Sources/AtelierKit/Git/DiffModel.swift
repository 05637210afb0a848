// How one file differs, page by page, and which of its lines are chosen.
import Foundation
import Observation

/// A diff as it is shown.
@MainActor
@Observable
public final class DiffModel: Identifiable {
    /// How many lines around a change are asked for.
    public nonisolated static let context = 3
    /// How many lines are shown before the person asks for more.
    public static let page = 500
    /// The longest line that is shown, in characters.
    static let longestLine = 1_000

    /// A line with its colours.
    public struct Line: Identifiable, Hashable, Sendable {
        /// Its place in the whole diff, from 0.
        public let id: Int
        public let line: DiffLine
        public let spans: [ColourSpan]
    }

    /// What stands in one row of two columns.
    public struct Pair: Identifiable, Hashable, Sendable {
        public let old: Line?
        public let new: Line?
        public let id: Int
    }

    /// A hunk, as far as it is shown.
    public struct Section: Identifiable, Hashable, Sendable {
        public let id: Int
        public let header: String
        public let lines: [Line]
        public let pairs: [Pair]
    }

    public let file: ChangedFile
    public let side: DiffSide
    public private(set) var sections: [Section] = []
    public private(set) var notice: FileDiff.Notice?
    public private(set) var isLoaded = false
    /// Lines can be staged one by one; if not, only the whole file.
    public private(set) var isByLine = true
    public private(set) var problem: String?
    /// Lines that the person has chosen; only ones that came or went.
    public private(set) var chosen: Set<Int> = []
    /// Which of the hunks a key is about, from 0; perhaps beyond the last one, where hunks are gone.
    var currentIndex = 0
    /// Counts the ways from one hunk to another; the current one comes into view when it changes.
    public internal(set) var visits = 0
    /// Lines that were read and aren't shown.
    public private(set) var hidden = 0
    /// The core has more than was read.
    public var hasMore: Bool { hidden > 0 || nextPage != nil }

    private var hunks: [DiffHunk] = []
    private var colours: [Int: [ColourSpan]] = [:]
    private var shown = DiffModel.page
    private var nextPage: UInt64?
    private var stamp = ""
    /// Counts readings: what an earlier one brings is not taken after a later one began.
    @ObservationIgnored private var readings = 0
    @ObservationIgnored private let folder: String
    @ObservationIgnored private let client: any WorkspaceClient & GitClient

    public init(_ file: ChangedFile, side: DiffSide, folder: String, client: any WorkspaceClient & GitClient) {
        self.file = file
        self.side = side
        self.folder = folder
        self.client = client
    }

    /// Reads the diff, again if it was read before. Chosen lines stay chosen if nothing has changed. A later call takes
    /// over from an earlier one.
    public func load() async {
        readings += 1
        let me = readings
        do {
            let diff = try await client.diff(of: file, side, in: folder, context: Self.context, page: nil)
            guard me == readings else { return }
            if isLoaded, diff.stamp == stamp, !diff.stamp.isEmpty, problem == nil { return }
            let colours = await colours(of: diff)
            guard me == readings else { return }
            (hunks, self.colours, chosen) = (diff.hunks, colours, [])
            (notice, isByLine, stamp) = (diff.notice, diff.isByLine, diff.stamp)
            (nextPage, problem) = (diff.nextPage, nil)
            arrange()
        } catch {
            // Who stopped looking is told nothing.
            guard me == readings, let sentence = error.sentence else { return }
            problem = sentence
        }
        isLoaded = true
    }

    /// Shows more lines, and reads the next page where there are no more.
    public func showMore() async {
        shown += Self.page
        guard let page = nextPage, hidden < Self.page else { return arrange() }
        readings += 1
        let me = readings
        do {
            let diff = try await client.diff(of: file, side, in: folder, context: Self.context, page: page)
            guard me == readings else { return }
            guard diff.stamp == stamp else { return await load() }
            let more = await colours(of: diff)
            guard me == readings else { return }
            colours.merge(more) { $1 }
            hunks += diff.hunks
            nextPage = diff.nextPage
            arrange()
        } catch {
            guard me == readings else { return }
            problem = error.sentence ?? problem
        }
    }

    // MARK: Choosing

    public func toggle(_ line: Int) {
        if chosen.remove(line) == nil { chosen.insert(line) }
    }

    public func clearChoice() { chosen = [] }

    /// What is chosen, to be staged; nil when nothing is.
    public var selection: DiffSelection? {
        chosen.isEmpty ? nil : part(chosen)
    }

    /// A whole hunk, whether all of it is shown or not.
    public func selection(of hunk: Int) -> DiffSelection {
        part(Set(hunks.first { $0.id == hunk }?.changes ?? []))
    }

    private func part(_ lines: Set<Int>) -> DiffSelection {
        DiffSelection(path: file.path, oldPath: file.oldPath, stamp: stamp, lines: lines)
    }

    // MARK: Inside

    private func colours(of diff: FileDiff) async -> [Int: [ColourSpan]] {
        var found: [Int: [ColourSpan]] = [:]
        for hunk in diff.hunks { found.merge(await colours(of: hunk)) { $1 } }
        return found
    }

    /// The old and the new text of a hunk are coloured apart, so that a removed quote does not colour what came.
    private func colours(of hunk: DiffHunk) async -> [Int: [ColourSpan]] {
        var found: [Int: [ColourSpan]] = [:]
        for kind in [DiffLine.Kind.removed, .added] {
            let lines = hunk.lines.enumerated().filter { $0.element.kind == .same || $0.element.kind == kind }
            guard lines.contains(where: { $0.element.kind == kind }) || kind == .added else { continue }
            let text = lines.map(\.element.text).joined(separator: "\n")
            let spans = (try? await client.colours(of: text, in: file.path)) ?? []
            for (line, spans) in zip(lines, spans) { found[hunk.id + line.offset] = spans }
        }
        return found
    }

    private func arrange() {
        var room = shown
        sections = []
        for hunk in hunks where room > 0 {
            let lines = hunk.lines.prefix(room).enumerated().map { number, line in
                let id = hunk.id + number
                return Line(id: id, line: line.clipped(to: Self.longestLine), spans: colours[id] ?? [])
            }
            room -= lines.count
            sections.append(Section(id: hunk.id, header: hunk.header, lines: lines, pairs: Pair.pairs(of: lines)))
        }
        hidden = hunks.reduce(0) { $0 + $1.lines.count } - (shown - room)
    }
}

extension DiffModel.Pair {
    /// Lines that went beside those that came in their place.
    static func pairs(of lines: [DiffModel.Line]) -> [DiffModel.Pair] {
        var pairs: [DiffModel.Pair] = []
        var (removed, added): ([DiffModel.Line], [DiffModel.Line]) = ([], [])
        func settle() {
            for index in 0..<max(removed.count, added.count) {
                let old = removed.indices.contains(index) ? removed[index] : nil
                let new = added.indices.contains(index) ? added[index] : nil
                if let id = old?.id ?? new?.id { pairs.append(DiffModel.Pair(old: old, new: new, id: id)) }
            }
            (removed, added) = ([], [])
        }
        for line in lines {
            switch line.line.kind {
            case .removed:
                if !added.isEmpty { settle() }
                removed.append(line)
            case .added: added.append(line)
            case .same:
                settle()
                pairs.append(DiffModel.Pair(old: line, new: line, id: line.id))
            }
        }
        settle()
        return pairs
    }
}

extension DiffHunk {
    /// The lines that came or went.
    fileprivate var changes: [Int] {
        lines.indices.filter { lines[$0].kind != .same }.map { id + $0 }
    }
}

extension DiffLine {
    fileprivate func clipped(to length: Int) -> DiffLine {
        guard text.utf8.count > length else { return self }
        return DiffLine(
            kind,
            old: old,
            new: new,
            String(text.prefix(length)),
            emphasis: emphasis,
            lacksNewline: lacksNewline
        )
    }
}
