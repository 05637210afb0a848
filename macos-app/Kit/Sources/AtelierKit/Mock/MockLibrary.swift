// Sessions of the core in memory among each other.
import Foundation

extension MockClient {
    /// Finds messages with all words, each the beginning of a word of theirs, whatever its case.
    public func search(_ text: String) async throws -> SearchResults {
        try await check(.search)
        let words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.contains(where: { $0.contains(where: \.isLetter) }) else {
            throw WorkbenchError(.invalidRequest, "There is no word to look for in “\(text)”; write one.")
        }
        let hits = allLogs.flatMap { log in log.messageTexts.compactMap { Self.hit($0, in: log, words: words) } }
        return SearchResults(hits: hits.sorted { $0.at > $1.at })
    }

    public func rename(_ session: SessionID, to title: String) async throws {
        try await check(.library)
        _ = try log(of: session)
        guard !title.isBlank else {
            throw WorkbenchError(.invalidRequest, "A session needs a title; write one.")
        }
        update(session) { $0.append(.sessionRenamed(title: title.trimmingCharacters(in: .whitespacesAndNewlines))) }
    }

    public func archive(_ session: SessionID, _ isArchived: Bool) async throws {
        try await check(.library)
        try refuseWhileBusy(session)
        update(session) { $0.append(.sessionArchived(isArchived: isArchived)) }
    }

    public func delete(_ session: SessionID) async throws {
        try await check(.library)
        try refuseWhileBusy(session)
        remove(session)
    }

    public func fork(_ session: SessionID, before prompt: MessageID?) async throws -> SessionID {
        try await check(.library)
        let original = try log(of: session)
        var copy = MockLog(id: UUID().uuidString.lowercased(), title: "\(original.summary.title) (copy)")
        let end = prompt.flatMap { original.turnBegin(of: $0) } ?? original.events.count
        for event in original.events.prefix(end) {
            if case .sessionRenamed = event.body { continue }
            copy.append(event.body, at: event.at)
        }
        copy.finish(.interrupted)
        copy.append(.sessionForked(from: session, upTo: UInt64(end)))
        add(copy)
        return copy.summary.id
    }

    public func rewind(_ session: SessionID, to prompt: MessageID, restoringFiles: Bool) async throws {
        try await check(.library)
        try refuseWhileBusy(session)
        guard try log(of: session).messageTexts.contains(where: { $0.id == prompt }) else {
            throw WorkbenchError(.invalidRequest, "There is no prompt \(prompt) to go back to.")
        }
        update(session) { $0.append(.conversationRewound(to: prompt)) }
    }

    /// Nothing changes on any disk, so there is never anything to put back.
    public func undo(_ session: SessionID) async throws {
        try await check(.library)
        try refuseWhileBusy(session)
        throw WorkbenchError(.invalidRequest, "The agent has changed no file that could be put back.")
    }

    public func transcript(of session: SessionID, as format: TranscriptFormat) async throws -> String {
        try await check(.library)
        let texts = try log(of: session).messageTexts.map(\.text)
        guard format == .json else { return texts.joined(separator: "\n\n") }
        return String(decoding: try JSONEncoder().encode(["messages": texts]), as: UTF8.self)
    }

    private func refuseWhileBusy(_ session: SessionID) throws {
        guard try log(of: session).openTurn == nil else {
            throw WorkbenchError(.sessionBusy, "This session is at work; wait for it or stop it.")
        }
    }

    private static func hit(
        _ message: (id: MessageID, at: Date, text: String),
        in log: MockLog,
        words: [String]
    ) -> SearchHit? {
        let said = message.text.lowercased().split { !$0.isLetter && !$0.isNumber }
        guard words.allSatisfy({ word in said.contains { $0.hasPrefix(word) } }) else { return nil }
        guard let found = message.text.range(of: words[0], options: .caseInsensitive) else { return nil }
        let parts = [
            SearchHit.Part(text: String(message.text[..<found.lowerBound].suffix(30)), isFound: false),
            SearchHit.Part(text: String(message.text[found]), isFound: true),
            SearchHit.Part(text: String(message.text[found.upperBound...].prefix(60)), isFound: false),
        ]
        return SearchHit(
            session: log.summary.id,
            title: log.summary.title,
            message: message.id,
            at: message.at,
            snippet: parts.filter { !$0.text.isEmpty }
        )
    }
}

extension MockLog {
    /// How many events there are before the turn in which this message was said.
    fileprivate func turnBegin(of message: MessageID) -> Int? {
        let start = events.firstIndex { event in
            if case .messageStarted(message, _, _, _) = event.body { true } else { false }
        }
        return start.flatMap { start in
            events[..<start].lastIndex { event in
                if case .turnStarted = event.body { true } else { false }
            }
        }
    }

    /// What was said in each message.
    fileprivate var messageTexts: [(id: MessageID, at: Date, text: String)] {
        var texts: [(id: MessageID, at: Date, text: String)] = []
        for event in events {
            switch event.body {
            case .messageStarted(let id, _, _, .text): texts.append((id, event.at, ""))
            case .messageDelta(let id, let text) where texts.last?.id == id: texts[texts.count - 1].text += text
            default: break
            }
        }
        return texts
    }
}
