// Sessions and their events in the Kit's words.
internal import AtelierBindings
import AtelierKit
import Foundation

extension AtelierKit.SessionSummary {
    init(_ summary: AtelierBindings.SessionSummary) {
        self.init(
            id: summary.id,
            title: summary.title,
            createdAt: Date(milliseconds: summary.createdAtMs),
            updatedAt: Date(milliseconds: summary.updatedAtMs),
            lastSeq: summary.lastSeq,
            state: AgentState(summary.state),
            isArchived: summary.archived,
            parent: summary.parent,
            folder: summary.project
        )
    }
}

extension AtelierKit.SessionEvent {
    init(_ event: AtelierBindings.SessionEvent) {
        self.init(seq: event.seq, at: Date(milliseconds: event.atMs), body: Body(event.body))
    }
}

extension AtelierKit.SessionEvent.Body {
    init(_ body: AtelierBindings.EventBody) {
        self =
            switch body {
            case .sessionRenamed(let title): .sessionRenamed(title: title)
            case .sessionProject(let path): .sessionProject(path: path)
            case .sessionArchived(let isArchived): .sessionArchived(isArchived: isArchived)
            case .sessionForked(let session, let upTo): .sessionForked(from: session, upTo: upTo)
            case .sessionParent(let session, let call): .sessionParent(session: session, call: call)
            case .modeChanged(let mode): .modeChanged(mode: PermissionMode(mode))
            case .turnStarted(let turn, let provider, let model):
                .turnStarted(turn: turn, provider: provider, model: model)
            case .turnFinished(let turn, let outcome, let reason):
                .turnFinished(turn: turn, outcome: TurnOutcome(outcome), stopReason: reason.map(StopReason.init))
            case .promptQueued(let prompt, let text): .promptQueued(prompt: prompt, text: text)
            case .promptWithdrawn(let prompt): .promptWithdrawn(prompt: prompt)
            case .promptDelivered(let prompt): .promptDelivered(prompt: prompt)
            case .historyCompacted(let upTo, let summary, let isAutomatic):
                .historyCompacted(upTo: upTo, summary: summary, isAutomatic: isAutomatic)
            case .conversationRewound(let message): .conversationRewound(to: message)
            case .messageStarted(let message, let turn, let role, let content):
                .messageStarted(message: message, turn: turn, role: Role(role), content: ContentKind(content))
            case .messageDelta(let message, let text): .messageDelta(message: message, text: text)
            case .messageFinished(let message, let complete): .messageFinished(message: message, complete: complete)
            case .usage(let turn, let model, let usage): .usage(turn: turn, model: model, usage: Usage(usage))
            case .modelWaiting(let turn, let reason, let attempt, let attempts, let waitMs):
                .modelWaiting(
                    turn: turn,
                    reason: WaitReason(reason),
                    attempt: attempt,
                    attempts: attempts,
                    waitMs: waitMs
                )
            case .error(let code, let message): .error(code: ErrorCode(code), message: message)
            case .stateChanged(let state): .stateChanged(state: AgentState(state))
            case .unknown(let kind, _): .unknown(kind: kind)
            default: Self.ofACall(body)
            }
    }
}

extension AtelierKit.AgentState {
    init(_ state: AtelierBindings.AgentState) {
        self =
            switch state {
            case .idle: .idle
            case .thinking: .thinking
            case .toolExecution: .toolExecution
            case .waitingApproval: .waitingApproval
            case .error: .error
            }
    }
}

extension AtelierKit.Role {
    init(_ role: AtelierBindings.Role) {
        self =
            switch role {
            case .user: .user
            case .assistant: .assistant
            }
    }
}

extension AtelierKit.ContentKind {
    init(_ content: AtelierBindings.ContentKind) {
        self =
            switch content {
            case .text: .text
            case .thinking: .thinking
            }
    }
}

extension AtelierKit.WaitReason {
    init(_ reason: AtelierBindings.WaitReason) {
        self =
            switch reason {
            case .retry: .retry
            case .rateLimit: .rateLimit
            }
    }
}

extension AtelierKit.TurnOutcome {
    init(_ outcome: AtelierBindings.TurnOutcome) {
        self =
            switch outcome {
            case .completed: .completed
            case .interrupted: .interrupted
            case .failed: .failed
            }
    }
}

extension AtelierKit.StopReason {
    init(_ reason: AtelierBindings.StopReason) {
        self =
            switch reason {
            case .endTurn: .endTurn
            case .maxTokens: .maxTokens
            case .stopSequence: .stopSequence
            case .toolUse: .toolUse
            case .pauseTurn: .pauseTurn
            case .refusal: .refusal
            case .contextWindow: .contextWindow
            case .turnLimit: .turnLimit
            case .tokenLimit: .tokenLimit
            case .timeLimit: .timeLimit
            case .other(let name): .other(name)
            }
    }
}

extension AtelierKit.ErrorCode {
    init(_ code: AtelierBindings.ErrorCode) {
        self =
            switch code {
            case .llmApiError: .llmAPIError
            case .notReady: .notReady
            case .storageError: .storageError
            case .internal: .internalDefect
            case .other(let name): .other(name)
            }
    }
}

extension AtelierKit.Usage {
    init(_ usage: AtelierBindings.TokenUsage) {
        self.init(
            input: usage.inputTokens,
            output: usage.outputTokens,
            cacheRead: usage.cacheReadTokens,
            cacheWrite: usage.cacheWriteTokens,
            reasoning: usage.reasoningTokens
        )
    }
}

extension Date {
    /// A point in time as the core counts it: milliseconds since 1970.
    init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}
