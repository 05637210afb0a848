// The Settings window.
import AtelierKit
import SwiftUI

/// Who answers, with which key, and how things stand.
public struct SettingsView: View {
    private enum Pane: Hashable { case model, providers, diagnostics }

    private let model: SettingsModel
    @State private var pane = Pane.model

    public init(model: SettingsModel) { self.model = model }

    public var body: some View {
        TabView(selection: $pane) {
            ModelSettings(model: model)
                .tabItem { Label("Model", systemImage: "sparkles") }
                .tag(Pane.model)
            ProviderSettings(model: model)
                .tabItem { Label("Providers", systemImage: "key") }
                .tag(Pane.providers)
            DiagnosticsView(model: model)
                .tabItem { Label("Diagnostics", systemImage: "stethoscope") }
                .tag(Pane.diagnostics)
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
