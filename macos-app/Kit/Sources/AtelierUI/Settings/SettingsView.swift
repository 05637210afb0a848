// The Settings window.
import AtelierKit
import SwiftUI

/// Who answers, with which key, and how things stand.
public struct SettingsView: View {
    private enum Pane: Hashable {
        case model, providers, agents, rules, servers, folders, identities
        case terminal, diagnostics
    }

    private let model: SettingsModel
    private let folders: FoldersModel?
    @State private var pane = Pane.model

    /// The settings; those of the folders are left out where there are none.
    public init(model: SettingsModel, folders: FoldersModel? = nil) {
        self.model = model
        self.folders = folders
    }

    public var body: some View {
        TabView(selection: $pane) {
            ModelSettings(model: model)
                .tabItem { Label("Model", systemImage: "sparkles") }
                .tag(Pane.model)
            ProviderSettings(model: model)
                .tabItem { Label("Providers", systemImage: "key") }
                .tag(Pane.providers)
            AgentSettingsView(model: model.agents)
                .tabItem { Label("Agents", systemImage: "person.2") }
                .tag(Pane.agents)
            RuleSettings(model: model.rules, folders: folders)
                .tabItem { Label("Rules", systemImage: "hand.raised") }
                .tag(Pane.rules)
            MCPSettings(model: model.servers, folders: folders)
                .tabItem { Label("Servers", systemImage: "wrench.and.screwdriver") }
                .tag(Pane.servers)
            if let folders {
                FolderSettings(model: folders)
                    .tabItem { Label("Folders", systemImage: "folder") }
                    .tag(Pane.folders)
            }
            IdentitySettings(model: model.identities)
                .tabItem { Label("Identities", systemImage: "person.crop.circle") }
                .tag(Pane.identities)
            TerminalSettings(kept: model.keptTerminals)
                .tabItem { Label("Terminal", systemImage: "terminal") }
                .tag(Pane.terminal)
            DiagnosticsView(model: model)
                .tabItem { Label("Diagnostics", systemImage: "stethoscope") }
                .tag(Pane.diagnostics)
        }
        // A folder that was added from the menu and can't be used is told here.
        .onChange(of: folders?.problem, initial: true) {
            if folders?.problem != nil { pane = .folders }
        }
        .task { await model.load() }
        .task { await model.follow() }
    }
}

/// What the core said about a field, under that field.
struct FieldProblem: View {
    let message: String?

    var body: some View {
        if let message {
            Label {
                Text(verbatim: message)
                    .textSelection(.enabled)
            } icon: {
                Image(systemName: "exclamationmark.circle.fill")
            }
            .foregroundStyle(.red)
            .font(.callout)
        }
    }
}

#Preview("Settings") {
    SettingsView(model: PreviewData.settings)
        .frame(width: 700)
}
