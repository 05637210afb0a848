// The slash commands that begin with what is being typed.
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
            .padding(8)
            .background(.quaternary, in: .rect(cornerRadius: 8))
            .accessibilityElement(children: .contain)
            .accessibilityLabel("Commands")
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

#Preview {
    ChatView(model: PreviewData.commandChat, settings: PreviewData.settings)
        .frame(width: 700, height: 400)
}
