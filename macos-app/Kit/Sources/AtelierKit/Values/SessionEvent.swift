// Session events: the lines of a session's log, as the app reads them.
import Foundation

/// One numbered event of a session. What a screen shows is a fold over these.
public struct SessionEvent: Hashable, Sendable {
    /// Position in the session's log, from 1. A merged delta carries the number of its last part.
    public let seq: UInt64
    /// When it was stored.
    public let at: Date
    public let body: Body

    public init(seq: UInt64, at: Date, body: Body) {
        self.seq = seq
        self.at = at
        self.body = body
    }

    /// What happened. Order within a turn: started; the prompt; state changed to thinking; messages of the answer, one
    /// at a time, and requests for tools between them; usage; then each call that was requested, in that order: its turn
    /// has come, perhaps a question and its answer, progress, result, changed files; thinking again and the next answer,
    /// as long as the model asks for tools; perhaps an error; finished; state changed to idle, always last.
    public enum Body: Hashable, Sendable {
        /// The session has a (new) title.
        case sessionRenamed(title: String)
        /// The session works in this folder; from here on its agent has tools.
        case sessionProject(path: String)
        /// The session was put away, or taken out again.
        case sessionArchived(isArchived: Bool)
        /// The events before this one are a copy of another session's, up to `upTo`.
        case sessionForked(from: SessionID, upTo: UInt64)
        /// The session does a part of another session's work, for one of its calls.
        case sessionParent(session: SessionID, call: ToolCallID)
        /// How far the agent may go without asking, from here on.
        case modeChanged(mode: PermissionMode)
        /// A prompt was accepted. `provider` is who answers (`anthropic`, `demo`), `model` the model asked for.
        case turnStarted(turn: TurnID, provider: String, model: String)
        case turnFinished(turn: TurnID, outcome: TurnOutcome, stopReason: StopReason?)
        /// The person said something while a turn ran. It is delivered at the next step, or begins the next turn.
        case promptQueued(prompt: QueuedPromptID, text: String)
        /// A queued prompt was taken back before it was delivered.
        case promptWithdrawn(prompt: QueuedPromptID)
        /// A queued prompt is delivered: the message that begins with the next event is it.
        case promptDelivered(prompt: QueuedPromptID)
        /// The model is from here on told a summary in place of the messages up to one.
        case historyCompacted(upTo: MessageID, summary: String, isAutomatic: Bool)
        /// A message and all that came after it is out of the conversation from here on.
        case conversationRewound(to: MessageID)
        /// A message begins; its text follows in deltas.
        case messageStarted(message: MessageID, turn: TurnID, role: Role, content: ContentKind)
        /// More text of a message, to be appended.
        case messageDelta(message: MessageID, text: String)
        /// A message ends; not `complete` when it was cut off.
        case messageFinished(message: MessageID, complete: Bool)
        /// The model asks for a tool; `params` is a JSON object.
        case toolRequested(call: ToolCallID, turn: TurnID, tool: String, params: String)
        /// The call's turn has come: it runs, or the person is asked.
        case toolCall(call: ToolCallID, question: ToolQuestion?)
        /// A question is answered. The first answer counts.
        case approvalResolved(call: ToolCallID, decision: Decision)
        /// A server asks the person something while its call runs. Unanswered, it ends with the call's result.
        case elicitationRequested(Elicitation)
        /// Such a question is answered. The first answer counts.
        case elicitationResolved(elicitation: ElicitationID, outcome: ElicitationOutcome)
        /// The call is done by a session of its own.
        case taskStarted(call: ToolCallID, session: SessionID)
        /// The files that a call is about to change are kept, so that they can be restored.
        case checkpointTaken(checkpoint: CheckpointID, call: ToolCallID, paths: [String])
        /// Files are again as they were at a checkpoint; `kept` were left alone, for someone has changed them since.
        case filesRestored(checkpoint: CheckpointID, restored: [String], kept: [String])
        /// A running tool tells how it is getting on: what it does, or more of its output.
        case toolProgress(call: ToolCallID, percent: Int?, message: String, isOutput: Bool)
        /// A call is settled.
        case toolResult(call: ToolCallID, outcome: ToolOutcome, took: Duration)
        case fileChanged(call: ToolCallID, change: ToolFileChange)
        /// What a model request consumed; `model` is the name the vendor gives itself.
        case usage(turn: TurnID, model: String, usage: Usage)
        /// The next request waits before it is sent: `waitMs` milliseconds from the event's time, or until the turn's
        /// next event. After a failure it waits for attempt `attempt` of at most `attempts`.
        case modelWaiting(turn: TurnID, reason: WaitReason, attempt: UInt32, attempts: UInt32, waitMs: UInt64)
        /// Something went wrong; `message` is for people and says what to do. What was received before it stays.
        case error(code: ErrorCode, message: String)
        /// The agent does something else now.
        case stateChanged(state: AgentState)
        /// A kind that this version of the app does not know; it is passed over.
        case unknown(kind: String)
    }
}

extension SessionEvent.Body {
    /// A request that waits goes on, or is given up, with any event but those that the person or a title causes.
    var endsAWait: Bool {
        switch self {
        case .sessionRenamed, .sessionProject, .sessionArchived, .modeChanged, .promptQueued, .promptWithdrawn,
            .unknown:
            false
        default: true
        }
    }
}

/// Who speaks in a message.
public enum Role: String, Hashable, Sendable { case user, assistant }

/// What kind of text a message holds. The text of `thinking` is empty where the vendor keeps it secret.
public enum ContentKind: String, Hashable, Sendable { case text, thinking }

/// Why a request waits before it is sent.
public enum WaitReason: String, Hashable, Sendable {
    /// The attempt before it failed; the error just before says how.
    case retry
    /// More requests now would be more than the provider allows.
    case rateLimit
}

/// How a turn ended.
public enum TurnOutcome: String, Hashable, Sendable {
    case completed
    /// The user stopped it, or the program died in the middle. What had come is kept.
    case interrupted
    /// It failed; an `error` event says why.
    case failed
}

/// Why the model stopped.
public enum StopReason: Hashable, Sendable {
    case endTurn, stopSequence, toolUse, pauseTurn, refusal
    /// The output limit of the request was reached.
    case maxTokens
    /// The conversation no longer fits the model's context window.
    case contextWindow
    /// The turn has had as many answers as it may have, and the model still asks for tools.
    case turnLimit
    /// The turn has taken as many tokens as it may.
    case tokenLimit
    /// The turn has lasted as long as it may.
    case timeLimit
    /// A reason that this version does not know, as the vendor wrote it.
    case other(String)
}

/// What an error event is about.
public enum ErrorCode: Hashable, Sendable {
    /// The model provider could not be reached, refused the request or broke off.
    case llmAPIError
    /// No usable key, base URL or model is configured.
    case notReady
    /// The log could not be written or read.
    case storageError
    /// A defect in Atelier.
    case internalDefect
    /// A code that this version does not know.
    case other(String)
}

/// Tokens that model requests took, as the vendor counts them.
public struct Usage: Hashable, Sendable {
    /// Input that was neither read from nor written to the prompt cache.
    public var input: UInt64
    /// Output, thinking included.
    public var output: UInt64
    public var cacheRead: UInt64
    public var cacheWrite: UInt64
    /// The part of the output that the model spent on thinking.
    public var reasoning: UInt64

    public init(
        input: UInt64 = 0,
        output: UInt64 = 0,
        cacheRead: UInt64 = 0,
        cacheWrite: UInt64 = 0,
        reasoning: UInt64 = 0
    ) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.reasoning = reasoning
    }

    /// Everything that was read and written.
    public var total: UInt64 { [output, cacheRead, cacheWrite].reduce(input, Self.sum) }

    public static func + (left: Usage, right: Usage) -> Usage {
        Usage(
            input: sum(left.input, right.input),
            output: sum(left.output, right.output),
            cacheRead: sum(left.cacheRead, right.cacheRead),
            cacheWrite: sum(left.cacheWrite, right.cacheWrite),
            reasoning: sum(left.reasoning, right.reasoning)
        )
    }

    /// What a vendor tells may be nonsense; it must not end the app.
    private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (sum, isTooMuch) = left.addingReportingOverflow(right)
        return isTooMuch ? .max : sum
    }
}
