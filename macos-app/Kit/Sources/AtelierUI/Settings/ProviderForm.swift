// Settings of one provider: its keys and its server.
import AtelierKit
import SwiftUI

struct ProviderForm: View {
    let model: ProviderModel

    var body: some View {
        Form {
            if model.status.isKeyRequired {
                KeyList(model: model)
                NewKey(model: model)
                ModelSection(model: model)
                ServerSection(model: model)
            } else {
                ServerSection(model: model)
                ModelSection(model: model)
                LocalServers(model: model)
                KeyList(model: model)
                NewKey(model: model)
            }
        }
        .formStyle(.grouped)
    }
}

private struct ModelSection: View {
    @Bindable var model: ProviderModel

    var body: some View {
        Section {
            TextField("Default model", text: $model.modelDraft, prompt: Text("As for all providers"))
                .autocorrectionDisabled()
                .onSubmit { Task { await model.saveModel() } }
            FieldProblem(message: model.problems[.model])
            HStack {
                Spacer()
                Button("Save Model") { Task { await model.saveModel() } }
                    .disabled(!model.canSaveModel)
            }
        } header: {
            Text("Model")
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
