// Settings: the servers that bring more tools.
import AtelierKit
import SwiftUI

struct MCPSettings: View {
    @Bindable var model: MCPModel
    let folders: FoldersModel?

    var body: some View {
        Form {
            Section {
                FolderScope(everywhere: "Your Own Servers", folder: $model.folder, folders: folders)
            } footer: {
                Text("Servers start when they are needed and stop with Atelier.")
            }
            Section {
                if model.found?.servers.isEmpty == true { Text("There is none yet.").foregroundStyle(.secondary) }
                ForEach(model.found?.servers ?? []) { server in
                    MCPServerRow(server: server, model: model)
                }
                ForEach(model.found?.problems ?? [], id: \.self) { problem in
                    Label {
                        Text(verbatim: problem)
                            .textSelection(.enabled)
                    } icon: {
                        Image(systemName: "exclamationmark.triangle.fill")
                    }
                    .foregroundStyle(.orange)
                }
                FieldProblem(message: model.problem)
                HStack {
                    Spacer()
                    Button("Add Server…") { model.beginAdding() }
                }
            } header: {
                Text("MCP Servers")
            }
        }
        .formStyle(.grouped)
        .task(id: model.folder) { await model.load() }
        .onChange(of: model.folder) { model.forgetTools() }
        .sheet(item: $model.draft) { _ in MCPServerSheet(model: model) }
        .confirmationDialog(
            "Remove this server?",
            isPresented: Binding(get: { model.removing != nil }, set: { if !$0 { model.removing = nil } }),
            presenting: model.removing
        ) { server in
            Button("Remove Server", role: .destructive) { Task { await model.remove(server) } }
            Button("Cancel", role: .cancel) {}
        } message: { server in
            Text("“\(server.name)” is taken out of \(server.file).")
        }
    }
}

#Preview("Servers") {
    MCPSettings(model: PreviewData.settings.servers, folders: PreviewData.folders)
        .frame(width: 640)
}
