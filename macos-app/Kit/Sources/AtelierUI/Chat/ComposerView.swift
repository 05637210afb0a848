// Where prompts are written and turns are stopped.
import AtelierKit
import SwiftUI

struct ComposerView: View {
    @Bindable var model: ChatModel
    let settings: SettingsModel
    @FocusState private var isFocused: Bool
    @Environment(\.desktop) private var desktop

    var body: some View {
        VStack(alignment: .leading, spacing: 8) {
            HStack(alignment: .bottom, spacing: 8) {
                TextField("Message", text: $model.draft, prompt: Text("Ask anything…"), axis: .vertical)
                    .textFieldStyle(.plain)
                    .lineLimit(1...10)
                    .focused($isFocused)
                    .onSubmit { Task { await model.send() } }
                    .onKeyPress(keys: [.return], phases: .down) { press in insertLineBreak(press) }
                if model.isRunning { stopButton } else { sendButton }
            }
            ComposerCaption(model: model, settings: settings)
        }
        .padding(12)
        .background(.bar)
        .onAppear { isFocused = true }
    }

    private var sendButton: some View {
        Button("Send", systemImage: "arrow.up.circle.fill") { Task { await model.send() } }
            .labelStyle(.iconOnly)
            .buttonStyle(.borderless)
            .font(.title2)
            .disabled(!model.canSend)
            .help("Send (Return or ⌘↩)")
    }

    private var stopButton: some View {
        Button("Stop", systemImage: "stop.circle.fill") { Task { await model.stop() } }
            .labelStyle(.iconOnly)
            .buttonStyle(.borderless)
            .font(.title2)
            .help("Stop the answer (⌘.)")
    }

    /// Return sends; with Shift it starts a new line, as Option-Return does by itself.
    private func insertLineBreak(_ press: KeyPress) -> KeyPress.Result {
        guard press.modifiers.contains(.shift), let desktop else { return .ignored }
        desktop.insertLineBreak()
        return .handled
    }
}

/// Who answers.
private struct ComposerCaption: View {
    let model: ChatModel
    let settings: SettingsModel
    @Environment(\.openSettings) private var openSettings

    var body: some View {
        HStack(spacing: 8) {
            ModelMenu(chat: model, settings: settings)
            if (model.choice ?? settings.settings?.active)?.isDemo == true {
                Label("Demo model: scripted answers, offline.", systemImage: "theatermasks")
                Button("Use a Real Model…") { openSettings() }
                    .buttonStyle(.link)
            }
            Spacer()
        }
        .font(.caption)
        .foregroundStyle(.secondary)
    }
}
