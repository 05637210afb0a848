// The files that are changed: in conflict, staged, not staged, untracked.
import AtelierKit
import SwiftUI

struct ChangesList: View {
    @Bindable var model: ChangesModel

    var body: some View {
        VStack(spacing: 0) {
            HStack(spacing: 8) {
                Toggle("Folders", isOn: $model.isTree)
                    .toggleStyle(.checkbox)
                    .help("Show the files in their folders")
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
        List(selection: $model.chosen) {
            ForEach(ChangesModel.Group.allCases, id: \.self) { group in
                let files = model.files(group)
                if !files.isEmpty {
                    Section {
                        ForEach(model.rows(group)) { row in
                            ChangeRow(model: model, row: row)
                                .contextMenu { ChangeActions(model: model, row: row) }
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
