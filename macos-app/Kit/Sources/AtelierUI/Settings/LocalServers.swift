// Settings: the model servers on this machine. They are looked for when someone asks, and used when someone says so.
import AtelierKit
import SwiftUI

struct LocalServers: View {
    let model: ProviderModel

    var body: some View {
        Section {
            if let servers = model.localServers {
                if servers.isEmpty { Text("None was found. Start one, such as Ollama or LM Studio, and look again.") }
                ForEach(servers) { server in
                    LocalServerRow(model: model, server: server)
                }
            }
            FieldProblem(message: model.problems[.localServers])
            HStack {
                Spacer()
                if model.isLooking {
                    ProgressView()
                        .controlSize(.small)
                        .accessibilityLabel("Looking for local servers")
                }
                Button("Look for Local Servers") { Task { await model.lookForLocalServers() } }
                    .disabled(model.isLooking)
            }
        } header: {
            Text("On This Mac")
        }
    }
}

private struct LocalServerRow: View {
    let model: ProviderModel
    let server: LocalServer

    var body: some View {
        HStack(spacing: 10) {
            VStack(alignment: .leading, spacing: 2) {
                Text(verbatim: server.name)
                Text(verbatim: server.baseURL)
                    .font(.caption)
                    .foregroundStyle(.secondary)
            }
            Spacer(minLength: 0)
            if server.models.isEmpty {
                Button("Use") { Task { await model.use(server, model: nil) } }
                    .accessibilityLabel("Use \(server.name)")
            } else {
                Menu("Use") {
                    ForEach(server.models, id: \.self) { name in
                        Button(name) { Task { await model.use(server, model: name) } }
                    }
                }
                .fixedSize()
                .accessibilityLabel("Use \(server.name)")
            }
        }
        .disabled(model.isBusy)
    }
}

#Preview {
    Form { LocalServers(model: PreviewData.provider("compatible")) }
        .formStyle(.grouped)
        .frame(width: 500)
}
