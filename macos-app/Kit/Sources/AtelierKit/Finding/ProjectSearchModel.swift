// Looking into all files of a folder, and replacing what was found.
import Foundation
import Observation

/// The search of one window. What was found stays until something else is looked for.
@MainActor
@Observable
public final class ProjectSearchModel {
    /// More lines are not kept; the core is told to stop.
    public static let mostLines = 10_000

    public var query = ContentQuery()
    /// Globs as they are written, with commas between them.
    public var include = ""
    public var exclude = ""
    public var replacement = ""
    public var isReplacing = false
    public private(set) var files: [FileMatches] = []
    public private(set) var isSearching = false
    /// How many files were looked into; nil before the first search.
    public private(set) var searched: UInt64?
    /// There is more than is shown.
    public private(set) var isLimited = false
    public private(set) var problem: String?
    /// What replacing would do; nil until it was asked for.
    public private(set) var previews: [FileReplacement]?
    /// The files in which it is not to be done.
    public var leftOut: Set<String> = []
    /// What was done.
    public private(set) var outcomes: [ReplaceOutcome]?
    /// Files whose lines are folded away.
    public var folded: Set<String> = []
    public internal(set) var folder: String?
    /// Counts wishes to search; who runs the search starts anew when it changes.
    public private(set) var attempt = 0

    @ObservationIgnored private let client: any FindingClient
    @ObservationIgnored private var places: [String: Int] = [:]

    public init(client: any FindingClient) { self.client = client }

    public var canSearch: Bool { folder != nil && !query.pattern.isEmpty }
    public var count: Int { files.reduce(0) { $0 + $1.count } }
    /// The files in which something is to be replaced.
    public var chosen: [FileReplacement] {
        (previews ?? []).filter { $0.problem == nil && $0.count > 0 && !leftOut.contains($0.path) }
    }

    /// The query with the globs that were written.
    public var wholeQuery: ContentQuery {
        var query = query
        (query.include, query.exclude) = (Self.globs(include), Self.globs(exclude))
        return query
    }

    /// Begins a search; `run` does it.
    public func search() {
        guard canSearch else { return }
        attempt += 1
    }

    /// Does the search that was begun last, until the task is cancelled. What is found is shown as it comes.
    public func run() async {
        guard attempt > 0, canSearch, let folder else { return }
        reset()
        isSearching = true
        defer { isSearching = false }
        do {
            for try await results in client.searchContent(wholeQuery, in: folder) {
                take(results)
                if count >= Self.mostLines {
                    isLimited = true
                    return
                }
            }
        } catch {
            problem = error.sentence ?? problem
        }
    }

    public func stop() { attempt = 0 }

    /// Shows what replacing would do.
    public func preview() async {
        guard canSearch, let folder, !isSearching else { return }
        (previews, outcomes, problem, leftOut) = ([], nil, nil, [])
        isSearching = true
        defer { isSearching = false }
        do {
            for try await files in client.previewReplacing(wholeQuery, with: replacement, in: folder) {
                previews = ((previews ?? []) + files).sorted { $0.path < $1.path }
            }
        } catch {
            problem = error.sentence ?? problem
        }
    }

    /// Replaces in the files that were chosen, as they were shown.
    public func replace() async {
        guard let folder, !chosen.isEmpty, !isSearching else { return }
        isSearching = true
        defer { isSearching = false }
        do {
            outcomes = try await client.replace(wholeQuery, with: replacement, in: chosen, of: folder)
            (previews, files, places) = (nil, [], [:])
            problem = nil
        } catch {
            problem = error.sentence ?? problem
        }
    }

    public func leavePreview() { (previews, outcomes) = (nil, nil) }

    public func place(of file: String, line: Int?) -> FoundPlace? {
        folder.map { FoundPlace(folder: $0, path: $0.appendingPath(file), line: line) }
    }

    func begin(in folder: String?) {
        if folder != self.folder { reset() }
        self.folder = folder
    }

    private func reset() {
        (files, places, searched, isLimited, problem) = ([], [:], nil, false, nil)
        (previews, outcomes, leftOut, folded) = (nil, nil, [], [])
    }

    private func take(_ results: ContentResults) {
        for file in results.files {
            if let place = places[file.path] {
                files[place].lines += file.lines
            } else {
                places[file.path] = files.count
                files.append(file)
            }
        }
        searched = results.searched
        isLimited = results.isLimited
    }

    private static func globs(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
