// A wait before a request is sent, or sent again.
import Foundation

/// What the chat waits for, until the turn goes on.
public struct ModelWait: Hashable, Sendable {
    public let reason: WaitReason
    /// What went wrong in the attempt before, as the core told it.
    public let failure: String?
    /// Which attempt comes next, of how many at most.
    public let attempt: UInt32
    public let attempts: UInt32
    public let duration: Duration

    /// What happened and when it goes on: “Anthropic is overloaded. Trying again in 4 s (2 of 4).”
    public var sentence: String {
        // Rounded up: it is never sent before the time that is told.
        let seconds = Int((duration / .seconds(1)).rounded(.up))
        let when = seconds == 0 ? "now" : "in \(seconds) s"
        return switch reason {
        case .retry: "\(happened). Trying again \(when) (\(attempt) of \(attempts))."
        case .rateLimit: "More requests now would be refused. Sending this one \(when)."
        }
    }

    /// The failure without what to do about it: that is being done.
    private var happened: String {
        guard let failure else { return "The request failed" }
        if let colon = failure.range(of: ": ", options: .backwards) { return String(failure[..<colon.lowerBound]) }
        return failure.hasSuffix(".") ? String(failure.dropLast()) : failure
    }
}
