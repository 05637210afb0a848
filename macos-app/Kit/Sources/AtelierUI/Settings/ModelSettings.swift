// Settings: who answers.
import AtelierKit
import SwiftUI

struct ModelSettings: View {
    @Bindable var model: SettingsModel

    var body: some View {
        Form {
            Section {
                Picker("Provider", selection: provider) {
                    ForEach(ProviderChoice.allCases) { choice in
                        Text(verbatim: choice.name).tag(choice)
                    }
                }
                FieldProblem(message: model.problems[.provider])
                LabeledContent("Answers the next prompt") { activeModel }
                FieldProblem(message: model.problems[.loading])
            } footer: {
                Text("Automatic asks the first provider that has a key, and the offline demo when none has.")
            }
            Section {
                TextField("Model", text: $model.modelDraft, prompt: Text("The provider’s default"))
                    .autocorrectionDisabled()
                    .onSubmit { Task { await model.saveModel() } }
                FieldProblem(message: model.problems[.model])
                HStack {
                    Spacer()
                    Button("Save") { Task { await model.saveModel() } }
                        .disabled(!model.canSaveModel)
                }
            } footer: {
                Text("Asked for where a provider has no default model of its own. Empty means the provider’s choice.")
            }
            RefreshModels(models: model.models)
        }
        .formStyle(.grouped)
    }

    private var provider: Binding<ProviderChoice> {
        Binding(get: { model.provider }, set: { choice in Task { await model.choose(choice) } })
    }

    @ViewBuilder private var activeModel: some View {
        if let active = model.settings?.active {
            if active.isDemo {
                Text("Demo model (scripted, offline)")
            } else {
                Text(verbatim: active.name)
            }
        } else {
            Text("…")
                .accessibilityLabel("Not known yet")
        }
    }
}

/// Asks the providers which models they have now.
private struct RefreshModels: View {
    let models: ModelsModel

    var body: some View {
        Section {
            ForEach(models.refreshed) { refreshed in
                LabeledContent {
                    if let problem = refreshed.problem {
                        Text(verbatim: problem).foregroundStyle(.red)
                    } else {
                        Text(counted(refreshed.count, "model"))
                    }
                } label: {
                    Text(verbatim: refreshed.name)
                }
            }
            FieldProblem(message: models.problem)
            HStack {
                Spacer()
                if models.isRefreshing {
                    ProgressView()
                        .controlSize(.small)
                        .accessibilityLabel("Asking the providers")
                }
                Button("Refresh Models") { Task { await models.refresh() } }
                    .disabled(models.isRefreshing)
            }
        } footer: {
            Text("Asks each provider that has a key which models it offers. Nobody is asked unless you want it.")
        }
    }
}

#Preview {
    ModelSettings(model: PreviewData.settings)
        .frame(width: 540)
}
