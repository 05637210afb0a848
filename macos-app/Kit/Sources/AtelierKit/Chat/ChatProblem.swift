// What the foot of a transcript tells: a failure, or why a turn ended early.
import Foundation

/// Something that went wrong in a chat.
public struct ChatProblem: Hashable, Sendable {
    public enum Source: Hashable, Sendable {
        /// The prompt was not accepted; it is still in the composer.
        case send
        /// The turn failed; what had come is kept.
        case turn
        /// The turn could not be stopped.
        case stop
        /// A question could not be answered, or a mode or folder not be chosen.
        case agent
        /// The log could not be read on.
        case log
    }

    public let source: Source
    /// The core's sentence.
    public let message: String
    /// It is about the provider, its key, address or model: the settings may mend it.
    public let concernsProvider: Bool

    public init(source: Source, message: String, concernsProvider: Bool = false) {
        self.source = source
        self.message = message
        self.concernsProvider = concernsProvider
    }
}

/// How a turn ended.
public struct TurnEnding: Hashable, Sendable {
    public let outcome: TurnOutcome
    public let stopReason: StopReason?

    public init(outcome: TurnOutcome, stopReason: StopReason? = nil) {
        self.outcome = outcome
        self.stopReason = stopReason
    }
}
