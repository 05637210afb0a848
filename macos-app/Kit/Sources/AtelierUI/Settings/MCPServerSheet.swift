// A server that is being added.
import AtelierKit
import SwiftUI

struct MCPServerSheet: View {
    let model: MCPModel
    @FocusState private var isFocused: Bool

    var body: some View {
        VStack(alignment: .leading, spacing: 12) {
            Text("Add MCP Server")
                .font(.headline)
                .accessibilityAddTraits(.isHeader)
            if let shown = model.draft {
                let draft = Binding(get: { model.draft ?? shown }, set: { model.draft = $0 })
                MCPServerForm(draft: draft, folder: model.folder, isFocused: $isFocused)
            }
            FieldProblem(message: model.problem)
            HStack {
                Spacer()
                Button("Cancel", role: .cancel) {
                    model.draft = nil
                    model.dismissProblem()
                }
                .keyboardShortcut(.cancelAction)
                Button("Add Server") { Task { await model.add() } }
                    .keyboardShortcut(.defaultAction)
                    .disabled(model.draft?.canBeAdded != true || model.isBusy)
            }
        }
        .padding(20)
        .frame(width: 480)
        .onAppear { isFocused = true }
    }
}

private struct MCPServerForm: View {
    @Binding var draft: MCPDraft
    let folder: String?
    let isFocused: FocusState<Bool>.Binding

    var body: some View {
        Form {
            TextField("Name", text: $draft.name, prompt: Text(verbatim: "files"))
                .autocorrectionDisabled()
                .focused(isFocused)
            Picker("It is", selection: $draft.kind) {
                Text("A Program to Start").tag(MCPDraft.Kind.program)
                Text("A Web Address").tag(MCPDraft.Kind.address)
            }
            if draft.kind == .program {
                TextField("Command", text: $draft.command, prompt: Text(verbatim: "npx -y some-server ."))
                    .autocorrectionDisabled()
            } else {
                TextField("Address", text: $draft.url, prompt: Text(verbatim: "https://tools.example/mcp"))
                    .autocorrectionDisabled()
            }
            TextField(
                draft.kind == .program ? "Variables" : "Headers",
                text: $draft.values,
                prompt: Text("NAME=value, one a line; ${NAME} takes it from the environment"),
                axis: .vertical
            )
            .autocorrectionDisabled()
            if let line = draft.badLine { FieldProblem(message: "“\(line)” has no “=”.") }
            if folder != nil {
                Toggle("For everybody who works in the folder", isOn: $draft.isForFolder)
            }
        }
    }
}

#Preview("New server") {
    MCPServerSheet(model: PreviewData.addingServer)
}
