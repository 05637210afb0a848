// The foot of a transcript: that a turn runs and nothing has come yet, what it waits for, or why it ended early.
import AtelierKit
import SwiftUI

struct TurnFooter: View {
    let model: ChatModel

    var body: some View {
        if model.isCompacting {
            ProgressView("The model summarises the conversation…")
                .controlSize(.small)
        } else if let waiting = model.waiting {
            WaitNote(waiting: waiting) { Task { await model.stop() } }
        } else if model.isRunning {
            if model.messages.last?.progress != .streaming, !isActing {
                ProgressView("Waiting for the model…")
                    .controlSize(.small)
            }
        } else if let ending = model.ending {
            note(of: ending)
                .font(.callout)
                .foregroundStyle(.secondary)
        }
    }

    /// A call shows by itself that something goes on.
    private var isActing: Bool {
        if case .call(let call) = model.transcript.items.last { call.isOpen } else { false }
    }

    @ViewBuilder private func note(of ending: TurnEnding) -> some View {
        switch (ending.outcome, ending.stopReason) {
        case (_, .timeLimit):
            Label("The turn has lasted as long as it may. Ask the agent to go on.", systemImage: "clock")
        case (_, .tokenLimit):
            Label(
                "The turn has taken as many tokens as it may. Ask the agent to go on.",
                systemImage: "text.badge.xmark"
            )
        case (.interrupted, _):
            Label("Stopped. What had come is kept.", systemImage: "stop.circle")
        case (.completed, .maxTokens):
            Label("The answer reached the model’s output limit. Ask it to go on.", systemImage: "text.badge.xmark")
        case (.completed, .contextWindow):
            Label(
                "The conversation no longer fits the model’s memory. Start a new session.",
                systemImage: "text.badge.xmark"
            )
        case (.completed, .turnLimit):
            Label("The agent has used as many steps as a turn has. Ask it to go on.", systemImage: "text.badge.xmark")
        case (.completed, .refusal):
            Label("The model declined to answer.", systemImage: "hand.raised")
        default:
            EmptyView()
        }
    }
}

/// Why nothing happens for a while, and a way out.
private struct WaitNote: View {
    let waiting: ModelWait
    let stop: @MainActor () -> Void

    var body: some View {
        HStack(alignment: .firstTextBaseline, spacing: 10) {
            Label {
                Text(verbatim: waiting.sentence)
                    .textSelection(.enabled)
            } icon: {
                Image(systemName: "clock.arrow.circlepath")
            }
            .foregroundStyle(.secondary)
            Button("Stop Waiting") { stop() }
                .controlSize(.small)
        }
        .font(.callout)
        .accessibilityElement(children: .contain)
        .accessibilityLabel("Waiting")
    }
}
