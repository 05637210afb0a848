// What was committed in a folder's repository, and what a person does with a commit.
import Foundation
import Observation

/// The history view of one folder.
@MainActor
@Observable
public final class HistoryModel: BesideChanges {
    public private(set) var rows: [GraphRow] = [] { didSet { findLanes() } }
    /// How many lanes the widest row has.
    public private(set) var lanes = 1
    /// Commits whose lane comes in from the row above.
    public private(set) var joined: Set<String> = []
    public private(set) var isLoaded = false
    /// The core has more than was read.
    public var hasMore: Bool { next != nil }
    /// The commit that is chosen.
    public var selection: String? { didSet { if selection != oldValue { forgetFiles() } } }
    /// The files of the commit that is chosen.
    public private(set) var files: [ChangedFile] = []
    /// The file of it that is chosen.
    public var file: ChangedFile? { didSet { openFile() } }
    public private(set) var diff: DiffModel?
    public var question: Question?
    public var problems = Problems()
    /// The commit that gets a tag, while its name is being typed.
    public var tagging: CommitSummary? { didSet { problems.doing = nil } }
    public var tagName = ""
    public var tagMessage = ""

    private var next: String?
    private var pages = 1
    @ObservationIgnored let changes: ChangesModel

    public init(changes: ChangesModel) { self.changes = changes }

    public var selected: CommitSummary? { rows.first { $0.id == selection }?.commit }

    // MARK: Looking

    /// Reads as much as is shown again.
    public func load() async {
        await reporting(\.reading) {
            var (read, page): ([GraphRow], String?) = ([], nil)
            for _ in 0..<pages {
                let found = try await client.graph(in: folder, page: page)
                read += found.rows
                page = found.next
                if page == nil { break }
            }
            if read != rows { rows = read }
            next = page
            isLoaded = true
        }
    }

    public func showMore() async {
        guard let page = next else { return }
        await reporting(\.reading) {
            let found = try await client.graph(in: folder, page: page)
            // A history that has changed meanwhile may tell a commit twice.
            let known = Set(rows.map(\.id))
            rows += found.rows.filter { !known.contains($0.id) }
            next = found.next
            pages += 1
        }
    }

    /// Reads the files of the commit that is chosen.
    public func loadFiles() async {
        guard let commit = selection, files.isEmpty else { return }
        await reporting(\.reading) {
            let found = try await client.files(of: commit, in: folder)
            guard commit == selection else { return }
            files = found
            if file == nil { file = found.first }
        }
    }

    private func findLanes() {
        lanes = rows.reduce(1) { widest, row in
            row.edges.reduce(max(widest, row.lane + 1)) { max($0, $1.from + 1, $1.to + 1) }
        }
        let pairs = zip(rows, rows.dropFirst()).filter { above, row in above.edges.contains { $0.to == row.lane } }
        joined = Set(pairs.map(\.1.id))
    }

    private func forgetFiles() { (files, file) = ([], nil) }

    private func openFile() {
        guard let commit = selection, let file else { return diff = nil }
        guard diff?.file != file || diff?.side != .commit(commit) else { return }
        diff = DiffModel(file, side: .commit(commit), folder: folder, client: client)
    }

    // MARK: Acting

    /// Asks, then repeats a commit on the branch that is checked out.
    public func askToCherryPick(_ commit: CommitSummary) {
        ask("Cherry-pick “\(commit.subject)”?", "The commit is repeated on \(branch).", "Cherry-Pick") { model in
            try await model.client.cherryPick(commit, in: model.folder)
        }
    }

    /// Asks, then takes a commit back by another one.
    public func askToRevert(_ commit: CommitSummary) {
        ask("Revert “\(commit.subject)”?", "A new commit on \(branch) takes it back.", "Revert Commit") { model in
            try await model.client.revert(commit, in: model.folder)
        }
    }

    public func beginTagging(_ commit: CommitSummary) {
        (tagName, tagMessage, tagging) = ("", "", commit)
    }

    public var canTag: Bool { !tagName.isBlank }

    public func tag() async {
        guard let commit = tagging, canTag else { return }
        let name = tagName.trimmingCharacters(in: .whitespaces)
        let isDone = await act { model in
            try await model.client.createTag(name, at: commit.hash, message: model.tagMessage, in: model.folder)
        }
        if isDone { tagging = nil }
    }

    /// Makes a branch that starts at a commit.
    public func checkOutNewBranch(_ name: String, at commit: CommitSummary) async {
        await act { model in try await model.client.createBranch(name, from: commit.hash, in: model.folder) }
    }

    private var branch: String { changes.changes?.branch ?? "the commit that is checked out" }
}
