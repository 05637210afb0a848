// Where prompts are written and turns are stopped.
import AtelierKit
import SwiftUI

struct ComposerView: View {
    @Bindable var model: ChatModel
    let settings: SettingsModel
    let folders: FoldersModel?
    @FocusState private var isFocused: Bool
    @Environment(\.desktop) private var desktop

    var body: some View {
        VStack(alignment: .leading, spacing: 8) {
            CommandNotes(model: model)
            CommandList(model: model)
            MentionList(model: model)
            HStack(alignment: .bottom, spacing: 8) {
                TextField("Message", text: $model.draft, prompt: Text("Ask anything…"), axis: .vertical)
                    .textFieldStyle(.plain)
                    .lineLimit(1...10)
                    .focused($isFocused)
                    .onSubmit { Task { await model.send() } }
                    .onKeyPress(keys: [.return], phases: .down) { press in insertLineBreak(press) }
                    .onKeyPress(.tab, phases: .down) { _ in completeFirst() }
                if model.isRunning { stopButton }
                // While a turn runs, what is written is queued.
                if !model.isRunning || !model.draft.isEmpty { sendButton }
            }
            ComposerCaption(model: model, settings: settings, folders: folders)
        }
        .padding(12)
        .background(.bar)
        .onAppear { isFocused = true }
        .task(id: model.isNamingCommand) { await model.loadCommands() }
        .task(id: model.mentionedLetters) { await model.findMentionedFiles() }
    }

    private var sendButton: some View {
        Button("Send", systemImage: "arrow.up.circle.fill") { Task { await model.send() } }
            .labelStyle(.iconOnly)
            .buttonStyle(.borderless)
            .font(.title2)
            .disabled(!model.canSend)
            .help(model.isRunning ? "Queue for the agent’s next step (Return or ⌘↩)" : "Send (Return or ⌘↩)")
    }

    private var stopButton: some View {
        Button("Stop", systemImage: "stop.circle.fill") { Task { await model.stop() } }
            .labelStyle(.iconOnly)
            .buttonStyle(.borderless)
            .font(.title2)
            .help("Stop the answer (⌘.)")
    }

    /// Writes out what is offered first: a command, or a file.
    private func completeFirst() -> KeyPress.Result {
        if model.complete() || model.mention() { return .handled }
        guard !model.offeredFiles.isEmpty else { return .ignored }
        // Somebody types faster than files are found.
        Task { await model.mentionBest() }
        return .handled
    }

    /// Return sends; with Shift it starts a new line, as Option-Return does by itself.
    private func insertLineBreak(_ press: KeyPress) -> KeyPress.Result {
        guard press.modifiers.contains(.shift), let desktop else { return .ignored }
        desktop.insertLineBreak()
        return .handled
    }
}

/// Who answers, where the agent works, how far it may go, and how full the model's window is.
private struct ComposerCaption: View {
    let model: ChatModel
    let settings: SettingsModel
    let folders: FoldersModel?
    @Environment(\.openSettings) private var openSettings

    /// Of the model that answered last.
    private var window: UInt64? { model.answering.flatMap(settings.models.contextWindow) }

    var body: some View {
        HStack(spacing: 8) {
            ModelMenu(chat: model, settings: settings)
            if let folders { FolderMenu(chat: model, folders: folders) }
            if model.project != nil { ModeMenu(chat: model, agents: settings.agents) }
            if (model.choice ?? settings.settings?.active)?.isDemo == true {
                Label("Demo model: scripted answers, offline.", systemImage: "theatermasks")
                Button("Use a Real Model…") { openSettings() }
                    .buttonStyle(.link)
            }
            Spacer()
            if let tokens = model.transcript.contextTokens, let window {
                ContextMeter(chat: model, tokens: tokens, window: window)
            }
        }
        .font(.caption)
        .foregroundStyle(.secondary)
    }
}
