// The tree of files.
import AtelierKit
import Foundation
import SwiftUI

struct FileTreeView: View {
    @Bindable var tree: FileTreeModel

    var body: some View {
        VStack(spacing: 0) {
            List(selection: $tree.selection) {
                ForEach(tree.rows) { row in
                    FileRow(row: row) { Task { await tree.toggle(row.id) } }
                        .contextMenu { FileActions(tree: tree, entry: row.entry) }
                }
            }
            .listStyle(.sidebar)
            .accessibilityLabel("Files")
            .onKeyPress(.rightArrow) { open(true) }
            .onKeyPress(.leftArrow) { open(false) }
            .overlay {
                if tree.isLoaded, tree.rows.isEmpty {
                    ContentUnavailableView("No Files", systemImage: "folder")
                }
            }
            ProblemOf(model: tree)
        }
        .task { if !tree.isLoaded { await tree.load() } }
        .asking(tree)
        .sheet(
            isPresented: Binding(get: { tree.naming != nil }, set: { if !$0 { tree.cancelNaming() } })
        ) { NamingSheet(tree: tree) }
    }

    /// The arrow keys open and close the folder that is chosen.
    private func open(_ isOpen: Bool) -> KeyPress.Result {
        guard let entry = tree.selected, entry.isFolder, tree.isExpanded(entry.path) != isOpen else { return .ignored }
        Task { await tree.toggle(entry.path) }
        return .handled
    }
}

/// One line of the tree.
private struct FileRow: View {
    let row: FileTreeModel.Row
    let toggle: () -> Void

    var body: some View {
        HStack(spacing: 4) {
            Spacer(minLength: 0)
                .frame(width: CGFloat(row.depth) * 14)
            disclosure
                .frame(width: 14)
            Image(systemName: symbol)
                .foregroundStyle(row.entry.isFolder ? AnyShapeStyle(.tint) : AnyShapeStyle(.secondary))
                .accessibilityHidden(true)
            Text(verbatim: row.entry.name)
                .lineLimit(1)
            Spacer(minLength: 0)
            if let badge = row.badge { BadgeView(badge: badge) }
        }
        .accessibilityElement(children: .contain)
    }

    @ViewBuilder private var disclosure: some View {
        if row.entry.isFolder {
            Button(
                row.isExpanded ? "Close \(row.entry.name)" : "Open \(row.entry.name)",
                systemImage: row.isExpanded ? "chevron.down" : "chevron.right"
            ) { toggle() }
            .labelStyle(.iconOnly)
            .buttonStyle(.borderless)
            .controlSize(.small)
        }
    }

    private var symbol: String {
        if row.entry.isFolder { return "folder" }
        return row.entry.isLink ? "link" : "doc"
    }
}

/// What git says of a file, in a letter.
struct BadgeView: View {
    let badge: FileBadge

    var body: some View {
        switch badge {
        case .contains:
            Image(systemName: "circle.fill")
                .font(.caption2)
                .foregroundStyle(.secondary)
                .accessibilityLabel("Contains changes")
                .help("Contains changes")
        case .change(let change):
            Text(verbatim: change.letter)
                .font(.callout.monospaced())
                .bold()
                .foregroundStyle(change.style)
                .fixedSize()
                .accessibilityLabel(change.title)
                .help(change.title)
        }
    }
}

extension FileChange {
    var style: AnyShapeStyle {
        switch self {
        case .added, .untracked, .copied: AnyShapeStyle(.green)
        case .modified, .renamed, .typeChanged: AnyShapeStyle(.blue)
        case .deleted: AnyShapeStyle(.red)
        case .conflicted: AnyShapeStyle(.orange)
        }
    }
}

#Preview { FileTreeView(tree: PreviewData.workspace.tree).frame(width: 280, height: 500) }
