// One file as it is shown: its text in colours, or why there is none.
import Foundation
import Observation

/// The file that is being looked at.
@MainActor
@Observable
public final class FileViewerModel {
    /// A line with its colours.
    public struct Line: Identifiable, Hashable, Sendable {
        /// From 1.
        public let number: Int
        public let text: String
        public let spans: [ColourSpan]

        public var id: Int { number }
    }

    /// How many lines are shown before the person asks for more.
    public static let page = 1_000
    /// The longest line that is shown, in characters.
    static let longestLine = 2_000

    /// Absolute; nil when no file is chosen.
    public private(set) var path: String?
    public private(set) var file: FileText?
    /// As many as are shown.
    public private(set) var lines: [Line] = []
    public private(set) var lineCount = 0
    public private(set) var problem: String?
    /// Who wrote the lines, by the first line of each run; nil while nobody asked.
    public private(set) var blame: [Int: BlameRun]?
    /// The line that somebody was led to.
    public private(set) var target: Int?
    /// Counts the ways to a line; the target comes into view when it changes.
    public private(set) var visits = 0
    /// Who wrote the lines is shown beside them.
    public var showsBlame = false
    private var texts: [Substring] = []
    private var colours: [[ColourSpan]] = []
    @ObservationIgnored private let client: any WorkspaceClient & GitClient

    public init(client: any WorkspaceClient & GitClient) { self.client = client }

    /// How many lines there are that are not shown.
    public var hidden: Int { lineCount - lines.count }

    /// Shows another file; nil shows none.
    public func open(_ path: String?) async {
        guard path != self.path else { return }
        self.path = path
        (file, lines, lineCount, problem, blame, target) = (nil, [], 0, nil, nil, nil)
        await reload()
    }

    /// Reads the file again, after it changed on disk. What was shown stays shown meanwhile.
    public func reload() async {
        guard let path else { return }
        do {
            let read = try await client.readFile(path)
            guard path == self.path, read != file else { return }
            let colours = read.kind == .text ? (try? await client.colours(of: read.text, in: path)) ?? [] : []
            guard path == self.path else { return }
            show(read, colours)
            problem = nil
            blame = nil
        } catch {
            guard path == self.path else { return }
            (file, lines, lineCount) = (nil, [], 0)
            problem = error.sentence ?? problem
        }
    }

    /// Reads the file again if it lies in a folder that changed.
    public func take(_ change: WorkspaceChange) async {
        guard let path else { return }
        if change.isEverything || change.folders.contains(path.parentPath) { await reload() }
    }

    /// Marks a line, and makes sure that it is among those that are shown.
    public func go(to line: Int) {
        guard (1...max(lineCount, 1)).contains(line) else { return }
        if lines.count < line { fill(upTo: line + Self.page) }
        target = line
        visits += 1
    }

    public func showMore() { fill(upTo: lines.count + Self.page) }

    /// Asks who wrote the lines. `root` is the repository's.
    public func loadBlame(root: String?) async {
        guard showsBlame, blame == nil, let path, let root, let inner = path.path(in: root) else { return }
        do {
            let runs = try await client.blame(inner, in: root)
            guard path == self.path else { return }
            blame = Dictionary(runs.map { ($0.line, $0) }, uniquingKeysWith: { $1 })
        } catch {
            problem = error.sentence ?? problem
            showsBlame = false
        }
    }

    private func show(_ read: FileText, _ colours: [[ColourSpan]]) {
        let isSame = file?.path == read.path
        let shown = isSame ? max(lines.count, Self.page) : Self.page
        file = read
        texts = read.text.textLines()
        self.colours = colours
        lineCount = texts.count
        lines = []
        fill(upTo: shown)
    }

    private func fill(upTo count: Int) {
        let range = lines.count..<max(lines.count, min(count, texts.count))
        lines += range.map { index in
            Line(
                number: index + 1,
                text: String(texts[index].prefix(Self.longestLine)),
                spans: colours.indices.contains(index) ? colours[index] : []
            )
        }
    }
}
