// The foot of a transcript: that a turn runs and nothing has come yet, or why it ended early.
import AtelierKit
import SwiftUI

struct TurnFooter: View {
    let model: ChatModel

    var body: some View {
        if model.isRunning {
            if model.messages.last?.progress != .streaming {
                ProgressView("Waiting for the model…")
                    .controlSize(.small)
            }
        } else if let ending = model.ending {
            note(of: ending)
                .font(.callout)
                .foregroundStyle(.secondary)
        }
    }

    @ViewBuilder private func note(of ending: TurnEnding) -> some View {
        switch (ending.outcome, ending.stopReason) {
        case (.interrupted, _):
            Label("Stopped. What had come is kept.", systemImage: "stop.circle")
        case (.completed, .maxTokens):
            Label("The answer reached the model’s output limit. Ask it to go on.", systemImage: "text.badge.xmark")
        case (.completed, .contextWindow):
            Label(
                "The conversation no longer fits the model’s memory. Start a new session.",
                systemImage: "text.badge.xmark"
            )
        case (.completed, .refusal):
            Label("The model declined to answer.", systemImage: "hand.raised")
        default:
            EmptyView()
        }
    }
}
