// Settings: who answers.
import AtelierKit
import SwiftUI

struct ModelSettings: View {
    @Bindable var model: SettingsModel

    var body: some View {
        Form {
            Section {
                Picker("Provider", selection: provider) {
                    Text("Automatic").tag(ProviderChoice.automatic)
                    Text("Anthropic").tag(ProviderChoice.anthropic)
                    Text("Demo").tag(ProviderChoice.demo)
                }
                FieldProblem(message: model.problems[.provider])
                LabeledContent("Answers the next prompt") { activeModel }
                FieldProblem(message: model.problems[.loading])
            } footer: {
                Text("Automatic uses Anthropic when there is a key, and the offline demo when there is none.")
            }
            Section {
                TextField("Model", text: $model.modelDraft, prompt: Text("The provider’s default"))
                    .autocorrectionDisabled()
                    .onSubmit { Task { await model.saveEdits() } }
                FieldProblem(message: model.problems[.model])
                TextField("Base URL", text: $model.baseURLDraft, prompt: Text("The provider’s own address"))
                    .autocorrectionDisabled()
                    .onSubmit { Task { await model.saveEdits() } }
                FieldProblem(message: model.problems[.baseURL])
                HStack {
                    Spacer()
                    Button("Save") { Task { await model.saveEdits() } }
                        .disabled(!model.canSaveEdits)
                }
            } footer: {
                Text("Empty means the default. A key that is not saved in Atelier brings its own base URL.")
            }
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

#Preview {
    ModelSettings(model: PreviewData.settings)
        .frame(width: 540)
}
