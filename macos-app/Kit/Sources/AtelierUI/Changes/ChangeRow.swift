// A line of the list of changes: a file, or a folder with what is changed in it.
import AtelierKit
import SwiftUI

struct ChangeRow: View {
    let model: ChangesModel
    let row: ChangesModel.Row

    var body: some View {
        HStack(spacing: 6) {
            if indent > 0 {
                Spacer(minLength: 0)
                    .frame(width: indent)
            }
            if let file = row.file { FileOfChange(model: model, row: row, file: file) } else { folder }
            Spacer(minLength: 0)
            if row.id.group != .conflicts {
                Button(title, systemImage: isStaged ? "minus" : "plus") {
                    Task { await model.toggleStaged([row.id]) }
                }
                .labelStyle(.iconOnly)
                .buttonStyle(.borderless)
                .help(isStaged ? "Unstage" : "Stage")
                .disabled(model.isBusy)
            }
        }
        .accessibilityElement(children: .contain)
    }

    /// A file in a tree stands beside its folder's neighbours, which have an arrow before them.
    private var indent: CGFloat { CGFloat(row.depth) * 14 + (model.isTree && row.file != nil ? 20 : 0) }

    private var isStaged: Bool { row.id.group == .staged }

    private var title: String { "\(isStaged ? "Unstage" : "Stage") \(row.id.path)" }

    @ViewBuilder private var folder: some View {
        let isOpen = model.isExpanded(row.id)
        Button(
            isOpen ? "Close \(row.id.path)" : "Open \(row.id.path)",
            systemImage: isOpen ? "chevron.down" : "chevron.right"
        ) { model.expand(row.id, !isOpen) }
        .labelStyle(.iconOnly)
        .buttonStyle(.borderless)
        .controlSize(.small)
        Image(systemName: "folder")
            .foregroundStyle(.tint)
            .accessibilityHidden(true)
        Text(verbatim: row.name)
            .lineLimit(1)
        Text(verbatim: "\(row.count)")
            .font(.caption)
            .foregroundStyle(.secondary)
            .accessibilityLabel(counted(row.count, "changed file"))
    }
}

/// What is changed about a file, its name and where it lies.
private struct FileOfChange: View {
    let model: ChangesModel
    let row: ChangesModel.Row
    let file: ChangedFile

    var body: some View {
        BadgeView(badge: .change(file.change))
        VStack(alignment: .leading, spacing: 1) {
            Text(verbatim: row.name)
                .lineLimit(1)
            if let place {
                Text(verbatim: place)
                    .font(.caption)
                    .foregroundStyle(.secondary)
                    .lineLimit(1)
            }
        }
        .help(file.path)
    }

    /// Where it lies, where it was before, or what the conflict is about.
    private var place: String? {
        if row.id.group == .conflicts, let conflict = model.conflict(file.path) { return conflict.description }
        if let old = file.oldPath { return "was \(old)" }
        let folder = file.path.parentPath
        return folder.isEmpty || model.isTree ? nil : folder
    }
}

/// What a person does with a line, and with all that is chosen if the line is among that.
struct ChangeActions: View {
    let model: ChangesModel
    let row: ChangesModel.Row
    @Environment(\.desktop) private var desktop

    private var items: Set<ChangesModel.Item> { model.concerned(by: row.id) }

    private var discardable: [String] { model.paths(of: items, in: [.unstaged, .untracked]) }

    var body: some View {
        if row.id.group == .conflicts, items.count == 1, row.file != nil {
            ConflictItems(model: model, path: row.id.path)
        }
        if items.count == 1, model.settled.contains(row.id.path) {
            Button("Restore Conflict…") { model.askToRestoreConflict(row.id.path) }
                .disabled(model.isBusy)
        }
        if model.canToggleStaged(items) {
            Button(model.isAllStaged(items) ? "Unstage" : "Stage") { Task { await model.toggleStaged(items) } }
        }
        if !discardable.isEmpty {
            Button(areNew ? "Delete…" : "Discard Changes…", role: .destructive) { model.askToDiscard(discardable) }
        }
        if let desktop, let root = model.changes?.root, items.count == 1 {
            let path = root.appendingPath(row.id.isFolder ? String(row.id.path.dropLast()) : row.id.path)
            Divider()
            Button("Show in Finder") { desktop.reveal(path: path) }
            Button("Copy Path") { desktop.copy(path) }
        }
    }

    private var areNew: Bool { model.paths(of: items, in: [.unstaged]).isEmpty }
}

/// How a conflict is resolved.
struct ConflictItems: View {
    let model: ChangesModel
    let path: String

    var body: some View {
        Button("Use Ours…") { model.askToResolve(path, taking: .ours) }
            .help("Make the file that of \(model.meaning(of: .ours))")
        Button("Use Theirs…") { model.askToResolve(path, taking: .theirs) }
            .help("Make the file that of \(model.meaning(of: .theirs))")
        Button("Mark as Resolved") { Task { await model.markResolved(path) } }
            .help("Stage the file as it is")
    }
}

/// The files whose conflict can be restored.
struct SettledItems: View {
    let model: ChangesModel

    var body: some View {
        ForEach(model.settled, id: \.self) { path in
            Button("\(path)…") { model.askToRestoreConflict(path) }
                .disabled(model.isBusy)
        }
    }
}

#Preview("Folders") {
    let model = PreviewData.workspace.changes
    model.isTree = true
    return ChangesList(model: model).frame(width: 300, height: 500)
}
