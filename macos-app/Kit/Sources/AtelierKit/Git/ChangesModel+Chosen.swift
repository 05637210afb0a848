// What is done with everything that is chosen in the list of changes.
import Foundation

extension ChangesModel {
    /// The one file that is chosen, whose diff is shown; nil where none or several are.
    public var selection: Item? {
        get { chosen.count == 1 ? chosen.first.flatMap { $0.isFolder ? nil : $0 } : nil }
        set { chosen = newValue.map { [$0] } ?? [] }
    }

    /// The chosen files of these groups, those in chosen folders too, in the order of the list.
    public func chosenPaths(_ groups: Group...) -> [String] { paths(of: chosen, in: groups) }

    /// What a menu on a line is about: everything that is chosen if that is among it, else the line alone.
    public func concerned(by item: Item) -> Set<Item> { chosen.contains(item) ? chosen : [item] }

    public func paths(of items: Set<Item>, in groups: [Group]) -> [String] {
        groups.flatMap { group in
            let items = items.filter { $0.group == group }
            return items.isEmpty ? [] : files(group).map(\.path).filter { path in items.contains { $0.holds(path) } }
        }
    }

    /// Only what is staged is chosen: then it is unstaged, otherwise the rest is staged.
    public func isAllStaged(_ items: Set<Item>) -> Bool {
        !paths(of: items, in: [.staged]).isEmpty && paths(of: items, in: [.unstaged, .untracked]).isEmpty
    }

    public var canToggleStaged: Bool { canToggleStaged(chosen) }

    public func canToggleStaged(_ items: Set<Item>) -> Bool {
        !isBusy && !paths(of: items, in: [.staged, .unstaged, .untracked]).isEmpty
    }

    /// Stages or unstages what is chosen in the list.
    public func toggleStaged() async { await toggleStaged(chosen) }

    public func toggleStaged(_ items: Set<Item>) async {
        guard canToggleStaged(items) else { return }
        if isAllStaged(items) {
            await unstage(paths(of: items, in: [.staged]))
        } else {
            await stage(paths(of: items, in: [.unstaged, .untracked]))
        }
    }

    public var canDiscardChosen: Bool { !isBusy && !chosenPaths(.unstaged, .untracked).isEmpty }

    /// Asks, then discards what is chosen and not staged.
    public func askToDiscardChosen() { askToDiscard(chosenPaths(.unstaged, .untracked)) }
}

extension ChangesModel.Item {
    /// A folder, and with it all that is changed in it.
    public var isFolder: Bool { path.hasSuffix("/") }

    func holds(_ other: String) -> Bool {
        isFolder ? other.path(in: String(path.dropLast())) != nil : other == path
    }
}
