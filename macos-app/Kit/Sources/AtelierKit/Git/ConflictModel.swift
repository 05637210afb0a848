// A file in conflict: its three versions beside each other.
import Foundation
import Observation

/// The versions of one file in conflict.
@MainActor
@Observable
public final class ConflictModel {
    /// A line of a version.
    public struct Line: Identifiable, Hashable, Sendable {
        /// From 1.
        public let number: Int
        public let text: String
        public let spans: [ColourSpan]
        /// What both began with has no such line here.
        public let isNew: Bool

        public var id: Int { number }
    }

    /// What is shown of a version.
    public struct Column: Identifiable, Hashable, Sendable {
        public let version: ConflictVersion
        /// The side has no such file.
        public var isMissing = false
        /// It is no text.
        public var isBinary = false
        /// The core has told only the beginning.
        public var isCut = false
        public var lines: [Line] = []
        /// How many lines there are that are not shown.
        public var hidden = 0

        public var id: ConflictVersion { version }
    }

    /// How many lines of each version are shown before the person asks for more.
    public static let page = 1_000
    /// Larger versions are shown without marks, in lines.
    nonisolated static let mostCompared = 5_000
    /// The longest line that is shown, in characters.
    nonisolated static let longestLine = 2_000

    /// From the repository's root.
    public let path: String
    /// The versions are shown; else the file as it is, with git's marks.
    public var showsVersions = true
    /// Empty until they were read.
    public private(set) var columns: [Column] = []
    public private(set) var problem: String?
    private var versions: ConflictVersions?
    private var lines: [ConflictVersion: [Line]] = [:]
    private var shown = page
    @ObservationIgnored private let folder: String
    @ObservationIgnored private let client: any WorkspaceClient & GitClient

    init(_ path: String, folder: String, client: any WorkspaceClient & GitClient) {
        self.path = path
        self.folder = folder
        self.client = client
    }

    /// Reads the versions. What is shown stays when that fails.
    public func load() async {
        do {
            let found = try await client.versions(ofConflict: path, in: folder)
            problem = nil
            guard found != versions else { return }
            var read: [ConflictVersion: [Line]] = [:]
            for version in ConflictVersion.allCases { read[version] = await lines(of: version, in: found) }
            (versions, lines) = (found, read)
            arrange()
        } catch {
            problem = error.sentence ?? problem
        }
    }

    public func showMore() {
        shown += Self.page
        arrange()
    }

    private func lines(of version: ConflictVersion, in found: ConflictVersions) async -> [Line] {
        guard let text = found[version]?.text else { return [] }
        let spans = (try? await client.colours(of: text, in: path)) ?? []
        let texts = text.textLines().map { String($0.prefix(Self.longestLine)) }
        let base = version == .base ? nil : found[.base]?.text
        let new = await Self.newLines(of: texts, beside: base)
        return texts.enumerated().map { index, text in
            Line(
                number: index + 1,
                text: text,
                spans: spans.indices.contains(index) ? spans[index] : [],
                isNew: new.contains(index)
            )
        }
    }

    /// The places of the lines that `base` has not. Away from the screen: it takes a while.
    private nonisolated static func newLines(of lines: [String], beside base: String?) async -> Set<Int> {
        guard let base else { return [] }
        let known = base.textLines().map { String($0.prefix(longestLine)) }
        guard max(lines.count, known.count) <= mostCompared else { return [] }
        let places = lines.difference(from: known).insertions.map { change in
            switch change {
            case .insert(let offset, _, _), .remove(let offset, _, _): offset
            }
        }
        return Set(places)
    }

    private func arrange() {
        columns = ConflictVersion.allCases.map { version in
            let (content, all) = (versions?[version], lines[version] ?? [])
            return Column(
                version: version,
                isMissing: content == nil,
                isBinary: content != nil && content?.text == nil,
                isCut: content?.isCut == true,
                lines: Array(all.prefix(shown)),
                hidden: max(0, all.count - shown)
            )
        }
    }
}
