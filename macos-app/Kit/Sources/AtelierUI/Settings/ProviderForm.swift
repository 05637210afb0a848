// Settings of one provider. A key can be entered, never read back.
import AtelierKit
import SwiftUI

struct ProviderForm: View {
    let model: ProviderModel

    var body: some View {
        Form {
            if model.status.isKeyRequired {
                KeySection(model: model)
                ServerSection(model: model)
            } else {
                ServerSection(model: model)
                KeySection(model: model)
            }
        }
        .formStyle(.grouped)
    }
}

private struct KeySection: View {
    @Bindable var model: ProviderModel
    @State private var isConfirmingRemoval = false

    var body: some View {
        Section {
            LabeledContent("Key in use") { keyInUse }
            if let source = model.status.source {
                LabeledContent("Comes from") { Text(verbatim: source) }
            }
            FieldProblem(message: model.status.problem)
            SecureField("New key", text: $model.keyDraft, prompt: Text("Paste a key"))
                .onSubmit { Task { await model.saveKey() } }
            FieldProblem(message: model.problems[.key])
            HStack {
                Spacer()
                if model.status.isRemovable {
                    Button("Remove Key…", role: .destructive) { isConfirmingRemoval = true }
                        .disabled(model.isBusy)
                }
                Button("Save Key") { Task { await model.saveKey() } }
                    .disabled(!model.canSaveKey)
            }
        } header: {
            Text("Key")
        } footer: {
            Text("A key that you save here is kept in the system’s credential store and wins over any other.")
        }
        .confirmationDialog(
            "Remove the saved key?",
            isPresented: $isConfirmingRemoval,
            titleVisibility: .visible
        ) {
            Button("Remove Key", role: .destructive) { Task { await model.removeKey() } }
            Button("Cancel", role: .cancel) {}
        } message: {
            Text("Atelier can’t show it again. You can save another one at any time.")
        }
    }

    @ViewBuilder private var keyInUse: some View {
        if let masked = model.status.masked {
            Text(verbatim: masked)
                .monospaced()
        } else if model.status.isKeyRequired {
            Text("None: paste one below")
        } else {
            Text("None; most such servers need none")
        }
    }
}

private struct ServerSection: View {
    @Bindable var model: ProviderModel

    var body: some View {
        Section {
            TextField("Base URL", text: $model.baseURLDraft, prompt: prompt)
                .autocorrectionDisabled()
                .onSubmit { Task { await model.saveBaseURL() } }
            FieldProblem(message: model.problems[.baseURL])
            HStack {
                Spacer()
                Button("Save Base URL") { Task { await model.saveBaseURL() } }
                    .disabled(!model.canSaveBaseURL)
            }
        } header: {
            Text("Server")
        } footer: {
            if model.status.ownBaseURL != nil {
                Text("Empty means the provider’s own. A key that is not saved in Atelier brings its own base URL.")
            } else {
                Text("Where the server is: Ollama, LM Studio, llama.cpp, vLLM, OpenRouter or another one like them.")
            }
        }
    }

    private var prompt: Text { Text(verbatim: model.status.ownBaseURL ?? "http://127.0.0.1:11434/v1") }
}

#Preview("With a key") {
    ProviderForm(model: PreviewData.provider("anthropic"))
        .frame(width: 500)
}

#Preview("Compatible server") {
    ProviderForm(model: PreviewData.provider("compatible"))
        .frame(width: 500)
}
