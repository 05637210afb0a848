// Settings: the providers, each with its key and its server.
import AtelierKit
import SwiftUI

/// The providers at the side, the chosen one beside them.
struct ProviderSettings: View {
    let model: SettingsModel
    @State private var selection: ProviderID?

    var body: some View {
        HStack(spacing: 0) {
            List(selection: $selection) {
                ForEach(model.providers) { provider in
                    ProviderRow(status: provider.status)
                }
            }
            .listStyle(.sidebar)
            .frame(width: 200)
            .accessibilityLabel("Providers")
            Divider()
            if let provider = chosen {
                ProviderForm(model: provider)
                    .id(provider.id)
            } else {
                Form { FieldProblem(message: model.problems[.loading]) }
                    .formStyle(.grouped)
            }
        }
        .onChange(of: model.providers.isEmpty, initial: true) {
            if selection == nil { selection = firstToShow?.id }
        }
    }

    private var chosen: ProviderModel? { model.providers.first { $0.id == selection } }

    /// The one that answers, else the first.
    private var firstToShow: ProviderModel? {
        model.providers.first { $0.id == model.settings?.active.provider } ?? model.providers.first
    }
}

private struct ProviderRow: View {
    let status: ProviderStatus

    var body: some View {
        HStack(spacing: 8) {
            VStack(alignment: .leading, spacing: 2) {
                Text(verbatim: status.name)
                state
                    .font(.caption)
                    .foregroundStyle(.secondary)
            }
            Spacer(minLength: 0)
            if status.problem != nil {
                Image(systemName: "exclamationmark.triangle.fill")
                    .foregroundStyle(.orange)
                    .accessibilityLabel("Problem")
            } else if status.isReady {
                Image(systemName: "checkmark.circle.fill")
                    .foregroundStyle(.green)
                    .accessibilityLabel("Ready")
            }
        }
    }

    @ViewBuilder private var state: some View {
        if status.problem != nil {
            Text("Needs attention")
        } else if status.masked != nil {
            Text("Has a key")
        } else if status.isReady {
            Text("Needs no key")
        } else if status.isKeyRequired {
            Text("No key")
        } else {
            Text("No base URL")
        }
    }
}

#Preview {
    ProviderSettings(model: PreviewData.settings)
        .frame(width: 700)
}
