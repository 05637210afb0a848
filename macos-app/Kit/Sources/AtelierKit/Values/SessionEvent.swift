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
    /// at a time; usage; perhaps an error; finished; state changed to idle, always last.
    public enum Body: Hashable, Sendable {
        /// The session has a (new) title.
        case sessionRenamed(title: String)
        /// A prompt was accepted. `provider` is who answers (`anthropic`, `demo`), `model` the model asked for.
        case turnStarted(turn: TurnID, provider: String, model: String)
        case turnFinished(turn: TurnID, outcome: TurnOutcome, stopReason: StopReason?)
        /// A message begins; its text follows in deltas.
        case messageStarted(message: MessageID, turn: TurnID, role: Role, content: ContentKind)
        /// More text of a message, to be appended.
        case messageDelta(message: MessageID, text: String)
        /// A message ends; not `complete` when it was cut off.
        case messageFinished(message: MessageID, complete: Bool)
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
    public var total: UInt64 { input + output + cacheRead + cacheWrite }

    public static func + (left: Usage, right: Usage) -> Usage {
        Usage(
            input: left.input + right.input,
            output: left.output + right.output,
            cacheRead: left.cacheRead + right.cacheRead,
            cacheWrite: left.cacheWrite + right.cacheWrite,
            reasoning: left.reasoning + right.reasoning
        )
    }
}
