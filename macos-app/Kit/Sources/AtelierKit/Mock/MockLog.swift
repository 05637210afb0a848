// A session of the core in memory.
import Foundation

/// A session's summary and log. Appending keeps the summary in step, as the core does.
public struct MockLog: Sendable {
    public private(set) var summary: SessionSummary
    public private(set) var events: [SessionEvent] = []
    private(set) var openTurn: TurnID?
    private(set) var openMessage: (id: MessageID, content: ContentKind)?
    public private(set) var mode = PermissionMode.default
    /// The calls about which the person is or was asked, and the answer that counted.
    private(set) var asked: [ToolCallID: Decision?] = [:]
    /// What servers ask and nobody has answered, oldest first.
    private(set) var elicitations: [Elicitation] = []
    private(set) var nextElicitation: ElicitationID = 1
    /// The prompts that wait, oldest first.
    private(set) var queued: [(id: QueuedPromptID, text: String)] = []
    private var prompts: QueuedPromptID = 0
    private var calls: ToolCallID = 0
    private var turns: TurnID = 0
    private var messages: MessageID = 0

    /// A session whose newest event is as old as given.
    public init(id: SessionID, title: String = MockLog.defaultTitle, updated: Date = .now) {
        summary = SessionSummary(id: id, title: title, createdAt: updated, updatedAt: updated)
    }

    /// The newest call; 0 before the first.
    var newestCall: ToolCallID { calls }

    /// The newest message; nil before the first.
    var lastMessage: MessageID? { messages == 0 ? nil : messages }

    public static let defaultTitle = "New session"

    public mutating func append(_ body: SessionEvent.Body, at time: Date = .now) {
        events.append(SessionEvent(seq: UInt64(events.count) + 1, at: time, body: body))
        summary.lastSeq += 1
        summary.updatedAt = max(summary.updatedAt, time)
        switch body {
        case .sessionRenamed(let title): summary.title = title
        case .stateChanged(let state): summary.state = state
        case .sessionArchived(let isArchived): summary.isArchived = isArchived
        case .sessionParent(let session, _): summary.parent = session
        case .sessionProject(let path): summary.folder = path
        case .turnStarted(let turn, _, _): (openTurn, turns) = (turn, turn)
        case .turnFinished: openTurn = nil
        case .messageStarted(let message, _, _, let content): (openMessage, messages) = ((message, content), message)
        case .messageFinished: openMessage = nil
        case .modeChanged(let mode): self.mode = mode
        case .promptQueued(let prompt, let text):
            queued.append((prompt, text))
            prompts = prompt
        case .promptWithdrawn(let prompt), .promptDelivered(let prompt): queued.removeAll { $0.id == prompt }
        case .toolRequested(let call, _, _, _): calls = call
        case .toolCall(let call, .some): asked[call] = .some(nil)
        case .elicitationRequested(let question):
            elicitations.append(question)
            nextElicitation = question.id + 1
        case .elicitationResolved(let id, _): elicitations.removeAll { $0.id == id }
        case .toolResult(let call, _, _): elicitations.removeAll { $0.call == call }
        case .approvalResolved(let call, let decision): if asked[call] == .some(nil) { asked[call] = decision }
        default: break
        }
    }

    /// A prompt and the start of its turn.
    public mutating func ask(_ prompt: String, of model: ActiveModel, at time: Date = .now) {
        if summary.title == Self.defaultTitle {
            append(.sessionRenamed(title: String(prompt.prefix { !$0.isNewline }.prefix(60))), at: time)
        }
        append(.turnStarted(turn: turns + 1, provider: model.provider, model: model.model), at: time)
        deliverQueued(at: time)
        say(prompt: prompt, at: time)
        append(.stateChanged(state: .thinking), at: time)
    }

    /// A prompt that comes while a turn runs.
    public mutating func queue(_ prompt: String, at time: Date = .now) {
        append(.promptQueued(prompt: prompts + 1, text: prompt), at: time)
    }

    /// The next step of the turn: what waits is said.
    public mutating func deliverQueued(at time: Date = .now) {
        closeMessage(complete: true, at: time)
        for prompt in queued {
            append(.promptDelivered(prompt: prompt.id), at: time)
            say(prompt: prompt.text, at: time)
        }
    }

    private mutating func say(prompt: String, at time: Date) {
        start(.user, .text, at: time)
        append(.messageDelta(message: messages, text: prompt), at: time)
        append(.messageFinished(message: messages, complete: true), at: time)
    }

    /// More of the answer; begins a message where none of this kind is open.
    public mutating func say(_ text: String, as content: ContentKind = .text, at time: Date = .now) {
        if openMessage?.content != content {
            closeMessage(complete: true, at: time)
            start(.assistant, content, at: time)
        }
        append(.messageDelta(message: messages, text: text), at: time)
    }

    /// The model asks for a tool. Answers the number of the call.
    @discardableResult
    public mutating func request(_ tool: String, _ params: String = "{}", at time: Date = .now) -> ToolCallID {
        closeMessage(complete: true, at: time)
        append(.toolRequested(call: calls + 1, turn: turns, tool: tool, params: params), at: time)
        return calls
    }

    /// The newest call's turn has come, and the person is asked.
    public mutating func askWhetherToRun(_ question: ToolQuestion, at time: Date = .now) {
        append(.toolCall(call: calls, question: question), at: time)
        append(.stateChanged(state: .waitingApproval), at: time)
    }

    /// The newest call's question is answered, here or elsewhere.
    public mutating func resolve(_ decision: Decision, at time: Date = .now) {
        append(.approvalResolved(call: calls, decision: decision), at: time)
    }

    /// The newest call runs.
    public mutating func run(at time: Date = .now) {
        if asked[calls] == nil { append(.toolCall(call: calls, question: nil), at: time) }
        append(.stateChanged(state: .toolExecution), at: time)
    }

    /// The newest call has written something.
    public mutating func write(_ output: String, at time: Date = .now) {
        append(.toolProgress(call: calls, percent: nil, message: output, isOutput: true), at: time)
    }

    /// The newest call is settled, and the model goes on.
    public mutating func settle(
        _ outcome: ToolOutcome,
        after took: Duration = .zero,
        changing files: [ToolFileChange] = [],
        at time: Date = .now
    ) {
        append(.toolResult(call: calls, outcome: outcome, took: took), at: time)
        for change in files { append(.fileChanged(call: calls, change: change), at: time) }
        append(.stateChanged(state: .thinking), at: time)
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
        for call in asked.keys where asked[call] == .some(nil) {
            append(.approvalResolved(call: call, decision: .rejected(message: nil)), at: time)
            append(
                .toolResult(call: call, outcome: .rejected(reason: "Interrupted", userMessage: nil), took: .zero),
                at: time
            )
        }
        for question in elicitations {
            append(
                .elicitationResolved(elicitation: question.id, outcome: .cancelled(reason: "The turn was stopped.")),
                at: time
            )
        }
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
    /// The tool that is asked for first.
    public var call: MockCall?
    /// What a server asks the person first.
    public var elicitation: ElicitationWanted?

    public init(
        thinking: [String] = [],
        call: MockCall? = nil,
        elicitation: ElicitationWanted? = nil,
        pieces: [String],
        pause: Duration = .zero,
        isEndless: Bool = false
    ) {
        self.call = call
        self.elicitation = elicitation
        self.thinking = thinking
        self.pieces = pieces
        self.pause = pause
        self.isEndless = isEndless
    }
}

/// A tool call of the core in memory, which asks unless the mode says otherwise.
public struct MockCall: Sendable {
    public var tool: String
    public var params: String
    public var preview: String
    public var isDangerous: Bool
    public var result: String

    public init(tool: String, params: String, preview: String, isDangerous: Bool = false, result: String) {
        self.tool = tool
        self.params = params
        self.preview = preview
        self.isDangerous = isDangerous
        self.result = result
    }
}
