// Settings: what is configured, where files are, what is missing and how to mend it.
import AtelierKit
import SwiftUI

struct DiagnosticsView: View {
    let model: SettingsModel
    @Environment(\.desktop) private var desktop

    var body: some View {
        Form {
            Section {
                ForEach(model.diagnostics) { line in
                    DiagnosticRow(line: line)
                }
                FieldProblem(message: model.problems[.diagnostics])
            }
            HStack {
                Spacer()
                if let desktop {
                    Button("Copy Report") { desktop.copy(model.report) }
                        .disabled(model.diagnostics.isEmpty)
                }
                Button("Check Again") { Task { await model.loadDiagnostics() } }
                    .disabled(model.isBusy)
            }
        }
        .formStyle(.grouped)
        .task { await model.loadDiagnostics() }
    }
}

private struct DiagnosticRow: View {
    let line: Diagnostic
    @Environment(\.desktop) private var desktop

    var body: some View {
        HStack(alignment: .firstTextBaseline, spacing: 10) {
            levelIcon
            VStack(alignment: .leading, spacing: 2) {
                Text(verbatim: line.subject)
                    .font(.headline)
                Text(verbatim: line.finding)
                    .textSelection(.enabled)
                if let remedy = line.remedy {
                    Text(verbatim: remedy)
                        .foregroundStyle(.secondary)
                        .textSelection(.enabled)
                }
            }
            .frame(maxWidth: .infinity, alignment: .leading)
            if let path = line.path, let desktop {
                Button("Show in Finder", systemImage: "folder") { desktop.reveal(path: path) }
                    .labelStyle(.iconOnly)
                    .buttonStyle(.borderless)
                    .help("Show in Finder")
            }
        }
    }

    @ViewBuilder private var levelIcon: some View {
        switch line.level {
        case .good:
            Image(systemName: "checkmark.circle.fill")
                .foregroundStyle(.green)
                .accessibilityLabel("Good")
        case .notice:
            Image(systemName: "info.circle.fill")
                .foregroundStyle(.blue)
                .accessibilityLabel("Notice")
        case .problem:
            Image(systemName: "exclamationmark.triangle.fill")
                .foregroundStyle(.orange)
                .accessibilityLabel("Problem")
        }
    }
}

#Preview {
    DiagnosticsView(model: PreviewData.settings)
        .frame(width: 540)
}
