// Settings: the keys of one provider, and a new one. A key can be entered, never read back.
import AtelierKit
import SwiftUI

struct KeyList: View {
    let model: ProviderModel

    var body: some View {
        Section {
            if model.status.keys.isEmpty { NoKey(isKeyRequired: model.status.isKeyRequired) }
            ForEach(model.status.keys) { key in
                KeyRow(model: model, key: key)
            }
            FieldProblem(message: model.status.problem)
            FieldProblem(message: model.problems[.keys])
        } header: {
            Text("Keys")
        }
    }
}

private struct NoKey: View {
    let isKeyRequired: Bool

    var body: some View {
        if isKeyRequired {
            Text("None: add one below.")
        } else {
            Text("None; most such servers need none.")
        }
    }
}

private struct KeyRow: View {
    let model: ProviderModel
    let key: KeyEntry
    @State private var isConfirmingRemoval = false

    var body: some View {
        HStack(spacing: 10) {
            VStack(alignment: .leading, spacing: 2) {
                HStack(spacing: 6) {
                    if let name = key.name { Text(verbatim: name) }
                    Text(verbatim: key.masked)
                        .monospaced()
                }
                Text("From \(key.source)")
                    .font(.caption)
                    .foregroundStyle(.secondary)
                verdict
                FieldProblem(message: key.problem)
            }
            Spacer(minLength: 0)
            if key.isInUse {
                Label("In use", systemImage: "checkmark.circle.fill")
                    .foregroundStyle(.green)
            } else if key.isSaved {
                Button("Use") { Task { await model.useKey(key) } }
                    .accessibilityLabel("Use key \(key.name ?? "")")
            }
            if key.isSaved || key.isInUse {
                Button("Check") { Task { await model.checkKey(key) } }
                    .accessibilityLabel("Check key \(key.name ?? key.source)")
                    .help("Ask the provider whether it accepts this key")
            }
            if key.isSaved {
                Button("Remove…", role: .destructive) { isConfirmingRemoval = true }
                    .accessibilityLabel("Remove key \(key.name ?? "")…")
            }
        }
        .disabled(model.isBusy)
        .confirmationDialog(
            "Remove the saved key?",
            isPresented: $isConfirmingRemoval,
            titleVisibility: .visible
        ) {
            Button("Remove Key", role: .destructive) { Task { await model.removeKey(key) } }
            Button("Cancel", role: .cancel) {}
        } message: {
            Text("Atelier can’t show it again. You can save another one at any time.")
        }
    }
}

extension KeyRow {
    /// What the provider said of it, now or the last time.
    @ViewBuilder private var verdict: some View {
        switch model.verdicts[key.id] {
        case true?:
            Text("\(model.status.name) accepts it.")
                .font(.caption)
                .foregroundStyle(.green)
        case false?:
            FieldProblem(message: "\(model.status.name) does not accept this key: save another one.")
        case nil:
            if let date = key.lastAccepted {
                Text("Accepted on \(date.formatted(date: .abbreviated, time: .omitted))")
                    .font(.caption)
                    .foregroundStyle(.secondary)
            }
        }
    }
}

struct NewKey: View {
    @Bindable var model: ProviderModel

    var body: some View {
        Section {
            SecureField("New key", text: $model.keyDraft, prompt: Text("Paste a key"))
                .onSubmit { Task { await model.saveKey() } }
            TextField("Name", text: $model.keyNameDraft, prompt: Text(verbatim: KeyEntry.defaultName))
                .autocorrectionDisabled()
                .onSubmit { Task { await model.saveKey() } }
            FieldProblem(message: model.problems[.newKey])
            HStack {
                Spacer()
                Button("Save Key") { Task { await model.saveKey() } }
                    .disabled(!model.canSaveKey)
            }
        } footer: {
            Text("A key that you save here is kept in the system’s credential store and wins over one found elsewhere.")
        }
    }
}

#Preview {
    Form {
        KeyList(model: PreviewData.provider("openai"))
        NewKey(model: PreviewData.provider("openai"))
    }
    .formStyle(.grouped)
    .frame(width: 500)
}
