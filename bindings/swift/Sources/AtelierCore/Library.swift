// Sessions of the real core among each other.
internal import AtelierBindings
import AtelierKit
import Foundation

extension LiveClient {
    /// Most hits that are asked for: more than anybody reads while they type.
    private static let mostHits: UInt32 = 50

    public func search(_ text: String) async throws -> AtelierKit.SearchResults {
        try await Self.rethrowing {
            SearchResults(try await core.searchSessions(text: text, limit: Self.mostHits))
        }
    }

    public func rename(_ session: SessionID, to title: String) async throws {
        try await Self.rethrowing { try await core.renameSession(id: session, title: title) }
    }

    public func archive(_ session: SessionID, _ isArchived: Bool) async throws {
        try await Self.rethrowing { try await core.archiveSession(id: session, archived: isArchived) }
    }

    public func delete(_ session: SessionID) async throws {
        try await Self.rethrowing { try await core.deleteSession(id: session) }
    }

    public func fork(_ session: SessionID, before prompt: MessageID?) async throws -> SessionID {
        try await Self.rethrowing { try await core.forkSession(id: session, before: prompt) }
    }

    public func rewind(_ session: SessionID, to prompt: MessageID, restoringFiles: Bool) async throws {
        try await Self.rethrowing { try await core.rewind(id: session, to: prompt, files: restoringFiles) }
    }

    public func undo(_ session: SessionID) async throws {
        try await Self.rethrowing { try await core.undo(id: session) }
    }

    public func transcript(of session: SessionID, as format: AtelierKit.TranscriptFormat) async throws -> String {
        try await Self.rethrowing { try await core.transcript(id: session, format: format.bindings) }
    }
}

extension AtelierKit.SearchResults {
    fileprivate init(_ results: AtelierBindings.SearchResults) {
        self.init(
            hits: results.hits.map(SearchHit.init),
            hasMore: results.more,
            sessionsToCome: results.sessionsToCome,
            gaveUp: results.gaveUp
        )
    }
}

extension AtelierKit.SearchHit {
    fileprivate init(_ hit: AtelierBindings.SearchHit) {
        self.init(
            session: hit.session,
            title: hit.title,
            message: hit.message,
            at: Date(milliseconds: hit.atMs),
            snippet: hit.snippet.map { Part(text: $0.text, isFound: $0.found) }
        )
    }
}

extension AtelierKit.TranscriptFormat {
    fileprivate var bindings: AtelierBindings.TranscriptFormat {
        switch self {
        case .markdown: .markdown
        case .org: .org
        case .json: .json
        }
    }
}
