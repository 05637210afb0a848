// What is changed in a folder's repository: choosing, staging, discarding.
import Foundation
import Observation

/// The changes view of one folder.
@MainActor
@Observable
public final class ChangesModel: Asking {
    /// Where a file is listed.
    public enum Group: String, Hashable, Sendable, CaseIterable { case conflicts, staged, unstaged, untracked }

    /// What is chosen in the list.
    public struct Item: Hashable, Sendable {
        public let group: Group
        /// From the root; that of a folder ends with a slash.
        public let path: String

        public init(_ group: Group, _ path: String) {
            self.group = group
            self.path = path
        }
    }

    public let folder: String
    /// What differs; nil until it was read, and where there is no repository.
    public private(set) var changes: GitChanges? { didSet { badges = changes.map(FileBadge.all) ?? [:] } }
    /// What the tree shows beside files and folders, by absolute path.
    public private(set) var badges: [String: FileBadge] = [:]
    /// Whether the folder belongs to a repository; nil until somebody looked.
    public private(set) var isRepository: Bool?
    /// What is chosen in the list, several at once.
    public var chosen: Set<Item> = [] { didSet { openSelection() } }
    /// Files stand in their folders.
    public var isTree = false
    /// The folders of the tree that are closed.
    var collapsed: Set<Item> = []
    /// How the chosen file differs.
    public private(set) var diff: DiffModel?
    /// The versions of the chosen file, if it is in conflict.
    public private(set) var conflict: ConflictModel?
    /// Old and new text stand beside each other.
    public var isSideBySide = false
    public var question: Question?
    public var problems = Problems()
    /// What was discarded last.
    var discarded: [Discarded] = []
    /// Something is being done to the repository.
    public private(set) var isBusy = false

    @ObservationIgnored let client: any WorkspaceClient & GitClient

    public init(folder: String, client: any WorkspaceClient & GitClient) {
        self.folder = folder
        self.client = client
    }

    // MARK: Looking

    /// Reads what is changed. What is shown stays when that fails.
    public func refresh() async {
        await reporting(\.reading) {
            let now = try await client.changes(in: folder)
            isRepository = now != nil
            if now != changes { changes = now }
            keepSelection()
        }
        await diff?.load()
        await conflict?.load()
    }

    /// The files of a group, as they are listed.
    public func files(_ group: Group) -> [ChangedFile] {
        switch group {
        case .conflicts: changes?.conflicts.map { ChangedFile($0.path, .conflicted) } ?? []
        case .staged: changes?.staged ?? []
        case .unstaged: changes?.unstaged ?? []
        case .untracked: changes?.untracked ?? []
        }
    }

    /// The number that the section switch shows.
    public var count: Int { Group.allCases.reduce(0) { $0 + files($1).count } }

    /// What a conflict is about, in the core's words.
    public func conflict(_ path: String) -> Conflict? { changes?.conflicts.first { $0.path == path } }

    /// What was staged is chosen where it is now; what is gone is chosen no more.
    private func keepSelection() {
        let kept = chosen.compactMap { item -> Item? in
            let groups = [item.group] + Group.allCases
            let group = groups.first { group in files(group).contains { Item(item.group, item.path).holds($0.path) } }
            return group.map { Item($0, item.path) }
        }
        if Set(kept) != chosen { chosen = Set(kept) }
    }

    private func openSelection() {
        guard let selection, let file = files(selection.group).first(where: { $0.path == selection.path }) else {
            return (diff, conflict) = (nil, nil)
        }
        if selection.group != .conflicts {
            conflict = nil
        } else if conflict?.path != file.path {
            conflict = ConflictModel(file.path, folder: folder, client: client)
        }
        let side = selection.group == .staged ? DiffSide.staged : .unstaged
        guard diff?.file.path != file.path || diff?.side != side else { return }
        diff = DiffModel(file, side: side, folder: folder, client: client)
    }

    // MARK: Staging

    public func stage(_ paths: [String]) async { await act { try await client.stage(paths, in: folder) } }

    public func unstage(_ paths: [String]) async { await act { try await client.unstage(paths, in: folder) } }

    public var canStageAll: Bool { !isBusy && !(files(.unstaged) + files(.untracked)).isEmpty }

    public func stageAll() async { await stage((files(.unstaged) + files(.untracked)).map(\.path)) }

    public var canUnstageAll: Bool { !isBusy && !files(.staged).isEmpty }

    public func unstageAll() async { await unstage(files(.staged).map(\.path)) }

    /// Asks, then discards what files have that is not staged.
    public func askToDiscard(_ paths: [String]) {
        guard !paths.isEmpty else { return }
        let untracked = Set(files(.untracked).map(\.path))
        let what = paths.count == 1 ? "“\(paths[0].pathName)”" : counted(paths.count, "file")
        let isNew = paths.allSatisfy(untracked.contains)
        question = Question(
            isNew ? "Delete \(what)?" : "Discard the changes in \(what)?",
            isNew
                ? "New files are deleted. Undo Discard brings them back until Atelier quits."
                : "What is not staged goes. Undo Discard brings it back until Atelier quits.",
            isNew ? "Delete" : "Discard Changes"
        ) { [weak self] in
            guard let self else { return }
            await act { self.discarded = try await self.client.discard(paths, in: self.folder) }
        }
    }

    /// Stages or unstages a part of the file that is shown.
    public func toggleStaged(_ part: DiffSelection) async {
        let isStaged = selection?.group == .staged
        await act {
            if isStaged {
                try await client.unstage(part, in: folder)
            } else {
                try await client.stage(part, in: folder)
            }
        }
    }

    /// Asks, then discards a part of the file that is shown.
    public func askToDiscard(_ part: DiffSelection) {
        let lines = counted(part.lines.count, "line")
        question = Question(
            "Discard \(lines)?",
            "Undo Discard brings them back until Atelier quits.",
            "Discard"
        ) { [weak self] in
            guard let self else { return }
            await act { self.discarded = try await self.client.discard(part, in: self.folder) }
        }
    }

    public var canRestore: Bool { !discarded.isEmpty && !isBusy }

    /// Brings back what was discarded last. What can't be brought back can be tried again.
    public func restoreDiscarded() async {
        await act {
            while let last = discarded.last {
                try await client.restore(last, in: folder)
                discarded.removeLast()
            }
        }
    }

    /// Makes the folder a repository.
    public func makeRepository() async { await act { try await client.makeRepository(folder) } }

    /// Does something, one at a time, and reads what is changed then.
    func act(_ action: () async throws -> Void) async {
        guard !isBusy else { return }
        isBusy = true
        defer { isBusy = false }
        await reporting(\.doing, action)
        await refresh()
    }
}
