// One message of a transcript.
import AtelierKit
import SwiftUI

struct MessageRow: View {
    let message: ChatMessage
    let model: ChatModel
    @Environment(\.desktop) private var desktop

    var body: some View {
        if !message.isSecret {
            VStack(alignment: .leading, spacing: 6) {
                Group {
                    switch message.content {
                    case .text: SpokenMessage(message: message)
                    case .thinking: ThinkingMessage(message: message)
                    }
                }
                .contextMenu {
                    if let desktop {
                        Button("Copy") { desktop.copy(message.text) }
                    }
                    if message.role == .user { PromptActions(message: message, model: model) }
                }
                if model.target == message.id {
                    Label("Found here", systemImage: "magnifyingglass")
                        .font(.caption)
                        .foregroundStyle(.tint)
                        .padding(.leading, 30)
                }
                if let receipt = message.receipt {
                    TurnReceipt(totals: receipt)
                        .padding(.leading, 30)
                }
            }
            .padding(model.target == message.id ? 8 : 0)
            .background(
                model.target == message.id ? AnyShapeStyle(.orange.opacity(0.15)) : AnyShapeStyle(.clear),
                in: .rect(cornerRadius: 8)
            )
        }
    }
}

/// A prompt or an answer.
private struct SpokenMessage: View {
    let message: ChatMessage

    var body: some View {
        HStack(alignment: .top, spacing: 10) {
            Image(systemName: message.role == .user ? "person.crop.circle" : "sparkles")
                .font(.title3)
                .foregroundStyle(message.role == .user ? AnyShapeStyle(.secondary) : AnyShapeStyle(.tint))
                .accessibilityHidden(true)
            VStack(alignment: .leading, spacing: 6) {
                AuthorLabel(message: message)
                BlockList(blocks: message.blocks)
                MessageProgress(progress: message.progress)
            }
            .frame(maxWidth: .infinity, alignment: .leading)
        }
        .accessibilityElement(children: .contain)
        .accessibilityLabel(message.role == .user ? "Prompt" : "Answer")
    }
}

private struct AuthorLabel: View {
    let message: ChatMessage

    var body: some View {
        Group {
            switch message.author {
            case nil: Text("You")
            case .some(let author) where author.isDemo: Text("Demo model")
            case .some(let author): Text(verbatim: author.model)
            }
        }
        .font(.headline)
        .accessibilityAddTraits(.isHeader)
    }
}

/// The model's reasoning; shown when the reader asks for it.
private struct ThinkingMessage: View {
    @Bindable var message: ChatMessage

    var body: some View {
        DisclosureGroup(isExpanded: $message.isExpanded) {
            VStack(alignment: .leading, spacing: 6) {
                BlockList(blocks: message.blocks)
                    .foregroundStyle(.secondary)
                if message.progress == .cutOff { MessageProgress(progress: .cutOff) }
            }
            .frame(maxWidth: .infinity, alignment: .leading)
            .padding(.top, 4)
        } label: {
            Label(message.progress == .streaming ? "Thinking…" : "Thinking", systemImage: "brain")
                .foregroundStyle(.secondary)
        }
        .padding(.leading, 30)
    }
}

/// Says that a message still grows, or that it was cut off.
private struct MessageProgress: View {
    let progress: ChatMessage.Progress

    var body: some View {
        switch progress {
        case .streaming:
            ProgressView()
                .controlSize(.small)
                .accessibilityLabel("Writing")
        case .complete:
            EmptyView()
        case .cutOff:
            Label("Cut off", systemImage: "scissors")
                .font(.caption)
                .foregroundStyle(.secondary)
                .help("The answer ended before the model had finished")
        }
    }
}
