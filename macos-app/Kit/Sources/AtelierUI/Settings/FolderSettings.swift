// Settings: the folders that Atelier may work in.
import AtelierKit
import SwiftUI

struct FolderSettings: View {
    @Bindable var model: FoldersModel

    var body: some View {
        Form {
            Section {
                if model.paths.isEmpty { Text("No folder has been added yet.") }
                ForEach(model.paths, id: \.self) { path in
                    FolderRow(path: path) { model.forgetting = path }
                }
                FieldProblem(message: model.problem)
            } header: {
                Text("Folders Atelier May Work In")
            }
            if model.canChoose {
                HStack {
                    Spacer()
                    Button("Add Folder…") { Task { await model.add() } }
                        .disabled(model.isChoosing)
                }
            }
        }
        .formStyle(.grouped)
        .confirmationDialog(
            "Remove this folder?",
            isPresented: Binding(get: { model.forgetting != nil }, set: { if !$0 { model.forgetting = nil } }),
            presenting: model.forgetting
        ) { path in
            Button("Remove Folder", role: .destructive) { Task { await model.forget(path) } }
            Button("Cancel", role: .cancel) {}
        } message: { path in
            Text("Atelier may no longer work in \(path). Its files stay as they are.")
        }
        .task { await model.load() }
        .task { await model.follow() }
    }
}

private struct FolderRow: View {
    let path: String
    let remove: @MainActor () -> Void
    @Environment(\.desktop) private var desktop

    var body: some View {
        HStack(spacing: 10) {
            Text(verbatim: path)
                .textSelection(.enabled)
                .frame(maxWidth: .infinity, alignment: .leading)
            if let desktop {
                Button("Show in Finder", systemImage: "folder") { desktop.reveal(path: path) }
                    .labelStyle(.iconOnly)
                    .buttonStyle(.borderless)
                    .help("Show in Finder")
                    .accessibilityLabel("Show \(path) in Finder")
            }
            Button("Remove Folder…", systemImage: "xmark") { remove() }
                .labelStyle(.iconOnly)
                .buttonStyle(.borderless)
                .help("Remove this folder")
                .accessibilityLabel("Remove \(path)…")
        }
    }
}

#Preview {
    FolderSettings(model: PreviewData.folders)
        .frame(width: 540)
}

#Preview("None yet") {
    FolderSettings(model: FoldersModel(client: MockClient(), access: MockFolderAccess()))
        .frame(width: 540)
}
