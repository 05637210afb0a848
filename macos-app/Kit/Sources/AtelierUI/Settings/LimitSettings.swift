// Settings: how much a turn may take, and who else is told that the person is wanted.
import AtelierKit
import SwiftUI

struct LimitSettings: View {
    @Bindable var model: AgentSettingsModel

    var body: some View {
        Section {
            number("Answers of the model", $model.drafts.answers, prompt: "50")
            number("Tokens", $model.drafts.tokens, prompt: "No limit")
            number("Seconds", $model.drafts.seconds, prompt: "No limit")
            SaveDrafts(title: "Save Limits", model: model)
        } header: {
            Text("A Turn Ends After")
        } footer: {
            Text("What has come until then is kept, and you can ask the agent to go on.")
        }
        Section {
            TextField(
                "Program",
                text: $model.drafts.program,
                prompt: Text(verbatim: "/usr/local/bin/tell-me"),
                axis: .vertical
            )
            .autocorrectionDisabled()
            SaveDrafts(title: "Save Program", model: model)
        } header: {
            Text("When You Are Wanted, Also Run")
        } footer: {
            Text("An absolute path, then arguments, one a line. As the last one it gets what happened, as JSON.")
        }
    }

    private func number(_ name: LocalizedStringKey, _ text: Binding<String>, prompt: LocalizedStringKey) -> some View {
        TextField(name, text: text, prompt: Text(prompt))
            .onSubmit { Task { await model.saveDrafts() } }
    }
}

private struct SaveDrafts: View {
    let title: LocalizedStringKey
    let model: AgentSettingsModel

    var body: some View {
        HStack {
            Spacer()
            Button(title) { Task { await model.saveDrafts() } }
                .disabled(!model.canSaveDrafts)
        }
    }
}

#Preview("Limits") {
    Form { LimitSettings(model: PreviewData.settings.agents) }
        .formStyle(.grouped)
        .frame(width: 600)
}
