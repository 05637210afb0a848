// What the core says when it can't do what it was asked.
import Foundation

/// A failed request: a kind for the program and a sentence for people that says what to do.
public struct WorkbenchError: Error, Sendable, Equatable {
    /// What an error is about. Treat a kind that you don't handle like `.internalDefect`.
    public enum Kind: String, Sendable, CaseIterable {
        /// There is no such session.
        case sessionNotFound
        /// The session works on an earlier prompt, here or in another window or process.
        case sessionBusy
        /// The request itself can't be accepted, an empty prompt for one.
        case invalidRequest
        /// Settings, base URL or key are missing or unusable.
        case configuration
        /// The database or a file could not be read or written.
        case storage
        /// The workbench is shutting down.
        case closed
        /// A defect in Atelier.
        case internalDefect
    }

    public let kind: Kind
    /// The core's sentence, shown as it is.
    public let message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

extension WorkbenchError: LocalizedError {
    public var errorDescription: String? { message }
}
