// The menus of files and git. Every action of their views is here too, with its shortcut.
import AtelierKit
import SwiftUI

struct WorkspaceCommands: Commands {
    let desktop: (any Desktop)?

    var body: some Commands {
        CommandGroup(before: .sidebar) { SectionItems() }
        CommandGroup(after: .newItem) { FileItems(desktop: desktop) }
        CommandMenu("Git") {
            CommitItems()
            Divider()
            TransferItems()
            Divider()
            BranchItems()
            Divider()
            HistoryItems(desktop: desktop)
        }
    }
}

/// What the window shows of its session.
private struct SectionItems: View {
    @FocusedValue(\.workspaces) private var workspaces
    @FocusedValue(\.workspace) private var workspace

    var body: some View {
        ForEach(WorkspaceSection.allCases) { section in
            Toggle(section.title, isOn: Binding(get: { workspaces?.section == section }, set: { _ in show(section) }))
                .keyboardShortcut(section.shortcut)
                .disabled(workspaces == nil)
        }
        Divider()
        Toggle("Side by Side", isOn: sideBySide)
            .disabled(workspaces?.section != .changes)
        Toggle("Blame", isOn: blame)
            .disabled(workspaces?.section != .files || workspace?.viewer.file?.kind != .text)
        Divider()
    }

    private func show(_ section: WorkspaceSection) { workspaces?.section = section }

    private var sideBySide: Binding<Bool> {
        Binding(get: { workspace?.changes.isSideBySide == true }, set: { workspace?.changes.isSideBySide = $0 })
    }

    private var blame: Binding<Bool> {
        Binding(get: { workspace?.viewer.showsBlame == true }, set: { workspace?.viewer.showsBlame = $0 })
    }
}

/// What is done with files; only while the window shows them.
private struct FileItems: View {
    let desktop: (any Desktop)?
    @FocusedValue(\.workspaces) private var workspaces
    @FocusedValue(\.workspace) private var workspace

    private var tree: FileTreeModel? { workspaces?.section == .files ? workspace?.tree : nil }

    var body: some View {
        Divider()
        Button("Clone Repository…") { workspaces?.beginCloning() }
            .disabled(workspaces == nil)
        Divider()
        Button("New File…") { if let tree { tree.begin(.newFile(folder: tree.targetFolder)) } }
            .keyboardShortcut("n", modifiers: [.command, .control])
            .disabled(tree == nil)
        Button("New Folder…") { if let tree { tree.begin(.newFolder(folder: tree.targetFolder)) } }
            .disabled(tree == nil)
        FileChanges(tree: tree, entry: tree?.selected, hasShortcuts: true)
        Button("Open in Terminal") {
            if let tree, let workspace { workspaces?.openTerminal(at: tree.targetFolder, in: workspace.folder) }
        }
        .disabled(tree == nil)
        if let desktop {
            Button("Show in Finder") { if let path = tree?.selected?.path { desktop.reveal(path: path) } }
                .disabled(tree?.selected == nil)
            Button("Copy Path") { if let path = tree?.selected?.path { desktop.copy(path) } }
                .disabled(tree?.selected == nil)
        }
    }
}

private struct CommitItems: View {
    @FocusedValue(\.workspaces) private var workspaces
    @FocusedValue(\.workspace) private var workspace

    private var changes: ChangesModel? { workspaces?.section == .changes ? workspace?.changes : nil }
    private var commit: CommitModel? { workspaces?.section == .changes ? workspace?.commit : nil }
    private var path: String? { changes?.selection?.path }

    var body: some View {
        Button("Commit") { Task { await commit?.commit() } }
            .keyboardShortcut("c", modifiers: [.command, .option])
            .disabled(commit?.canCommit != true)
        Button("Commit and Push") { Task { await commit?.commitAndPush() } }
            .disabled(commit?.canCommit != true)
        Button("Suggest a Message") { Task { await commit?.suggest() } }
            .disabled(commit?.canSuggest != true)
        Toggle("Amend", isOn: Binding(get: { commit?.amends == true }, set: { amend($0) }))
            .disabled(commit == nil)
        Divider()
        StagingItems(changes: changes)
        Divider()
        HunkItems(changes: changes)
        Divider()
        Menu("Conflict") {
            if let changes, let path, changes.selection?.group == .conflicts {
                ConflictItems(model: changes, path: path)
            }
        }
        .disabled(changes?.selection?.group != .conflicts)
        Menu("Restore Conflict") { if let changes { SettledItems(model: changes) } }
            .disabled(changes?.settled.isEmpty != false)
        Button("Continue") { Task { await workspace?.changes.continueOperation() } }
            .disabled(workspace?.changes.canContinue != true)
        Button("Skip Commit…") { ask { $0.askToSkip() } }
            .disabled(workspace?.changes.canSkip != true)
        Button("Give Up…") { ask { $0.askToAbort() } }
            .disabled(workspace?.changes.changes?.operation == nil)
    }

    private func amend(_ amends: Bool) { Task { await commit?.setAmends(amends) } }

    /// The question is asked where the changes are.
    private func ask(_ question: (ChangesModel) -> Void) {
        workspaces?.section = .changes
        if let changes = workspace?.changes { question(changes) }
    }
}

private struct TransferItems: View {
    @FocusedValue(\.workspace) private var workspace

    private var transfers: TransferModel? {
        workspace?.changes.isRepository == true ? workspace?.transfers : nil
    }

    var body: some View {
        Button("Fetch") { Task { await transfers?.fetch() } }
            .disabled(transfers?.isRunning != false)
        Button("Pull") { Task { await transfers?.pull() } }
            .disabled(transfers?.isRunning != false)
        Button("Push") { Task { await transfers?.push() } }
            .keyboardShortcut("p", modifiers: [.command, .option])
            .disabled(transfers?.isRunning != false)
        Button("Stop Transfer") { transfers?.cancel() }
            .disabled(transfers?.isRunning != true)
    }
}

/// Opens the branches, where the rest is asked.
private struct BranchItems: View {
    @FocusedValue(\.workspaces) private var workspaces
    @FocusedValue(\.workspace) private var workspace

    private var branches: BranchesModel? {
        workspace?.changes.isRepository == true ? workspace?.branches : nil
    }

    var body: some View {
        Button("New Branch…") { show { $0.beginCreating() } }
            .disabled(branches == nil)
        Button("Put Changes Aside…") { show { $0.beginStashing() } }
            .disabled(branches?.canStash != true)
        Menu("Branch") { ForEach(branches?.branches ?? []) { branch in item(branch) } }
            .disabled(branches?.branches.isEmpty != false)
        Menu("Tag") {
            ForEach(branches?.tags ?? []) { tag in
                if let branches { Menu(tag.name) { TagActions(model: branches, tag: tag) } }
            }
        }
        .disabled(branches?.tags.isEmpty != false)
        Menu("Stash") {
            ForEach(branches?.stashes ?? []) { stash in
                if let branches { Menu(stash.message) { StashActions(model: branches, stash: stash) } }
            }
        }
        .disabled(branches?.stashes.isEmpty != false)
    }

    @ViewBuilder private func item(_ branch: GitBranch) -> some View {
        if let branches { Menu(branch.name) { BranchActions(model: branches, branch: branch) } }
    }

    private func show(_ action: (BranchesModel) -> Void) {
        workspaces?.section = .branches
        if let branches { action(branches) }
    }
}

private struct HistoryItems: View {
    let desktop: (any Desktop)?
    @FocusedValue(\.workspaces) private var workspaces
    @FocusedValue(\.workspace) private var workspace

    var body: some View {
        if workspaces?.section == .history, let history = workspace?.history, let commit = history.selected {
            CommitActions(model: history, commit: commit)
                .environment(\.desktop, desktop)
        } else {
            ForEach(["Cherry-Pick…", "Revert Commit…", "Add Tag…"], id: \.self) { name in
                Button(name) {}
            }
            .disabled(true)
        }
    }
}

extension WorkspaceSection {
    /// ⌘1 to ⌘6, in the order of the toolbar.
    fileprivate var shortcut: KeyboardShortcut {
        switch self {
        case .chat: KeyboardShortcut("1")
        case .files: KeyboardShortcut("2")
        case .changes: KeyboardShortcut("3")
        case .history: KeyboardShortcut("4")
        case .branches: KeyboardShortcut("5")
        case .terminal: KeyboardShortcut("6")
        }
    }
}
