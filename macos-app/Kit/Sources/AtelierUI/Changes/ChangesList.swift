// The files that are changed: in conflict, staged, not staged, untracked.
import AtelierKit
import SwiftUI

struct ChangesList: View {
    @Bindable var model: ChangesModel

    var body: some View {
        VStack(spacing: 0) {
            HStack(spacing: 8) {
                Spacer(minLength: 0)
                Button("Stage All") { Task { await model.stageAll() } }
                    .disabled(!model.canStageAll)
                Button("Unstage All") { Task { await model.unstageAll() } }
                    .disabled(!model.canUnstageAll)
            }
            .controlSize(.small)
            .padding(8)
            list
        }
    }

    private var list: some View {
        List(selection: $model.selection) {
            ForEach(ChangesModel.Group.allCases, id: \.self) { group in
                let files = model.files(group)
                if !files.isEmpty {
                    Section {
                        ForEach(files) { file in
                            ChangeRow(model: model, group: group, file: file)
                                .tag(ChangesModel.Item(group, file.path))
                                .contextMenu { ChangeActions(model: model, group: group, file: file) }
                        }
                    } header: {
                        GroupHeader(group: group, count: files.count)
                    }
                }
            }
            if model.changes?.isPartial == true {
                Text("There are more files than can be listed.")
                    .foregroundStyle(.secondary)
            }
        }
        .listStyle(.sidebar)
        .accessibilityLabel("Changed files")
    }
}

private struct GroupHeader: View {
    let group: ChangesModel.Group
    let count: Int

    var body: some View {
        HStack {
            Text(group.title)
            Text(verbatim: "\(count)")
                .foregroundStyle(.secondary)
        }
    }
}

private struct ChangeRow: View {
    let model: ChangesModel
    let group: ChangesModel.Group
    let file: ChangedFile

    var body: some View {
        HStack(spacing: 6) {
            BadgeView(badge: .change(file.change))
            VStack(alignment: .leading, spacing: 1) {
                Text(verbatim: file.path.pathName)
                    .lineLimit(1)
                if let place {
                    Text(verbatim: place)
                        .font(.caption)
                        .foregroundStyle(.secondary)
                        .lineLimit(1)
                }
            }
            .help(file.path)
            Spacer(minLength: 0)
            if group != .conflicts {
                Button(title, systemImage: group == .staged ? "minus" : "plus") {
                    Task { await toggle() }
                }
                .labelStyle(.iconOnly)
                .buttonStyle(.borderless)
                .help(group == .staged ? "Unstage" : "Stage")
                .disabled(model.isBusy)
            }
        }
        .accessibilityElement(children: .contain)
    }

    private var title: String { "\(group == .staged ? "Unstage" : "Stage") \(file.path)" }

    /// Where it lies, where it was before, or what the conflict is about.
    private var place: String? {
        if let conflict = model.conflict(file.path), group == .conflicts { return conflict.description }
        if let old = file.oldPath { return "was \(old)" }
        return file.path.contains("/") ? file.path.parentPath : nil
    }

    private func toggle() async {
        if group == .staged { await model.unstage([file.path]) } else { await model.stage([file.path]) }
    }
}

/// What a person does with a changed file.
struct ChangeActions: View {
    let model: ChangesModel
    let group: ChangesModel.Group
    let file: ChangedFile
    @Environment(\.desktop) private var desktop

    var body: some View {
        switch group {
        case .conflicts:
            ConflictItems(model: model, path: file.path)
        case .staged:
            Button("Unstage") { Task { await model.unstage([file.path]) } }
        case .unstaged, .untracked:
            Button("Stage") { Task { await model.stage([file.path]) } }
            Button(group == .untracked ? "Delete…" : "Discard Changes…", role: .destructive) {
                model.askToDiscard([file.path])
            }
        }
        if let desktop, let root = model.changes?.root {
            Divider()
            Button("Show in Finder") { desktop.reveal(path: "\(root)/\(file.path)") }
            Button("Copy Path") { desktop.copy("\(root)/\(file.path)") }
        }
    }
}

/// How a conflict is resolved.
struct ConflictItems: View {
    let model: ChangesModel
    let path: String

    var body: some View {
        Button("Take My Version…") { model.askToResolve(path, taking: .ours) }
        Button("Take the Other Version…") { model.askToResolve(path, taking: .theirs) }
        Button("Mark as Resolved") { Task { await model.markResolved(path) } }
    }
}

extension ChangesModel.Group {
    var title: LocalizedStringKey {
        switch self {
        case .conflicts: "In Conflict"
        case .staged: "Staged"
        case .unstaged: "Not Staged"
        case .untracked: "Untracked"
        }
    }
}

#Preview { ChangesList(model: PreviewData.workspace.changes).frame(width: 300, height: 500) }
