// The choice of a model for a session: in the composer, and in the menu bar.
import AtelierKit
import SwiftUI

/// A button that names who answers the next prompt and opens the choice of another.
struct ModelMenu: View {
    let chat: ChatModel
    let settings: SettingsModel

    var body: some View {
        Menu {
            ModelItems(chat: chat, settings: settings)
        } label: {
            Text(verbatim: name)
        }
        .menuStyle(.button)
        .buttonStyle(.borderless)
        .fixedSize()
        .accessibilityLabel("Model: \(name)")
        .help("Who answers the next prompts of this session")
        .accessibilityIdentifier("model-menu")
    }

    private var name: String {
        guard let next = chat.choice ?? settings.settings?.active else { return "…" }
        return settings.models.name(of: next)
    }
}

/// The models by provider: those of the one that answers, then of others that can be asked, then the rest and why not.
struct ModelItems: View {
    let chat: ChatModel
    let settings: SettingsModel
    @Environment(\.openSettings) private var openSettings

    var body: some View {
        standardItem
        ForEach(available.prefix(1)) { section in
            Section(section.name) { items(of: section) }
        }
        Divider()
        ForEach(available.dropFirst()) { section in
            Menu(section.name) { items(of: section) }
        }
        ForEach(settings.models.sections.filter { !$0.isAvailable }) { section in
            Menu("\(section.name): \(reason(section))") {
                items(of: section)
                    .disabled(true)
            }
        }
        ModelItem(chat: chat, model: .demo, name: "Demo", facts: "Scripted answers, offline")
        Divider()
        Menu("Thinking") { EffortItems(chat: chat, settings: settings) }
        Button("Other Model…") { chat.beginOtherModel(like: chat.choice ?? settings.settings?.active) }
        Button("Refresh Models") { Task { await settings.models.refresh() } }
            .disabled(settings.models.isRefreshing)
        Button("Providers and Keys…") { openSettings() }
    }

    /// Who can be asked, the one that answers first.
    private var available: [ModelsModel.Section] {
        let answering = (chat.choice ?? settings.settings?.active)?.provider
        let available = settings.models.sections.filter(\.isAvailable)
        return available.filter { $0.id == answering } + available.filter { $0.id != answering }
    }

    private var standardItem: some View {
        let name = settings.settings.map { settings.models.name(of: $0.active) }
        return ModelItem(chat: chat, model: nil, name: "As in Settings", facts: name)
    }

    private func items(of section: ModelsModel.Section) -> some View {
        ForEach(section.models) { entry in
            ModelItem(chat: chat, model: entry.id, name: entry.label, facts: entry.facts)
        }
    }

    private func reason(_ section: ModelsModel.Section) -> String {
        settings.settings?.status(of: section.id)?.problem == nil ? "no key" : "needs attention"
    }
}

/// One model, marked while it is the one that was chosen.
private struct ModelItem: View {
    let chat: ChatModel
    /// Nil leaves it to the settings.
    let model: ActiveModel?
    let name: String
    let facts: String?

    var body: some View {
        // A toggle shows the mark; choosing what is chosen already changes nothing.
        Toggle(isOn: Binding(get: { chat.choice == model }, set: { _ in chat.choice = model })) {
            Text(verbatim: name)
            if let facts { Text(verbatim: facts) }
        }
    }
}

/// How hard the session's model thinks.
private struct EffortItems: View {
    let chat: ChatModel
    let settings: SettingsModel

    var body: some View {
        EffortItem(chat: chat, effort: nil, name: "Set in Settings", facts: settings.agents.settings?.effort?.title)
        ForEach(Effort.allCases, id: \.self) { effort in
            EffortItem(chat: chat, effort: effort, name: effort.title, facts: nil)
        }
    }
}

private struct EffortItem: View {
    let chat: ChatModel
    /// Nil leaves it to the settings.
    let effort: Effort?
    let name: String
    let facts: String?

    var body: some View {
        Toggle(isOn: Binding(get: { chat.effort == effort }, set: { _ in chat.effort = effort })) {
            Text(verbatim: name)
            if let facts { Text(verbatim: facts) }
        }
    }
}

#Preview {
    ModelMenu(chat: PreviewData.finishedChat, settings: PreviewData.settings)
        .padding()
}
