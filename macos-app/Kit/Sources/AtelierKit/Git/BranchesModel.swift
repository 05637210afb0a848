// Branches, tags and stashes of a folder's repository.
import Foundation
import Observation

/// The branches view of one folder.
@MainActor
@Observable
public final class BranchesModel: BesideChanges {
    public private(set) var branches: [GitBranch] = []
    public private(set) var tags: [GitTag] = []
    public private(set) var stashes: [GitStash] = []
    public private(set) var isLoaded = false
    public var question: Question?
    public var problems = Problems()
    /// Where a new branch starts, while its name is being typed.
    public var creating: Start? { didSet { problems.doing = nil } }
    public var newName = ""
    /// A message for changes that are put aside is being typed.
    public var isStashing = false { didSet { problems.doing = nil } }
    public var stashMessage = ""
    /// What the list shows of.
    public var search = ""

    /// Where a new branch starts.
    public struct Start: Identifiable, Hashable, Sendable {
        /// A branch, tag or commit; nil is where the folder is now.
        public let point: String?
        public var id: String { point ?? "" }

        public init(point: String?) { self.point = point }
    }

    @ObservationIgnored let changes: ChangesModel

    public init(changes: ChangesModel) { self.changes = changes }

    public var local: [GitBranch] { found(branches.filter { !$0.isRemote }, \.name) }
    public var remote: [GitBranch] { found(branches.filter(\.isRemote), \.name) }
    public var foundTags: [GitTag] { found(tags, \.name) }
    public var foundStashes: [GitStash] { found(stashes, \.message) }
    public var current: GitBranch? { branches.first(where: \.isCurrent) }

    private func found<Item>(_ items: [Item], _ name: (Item) -> String) -> [Item] {
        let wanted = search.trimmingCharacters(in: .whitespaces)
        return wanted.isEmpty ? items : items.filter { name($0).localizedCaseInsensitiveContains(wanted) }
    }

    public func load() async {
        guard changes.isRepository == true else { return }
        await reporting(\.reading) {
            branches = try await client.branches(in: folder)
            tags = try await client.tags(in: folder)
            stashes = try await client.stashes(in: folder)
            isLoaded = true
        }
    }

    // MARK: Branches

    public func checkOut(_ branch: GitBranch) async {
        await act { model in try await model.client.checkOut(branch, in: model.folder) }
    }

    public func beginCreating(from point: String? = nil) {
        (newName, creating) = ("", Start(point: point))
    }

    public var canCreate: Bool { !newName.isBlank }

    public func create() async {
        guard let start = creating, canCreate else { return }
        let name = newName.trimmingCharacters(in: .whitespaces)
        let isDone = await act { model in
            try await model.client.createBranch(name, from: start.point, in: model.folder)
        }
        if isDone { creating = nil }
    }

    /// Asks, then deletes a branch; asks again where commits would be lost.
    public func askToDelete(_ branch: GitBranch) {
        if branch.isRemote {
            ask("Delete “\(branch.name)”?", "It is deleted at the remote, for everyone.", "Delete Remote Branch") {
                try await $0.client.deleteRemoteBranch(branch, in: $0.folder)
            }
        } else {
            question = Question("Delete “\(branch.name)”?", "Its commits stay where they were merged.", "Delete Branch")
            {
                [weak self] in await self?.delete(branch.name)
            }
        }
    }

    private func delete(_ name: String) async {
        await act { model in try await model.client.deleteBranch(name, forced: false, in: model.folder) }
        guard problem?.contains("not fully merged") == true else { return }
        problem = nil
        ask(
            "“\(name)” is not fully merged. Delete it anyway?",
            "Commits that are on no other branch are lost.",
            "Delete and Lose Commits"
        ) { try await $0.client.deleteBranch(name, forced: true, in: $0.folder) }
    }

    /// Asks, then merges a branch into the one that is checked out.
    public func askToMerge(_ branch: GitBranch) {
        ask("Merge “\(branch.name)” into \(here)?", "Conflicts are listed under Changes.", "Merge") {
            try await $0.client.merge(branch.name, in: $0.folder)
        }
    }

    /// Asks, then puts the commits of the branch that is checked out on top of another one.
    public func askToRebase(onto branch: GitBranch) {
        ask(
            "Rebase \(here) onto “\(branch.name)”?",
            "Its commits are written anew. Who has pulled them already gets them twice.",
            "Rebase"
        ) { try await $0.client.rebase(onto: branch.name, in: $0.folder) }
    }

    private var here: String { current.map { "“\($0.name)”" } ?? "the commit that is checked out" }

    // MARK: Tags

    public func askToDelete(_ tag: GitTag) {
        ask("Delete the tag “\(tag.name)”?", "It stays at remotes that it was pushed to.", "Delete Tag") {
            try await $0.client.deleteTag(tag.name, in: $0.folder)
        }
    }

    // MARK: Stashes

    public var canStash: Bool { changes.changes?.isClean == false && changes.changes?.conflicts.isEmpty == true }

    public func beginStashing() { (stashMessage, isStashing) = ("", true) }

    public func saveStash() async {
        let message = stashMessage
        let isDone = await act { model in try await model.client.saveStash(message, in: model.folder) }
        if isDone { isStashing = false }
    }

    public func apply(_ stash: GitStash, dropping: Bool) async {
        await act { model in try await model.client.applyStash(stash, dropping: dropping, in: model.folder) }
    }

    public func askToDrop(_ stash: GitStash) {
        ask("Delete the stash “\(stash.message)”?", "Its changes are lost.", "Delete Stash") {
            try await $0.client.dropStash(stash, in: $0.folder)
        }
    }
}
