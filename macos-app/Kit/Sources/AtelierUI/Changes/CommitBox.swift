// The commit that is being written.
import AtelierKit
import SwiftUI

struct CommitBox: View {
    @Bindable var model: CommitModel

    var body: some View {
        VStack(alignment: .leading, spacing: 8) {
            HStack(alignment: .top, spacing: 6) {
                TextField("Commit message", text: $model.message, prompt: Text("What does it do?"), axis: .vertical)
                    .textFieldStyle(.roundedBorder)
                    .lineLimit(2...8)
                Button("Suggest a Message", systemImage: "sparkles") { Task { await model.suggest() } }
                    .labelStyle(.iconOnly)
                    .buttonStyle(.borderless)
                    .help("Let the model write the message")
                    .disabled(!model.canSuggest)
            }
            if model.isSuggesting {
                ProgressView("The model writes a message…")
                    .controlSize(.small)
            }
            HStack(spacing: 8) {
                IdentityMenu(model: model)
                Spacer(minLength: 0)
                Toggle("Amend", isOn: Binding(get: { model.amends }, set: { amend($0) }))
                    .toggleStyle(.checkbox)
                    .help("Take the place of the last commit")
            }
            HStack(spacing: 8) {
                Spacer(minLength: 0)
                Button("Commit and Push") { Task { await model.commitAndPush() } }
                    .disabled(!model.canCommit)
                Button(model.amends ? "Amend Commit" : "Commit") { Task { await model.commit() } }
                    .buttonStyle(.borderedProminent)
                    .disabled(!model.canCommit)
            }
        }
        .padding(12)
        .task { await model.load() }
    }

    private func amend(_ amends: Bool) { Task { await model.setAmends(amends) } }
}

/// Who commits, and who else could.
private struct IdentityMenu: View {
    let model: CommitModel
    @Environment(\.openSettings) private var openSettings

    var body: some View {
        Menu {
            ForEach(model.identities) { identity in
                Toggle(isOn: Binding(get: { isCurrent(identity) }, set: { _ in choose(identity) })) {
                    Text(verbatim: identity.name)
                    Text(verbatim: identity.userEmail)
                }
            }
            Divider()
            Button("Identities…") { openSettings() }
        } label: {
            Label(model.author, systemImage: "person.crop.circle")
        }
        .menuStyle(.button)
        .buttonStyle(.borderless)
        .fixedSize()
        .accessibilityLabel("Committing as \(model.author)")
        .help(model.identity?.userEmail ?? "Git knows no name and address to commit with")
        .accessibilityIdentifier("identity-menu")
    }

    private func isCurrent(_ identity: GitIdentity) -> Bool {
        identity.userName == model.identity?.userName && identity.userEmail == model.identity?.userEmail
    }

    private func choose(_ identity: GitIdentity) { Task { await model.choose(identity) } }
}

#Preview { CommitBox(model: PreviewData.workspace.commit).frame(width: 320) }
