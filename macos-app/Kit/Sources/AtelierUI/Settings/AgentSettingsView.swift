// Settings: how agents work, and how their commands are confined.
import AtelierKit
import SwiftUI

struct AgentSettingsView: View {
    @Bindable var model: AgentSettingsModel
    @State private var isConfirmingBypass = false

    var body: some View {
        Form {
            if let settings = model.settings {
                thinking(settings)
                sandbox(settings)
                if settings.confinement != .never { WritableFolders(model: model, folders: settings.writable) }
                LimitSettings(model: model)
                bypass(settings)
            }
            FieldProblem(message: model.problem)
        }
        .formStyle(.grouped)
        .task { await model.load() }
        .confirmationDialog(
            "Let agents work without asking?",
            isPresented: $isConfirmingBypass,
            titleVisibility: .visible
        ) {
            Button("Allow It", role: .destructive) { Task { await model.change { $0.allowsBypass = true } } }
            Button("Cancel", role: .cancel) {}
        } message: {
            Text("In that mode an agent runs any command and changes any file of its folder, and nobody is asked.")
        }
    }

    private func thinking(_ settings: AgentSettings) -> some View {
        Section {
            Picker(
                "Thinking",
                selection: Binding(
                    get: { settings.effort },
                    set: { effort in Task { await model.change { $0.effort = effort } } }
                )
            ) {
                Text("As Each Model Does").tag(Effort?.none)
                ForEach(Effort.allCases, id: \.self) { effort in
                    Text(verbatim: effort.title).tag(Effort?.some(effort))
                }
            }
        } footer: {
            Text("How hard models think. A session can have its own choice, in the menu of its model.")
        }
    }

    private func sandbox(_ settings: AgentSettings) -> some View {
        Section {
            Picker(
                "Commands run in a sandbox",
                selection: Binding(
                    get: { settings.confinement },
                    set: { confinement in Task { await model.change { $0.confinement = confinement } } }
                )
            ) {
                Text("Where Possible").tag(AgentSettings.Confinement.whenPossible)
                Text("Always").tag(AgentSettings.Confinement.always)
                Text("Never").tag(AgentSettings.Confinement.never)
            }
            if settings.confinement == .never {
                Label("Commands have all your rights.", systemImage: "lock.open")
                    .foregroundStyle(.orange)
            } else {
                Toggle(
                    "They may use the network",
                    isOn: Binding(
                        get: { settings.reachesNetwork },
                        set: { isOn in Task { await model.change { $0.reachesNetwork = isOn } } }
                    )
                )
            }
        } header: {
            Text("Sandbox")
        } footer: {
            Text("In the sandbox a command writes only in the session’s folder and in one for temporary files.")
        }
    }

    private func bypass(_ settings: AgentSettings) -> some View {
        Section {
            Toggle(
                "Offer the mode that asks nothing",
                isOn: Binding(
                    get: { settings.allowsBypass },
                    set: { isOn in
                        if isOn {
                            isConfirmingBypass = true
                        } else {
                            Task { await model.change { $0.allowsBypass = false } }
                        }
                    }
                )
            )
        } header: {
            Text("Without Asking")
        } footer: {
            Text("What rules forbid stays forbidden. Use it only for work that you could lose.")
        }
    }
}

/// More folders that confined commands may write in.
private struct WritableFolders: View {
    @Bindable var model: AgentSettingsModel
    let folders: [String]

    var body: some View {
        Section {
            ForEach(folders, id: \.self) { folder in
                HStack {
                    Text(verbatim: folder)
                        .frame(maxWidth: .infinity, alignment: .leading)
                    Button("Remove", systemImage: "xmark") { Task { await model.removeFolder(folder) } }
                        .labelStyle(.iconOnly)
                        .buttonStyle(.borderless)
                        .help("Commands may no longer write there")
                        .accessibilityLabel("Remove \(folder)")
                }
            }
            HStack {
                TextField("Folder", text: $model.folderDraft, prompt: Text(verbatim: "~/.cache"))
                    .autocorrectionDisabled()
                    .onSubmit { Task { await model.addFolder() } }
                Button("Add") { Task { await model.addFolder() } }
                    .disabled(!model.canAddFolder)
            }
        } header: {
            Text("Commands May Also Write In")
        }
    }
}

extension Effort {
    /// What menus call it.
    var title: String {
        switch self {
        case .nothing: "Not at All"
        case .minimal: "Hardly"
        case .low: "A Little"
        case .medium: "Medium"
        case .high: "Much"
        case .veryHigh: "Very Much"
        case .max: "Without Restraint"
        }
    }
}

#Preview("Agents") {
    AgentSettingsView(model: PreviewData.settings.agents)
        .frame(width: 600)
}
