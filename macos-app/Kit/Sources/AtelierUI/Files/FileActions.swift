// What a person does with a file or folder: in its row's menu, and in the menu bar.
import AtelierKit
import SwiftUI

/// The items for one entry of the tree.
struct FileActions: View {
    let tree: FileTreeModel
    let entry: FileEntry
    @Environment(\.desktop) private var desktop
    @Environment(\.openInTerminal) private var openInTerminal

    var body: some View {
        Button("New File…") { tree.begin(.newFile(folder: folder)) }
        Button("New Folder…") { tree.begin(.newFolder(folder: folder)) }
        Divider()
        FileChanges(tree: tree, entry: entry, hasShortcuts: false)
        if let openInTerminal {
            Divider()
            Button("Open in Terminal") { openInTerminal(folder) }
        }
        if let desktop {
            Divider()
            Button("Show in Finder") { desktop.reveal(path: entry.path) }
            Button("Copy Path") { desktop.copy(entry.path) }
        }
    }

    private var folder: String { entry.isFolder ? entry.path : entry.path.parentPath }
}

/// What changes an entry; disabled where there is none.
struct FileChanges: View {
    let tree: FileTreeModel?
    let entry: FileEntry?
    /// Shortcuts belong to the menu bar alone.
    let hasShortcuts: Bool

    var body: some View {
        Group {
            Button("Rename File…") { begin(FileTreeModel.Naming.renaming) }
            Button("Duplicate File…") { begin(FileTreeModel.Naming.copying) }
            Button("Move File…") { begin(FileTreeModel.Naming.moving) }
            Button("Move to Trash…", role: .destructive) {
                if let entry { tree?.askToTrash(entry.path) }
            }
            .keyboardShortcut(hasShortcuts ? KeyboardShortcut(.delete) : nil)
        }
        .disabled(entry == nil)
    }

    private func begin(_ naming: (String) -> FileTreeModel.Naming) {
        if let entry { tree?.begin(naming(entry.path)) }
    }
}

/// A name, or for a move a path, that is being typed.
struct NamingSheet: View {
    @Bindable var tree: FileTreeModel
    @FocusState private var isFocused: Bool

    var body: some View {
        VStack(alignment: .leading, spacing: 12) {
            Text(title)
                .font(.headline)
                .accessibilityAddTraits(.isHeader)
            TextField(isMove ? "Path" : "Name", text: $tree.draft)
                .textFieldStyle(.roundedBorder)
                .focused($isFocused)
                .onSubmit { Task { await tree.finishNaming() } }
            FieldProblem(message: tree.problem)
            HStack {
                Spacer()
                Button("Cancel", role: .cancel) { tree.cancelNaming() }
                    .keyboardShortcut(.cancelAction)
                Button(action) { Task { await tree.finishNaming() } }
                    .keyboardShortcut(.defaultAction)
                    .disabled(!tree.canFinishNaming)
            }
        }
        .padding(20)
        .frame(width: 400)
        .onAppear { isFocused = true }
    }

    private var isMove: Bool {
        if case .moving = tree.naming { true } else { false }
    }

    private var title: LocalizedStringKey {
        switch tree.naming {
        case .newFile: "New File"
        case .newFolder: "New Folder"
        case .copying: "Duplicate"
        case .moving: "Move, by the Path from the Project’s Folder"
        case .renaming, nil: "Rename"
        }
    }

    private var action: LocalizedStringKey {
        switch tree.naming {
        case .newFile, .newFolder: "Create"
        case .copying: "Duplicate"
        case .moving: "Move"
        case .renaming, nil: "Rename"
        }
    }
}

#Preview { NamingSheet(tree: PreviewData.workspace.tree) }
