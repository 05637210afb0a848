// Settings: who the person commits as.
import AtelierKit
import SwiftUI

struct IdentitySettings: View {
    @Bindable var model: IdentitiesModel

    var body: some View {
        Form {
            Section {
                if model.identities.isEmpty { Text("No identity has been added yet.") }
                ForEach(model.identities) { IdentityRow(model: model, identity: $0) }
                FieldProblem(message: model.editing == nil ? model.problem : nil)
            } header: {
                Text("Identities for Commits")
            } footer: {
                Text(verbatim: global)
            }
            HStack {
                Spacer()
                Button("Add Identity…") { model.beginCreating() }
            }
        }
        .formStyle(.grouped)
        .task { await model.load() }
        .asking(model)
        .sheet(item: $model.editing) { _ in IdentitySheet(model: model) }
    }

    private var global: String {
        guard let name = model.global?.userName, let address = model.global?.userEmail else {
            return "Git has no name and address for all repositories. Choose an identity under Changes."
        }
        return "Where none is chosen, git commits as \(name) <\(address)>."
    }
}

private struct IdentityRow: View {
    let model: IdentitiesModel
    let identity: GitIdentity

    var body: some View {
        HStack(spacing: 10) {
            VStack(alignment: .leading, spacing: 2) {
                Text(verbatim: identity.name)
                Text(verbatim: "\(identity.userName) <\(identity.userEmail)>")
                    .font(.caption)
                    .foregroundStyle(.secondary)
                if let key = identity.sshKey {
                    Text(verbatim: key)
                        .font(.caption)
                        .foregroundStyle(.secondary)
                }
            }
            Spacer(minLength: 0)
            Button("Edit…") { model.beginEditing(identity) }
                .accessibilityLabel("Edit identity \(identity.name)…")
            Button("Delete…", role: .destructive) { model.askToDelete(identity) }
                .accessibilityLabel("Delete identity \(identity.name)…")
        }
    }
}

private struct IdentitySheet: View {
    @Bindable var model: IdentitiesModel

    var body: some View {
        VStack(alignment: .leading, spacing: 12) {
            Text("Identity")
                .font(.headline)
                .accessibilityAddTraits(.isHeader)
            Form {
                TextField("Identity name", text: text(\.name), prompt: Text("Work"))
                TextField("Author name", text: text(\.userName))
                TextField("Mail address", text: text(\.userEmail))
                    .autocorrectionDisabled()
                TextField("SSH key", text: key, prompt: Text("As git is set up"))
                    .autocorrectionDisabled()
            }
            FieldProblem(message: model.problem)
            HStack {
                Spacer()
                Button("Cancel", role: .cancel) { model.editing = nil }
                    .keyboardShortcut(.cancelAction)
                Button("Save Identity") { Task { await model.save() } }
                    .keyboardShortcut(.defaultAction)
                    .disabled(!model.canSave)
            }
        }
        .padding(20)
        .frame(width: 440)
    }

    private func text(_ field: WritableKeyPath<GitIdentity, String>) -> Binding<String> {
        Binding(get: { model.editing?[keyPath: field] ?? "" }, set: { model.editing?[keyPath: field] = $0 })
    }

    private var key: Binding<String> {
        Binding(get: { model.editing?.sshKey ?? "" }, set: { model.editing?.sshKey = $0 })
    }
}

#Preview { IdentitySettings(model: PreviewData.identitiesModel).frame(width: 600, height: 400) }
