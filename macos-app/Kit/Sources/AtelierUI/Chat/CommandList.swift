// The slash commands that begin with what is being typed, and what there is to know about one that was sent.
import AtelierKit
import SwiftUI

struct CommandList: View {
    let model: ChatModel

    var body: some View {
        if !model.offeredCommands.isEmpty {
            VStack(alignment: .leading, spacing: 2) {
                ForEach(model.offeredCommands) { command in
                    CommandRow(command: command) { model.complete(command) }
                }
            }
            .besideComposer("Commands")
        }
    }
}

private struct CommandRow: View {
    let command: SlashCommand
    let choose: @MainActor () -> Void

    var body: some View {
        Button {
            choose()
        } label: {
            HStack(spacing: 8) {
                Text(verbatim: "/\(command.name)")
                    .font(.callout.monospaced())
                if let arguments = command.arguments {
                    Text(verbatim: arguments)
                        .font(.caption)
                        .foregroundStyle(.secondary)
                }
                Text(verbatim: command.problem ?? command.summary)
                    .font(.callout)
                    .foregroundStyle(command.problem == nil ? AnyShapeStyle(.secondary) : AnyShapeStyle(.orange))
                    .lineLimit(1)
                    .frame(maxWidth: .infinity, alignment: .leading)
            }
        }
        .buttonStyle(.plain)
        .help("From \(command.source)")
    }
}

/// What the person should know about the command that was sent last.
struct CommandNotes: View {
    let model: ChatModel

    var body: some View {
        if !model.commandNotes.isEmpty {
            HStack(alignment: .top, spacing: 8) {
                VStack(alignment: .leading, spacing: 4) {
                    ForEach(model.commandNotes, id: \.self) { note in
                        Label(note, systemImage: "info.circle.fill")
                    }
                }
                .frame(maxWidth: .infinity, alignment: .leading)
                Button("Dismiss", systemImage: "xmark") { model.dismissCommandNotes() }
                    .labelStyle(.iconOnly)
                    .buttonStyle(.borderless)
                    .help("Dismiss these notes")
            }
            .font(.callout)
            .foregroundStyle(.secondary)
            .besideComposer("About the command")
        }
    }
}

#Preview {
    ChatView(model: PreviewData.commandChat, settings: PreviewData.settings)
        .frame(width: 700, height: 400)
}
