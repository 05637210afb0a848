// A session of the core in memory.
import Foundation

/// A session's summary and log. Appending keeps the summary in step, as the core does.
public struct MockLog: Sendable {
    public private(set) var summary: SessionSummary
    public private(set) var events: [SessionEvent] = []
    private(set) var openTurn: TurnID?
    private(set) var openMessage: (id: MessageID, content: ContentKind)?
    private var turns: TurnID = 0
    private var messages: MessageID = 0

    /// A session whose newest event is as old as given.
    public init(id: SessionID, title: String = MockLog.defaultTitle, updated: Date = .now) {
        summary = SessionSummary(id: id, title: title, createdAt: updated, updatedAt: updated)
    }

    public static let defaultTitle = "New session"

    public mutating func append(_ body: SessionEvent.Body, at time: Date = .now) {
        events.append(SessionEvent(seq: UInt64(events.count) + 1, at: time, body: body))
        summary.lastSeq += 1
        summary.updatedAt = max(summary.updatedAt, time)
        switch body {
        case .sessionRenamed(let title): summary.title = title
        case .stateChanged(let state): summary.state = state
        case .turnStarted(let turn, _, _): (openTurn, turns) = (turn, turn)
        case .turnFinished: openTurn = nil
        case .messageStarted(let message, _, _, let content): (openMessage, messages) = ((message, content), message)
        case .messageFinished: openMessage = nil
        default: break
        }
    }

    /// A prompt and the start of its turn.
    public mutating func ask(_ prompt: String, of model: ActiveModel, at time: Date = .now) {
        if summary.title == Self.defaultTitle {
            append(.sessionRenamed(title: String(prompt.prefix { !$0.isNewline }.prefix(60))), at: time)
        }
        append(.turnStarted(turn: turns + 1, provider: model.provider, model: model.model), at: time)
        start(.user, .text, at: time)
        append(.messageDelta(message: messages, text: prompt), at: time)
        append(.messageFinished(message: messages, complete: true), at: time)
        append(.stateChanged(state: .thinking), at: time)
    }

    /// More of the answer; begins a message where none of this kind is open.
    public mutating func say(_ text: String, as content: ContentKind = .text, at time: Date = .now) {
        if openMessage?.content != content {
            closeMessage(complete: true, at: time)
            start(.assistant, content, at: time)
        }
        append(.messageDelta(message: messages, text: text), at: time)
    }

    /// A request that failed and is sent again after a while.
    public mutating func retry(after message: String, wait: Duration, attempt: UInt32 = 2, at time: Date = .now) {
        guard let turn = openTurn else { return }
        append(.error(code: .llmAPIError, message: message), at: time)
        append(.stateChanged(state: .error), at: time)
        let milliseconds = UInt64(max(wait / .milliseconds(1), 0))
        append(
            .modelWaiting(turn: turn, reason: .retry, attempt: attempt, attempts: 4, waitMs: milliseconds),
            at: time
        )
    }

    /// The end of the turn that is open.
    public mutating func finish(
        _ outcome: TurnOutcome = .completed,
        stopReason: StopReason? = .endTurn,
        usage: Usage? = nil,
        at time: Date = .now
    ) {
        guard let turn = openTurn else { return }
        closeMessage(complete: outcome == .completed, at: time)
        if let usage { append(.usage(turn: turn, model: "mock", usage: usage), at: time) }
        let reason = outcome == .completed ? stopReason : nil
        append(.turnFinished(turn: turn, outcome: outcome, stopReason: reason), at: time)
        append(.stateChanged(state: .idle), at: time)
    }

    /// The end of a turn that failed.
    public mutating func fail(_ code: ErrorCode, _ message: String, at time: Date = .now) {
        closeMessage(complete: false, at: time)
        append(.error(code: code, message: message), at: time)
        finish(.failed, at: time)
    }

    private mutating func start(_ role: Role, _ content: ContentKind, at time: Date) {
        append(.messageStarted(message: messages + 1, turn: turns, role: role, content: content), at: time)
    }

    private mutating func closeMessage(complete: Bool, at time: Date) {
        guard let open = openMessage else { return }
        append(.messageFinished(message: open.id, complete: complete), at: time)
    }
}

extension SessionEvent {
    /// Joins neighbouring deltas of one message, as the core does for a reader that is behind. A joined event carries
    /// the number and the time of its last part.
    static func mergingDeltas(_ events: some Sequence<SessionEvent>) -> [SessionEvent] {
        var merged: [SessionEvent] = []
        for event in events {
            if case .messageDelta(let message, let more) = event.body,
                case .messageDelta(message, let text)? = merged.last?.body
            {
                let body = Body.messageDelta(message: message, text: text + more)
                merged[merged.count - 1] = SessionEvent(seq: event.seq, at: event.at, body: body)
            } else {
                merged.append(event)
            }
        }
        return merged
    }
}

/// How the core in memory answers a prompt by itself.
public struct MockAnswer: Sendable {
    public var thinking: [String]
    public var pieces: [String]
    /// The time between two pieces.
    public var pause: Duration
    /// Whether the pieces are said over and over until the turn is stopped.
    public var isEndless: Bool

    public init(
        thinking: [String] = [],
        pieces: [String],
        pause: Duration = .zero,
        isEndless: Bool = false
    ) {
        self.thinking = thinking
        self.pieces = pieces
        self.pause = pause
        self.isEndless = isEndless
    }
}
