// What was found in the sessions.
import Foundation

/// The newest hits of a search, the newest first.
public struct SearchResults: Hashable, Sendable {
    public var hits: [SearchHit]
    /// There are more.
    public var hasMore: Bool
    /// How many older sessions are not prepared for searching yet.
    public var sessionsToCome: UInt64
    /// Looking was broken off because it took too long.
    public var gaveUp: Bool

    public init(hits: [SearchHit] = [], hasMore: Bool = false, sessionsToCome: UInt64 = 0, gaveUp: Bool = false) {
        self.hits = hits
        self.hasMore = hasMore
        self.sessionsToCome = sessionsToCome
        self.gaveUp = gaveUp
    }
}

/// One place where it was found.
public struct SearchHit: Hashable, Sendable, Identifiable {
    /// A stretch of a snippet.
    public struct Part: Hashable, Sendable {
        public let text: String
        /// It is what was looked for.
        public let isFound: Bool

        public init(text: String, isFound: Bool) {
            self.text = text
            self.isFound = isFound
        }
    }

    public let session: SessionID
    /// The session's title.
    public let title: String
    /// For a tool call the message that it follows, for a title 0.
    public let message: MessageID
    public let at: Date
    /// A piece of the text around what was found, on one line.
    public let snippet: [Part]

    public var id: String { "\(session) \(message) \(snippet.hashValue)" }

    public init(session: SessionID, title: String, message: MessageID, at: Date, snippet: [Part]) {
        self.session = session
        self.title = title
        self.message = message
        self.at = at
        self.snippet = snippet
    }
}
