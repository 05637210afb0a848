// Settings: whether terminals come back, and what was kept of them.
import AtelierKit
import SwiftUI

struct KeptTerminalSettings: View {
    @Bindable var model: KeptTerminalsModel

    var body: some View {
        Section {
            Toggle(
                "Bring terminals back after a restart",
                isOn: Binding(
                    get: { model.isKeeping == true },
                    set: { areKept in Task { await model.keep(areKept) } }
                )
            )
            .disabled(model.isKeeping == nil)
            ForEach(model.kept) { terminal in
                KeptTerminalRow(terminal: terminal) { Task { await model.forget(terminal) } }
            }
            FieldProblem(message: model.problem)
        } footer: {
            Text(
                "What they show is then kept on this disk, for your account only. It may hold secrets that were printed. A terminal that you close is forgotten."
            )
        }
        .asking(model)
    }
}

/// A terminal that has not been opened again.
private struct KeptTerminalRow: View {
    let terminal: KeptTerminal
    let forget: @MainActor () -> Void

    var body: some View {
        HStack(spacing: 10) {
            VStack(alignment: .leading, spacing: 2) {
                Text(verbatim: terminal.title ?? terminal.folder.pathName)
                    .lineLimit(1)
                Text(verbatim: terminal.folder)
                    .font(.caption)
                    .foregroundStyle(.secondary)
                    .lineLimit(1)
            }
            Spacer(minLength: 0)
            Text(verbatim: terminal.savedAt.formatted(date: .abbreviated, time: .shortened))
                .font(.caption)
                .foregroundStyle(.secondary)
            Button("Forget", role: .destructive) { forget() }
                .accessibilityLabel("Forget the terminal in \(terminal.folder)")
        }
    }
}
