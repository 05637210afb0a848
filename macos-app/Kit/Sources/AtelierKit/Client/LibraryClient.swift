// What a person can do with sessions as a whole.
import Foundation

/// The part of the core that is about sessions among each other.
public protocol LibraryClient: Sendable {
    /// Looks for words in prompts, answers, what tools were called with, and titles; not in sessions that were put away.
    /// Every word must occur; the last one may be the beginning of a word.
    ///
    /// - Throws: `.invalidRequest` when nothing can be looked for with it.
    func search(_ text: String) async throws -> SearchResults

    /// Gives the session another title, of one line. Fine while a turn runs.
    func rename(_ session: SessionID, to title: String) async throws

    /// Puts the session away, or takes it out again. Throws `.sessionBusy` while its agent works.
    func archive(_ session: SessionID, _ isArchived: Bool) async throws

    /// Deletes the session and those that do a part of its work. Nothing brings them back. Throws `.sessionBusy` while a
    /// turn of one of them runs.
    func delete(_ session: SessionID) async throws

    /// A new session that goes on from this one: from before this prompt, or from where it is now.
    func fork(_ session: SessionID, before prompt: MessageID?) async throws -> SessionID

    /// Takes a prompt and all that came after it out of the conversation, after putting back what the agent has changed
    /// since if `restoringFiles`. Throws `.sessionBusy` while a turn runs.
    func rewind(_ session: SessionID, to prompt: MessageID, restoringFiles: Bool) async throws

    /// Puts back the files that the agent changed for the newest prompt for which it changed any. Throws `.sessionBusy`
    /// while a turn runs. What came of it is in the log.
    func undo(_ session: SessionID) async throws

    /// The session as a document.
    func transcript(of session: SessionID, as format: TranscriptFormat) async throws -> String
}

/// How a session is written down.
public enum TranscriptFormat: String, Sendable, CaseIterable {
    case markdown, org, json

    /// Without a dot.
    public var fileExtension: String {
        switch self {
        case .markdown: "md"
        case .org: "org"
        case .json: "json"
        }
    }
}
