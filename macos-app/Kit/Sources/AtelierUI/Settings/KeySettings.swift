// Settings: the keys of providers. A key can be entered, never read back.
import AtelierKit
import SwiftUI

struct KeySettings: View {
    let model: SettingsModel

    var body: some View {
        Form {
            ForEach(model.settings?.keys ?? []) { key in
                KeySection(model: model, key: key)
            }
            FieldProblem(message: model.problems[.loading])
        }
        .formStyle(.grouped)
    }
}

private struct KeySection: View {
    let model: SettingsModel
    let key: KeyStatus
    @State private var isConfirmingRemoval = false

    var body: some View {
        Section {
            LabeledContent("Key in use") { keyInUse }
            if let source = key.source {
                LabeledContent("Comes from") { Text(verbatim: source) }
            }
            FieldProblem(message: key.problem)
            SecureField("New key", text: newKey, prompt: Text("Paste a key"))
                .onSubmit { Task { await model.saveKey(for: key.provider) } }
            FieldProblem(message: model.problems[.key])
            HStack {
                Spacer()
                if key.isRemovable {
                    Button("Remove Key…", role: .destructive) { isConfirmingRemoval = true }
                }
                Button("Save Key") { Task { await model.saveKey(for: key.provider) } }
                    .disabled(!model.canSaveKey(for: key.provider))
            }
        } header: {
            Text(verbatim: key.name)
        } footer: {
            Text("A key that you save here is kept in the system’s credential store and wins over any other.")
        }
        .confirmationDialog(
            "Remove the saved key?",
            isPresented: $isConfirmingRemoval,
            titleVisibility: .visible
        ) {
            Button("Remove Key", role: .destructive) { Task { await model.removeKey(for: key.provider) } }
            Button("Cancel", role: .cancel) {}
        } message: {
            Text("Atelier can’t show it again. You can save another one at any time.")
        }
    }

    private var newKey: Binding<String> {
        Binding(get: { model.keyDrafts[key.provider] ?? "" }, set: { model.keyDrafts[key.provider] = $0 })
    }

    @ViewBuilder private var keyInUse: some View {
        if let masked = key.masked {
            Text(verbatim: masked)
                .monospaced()
        } else {
            Text("None")
        }
    }
}

#Preview {
    KeySettings(model: PreviewData.settings)
        .frame(width: 540)
}
