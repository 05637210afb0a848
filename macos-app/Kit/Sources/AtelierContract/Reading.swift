// Reading a session's log in checks.
import AtelierKit
import Foundation

/// A stretch of a log.
struct Stretch: Sendable {
    var events: [SessionEvent] = []

    /// The text of all messages that somebody spoke, thinking left out.
    func text(_ role: Role) -> String {
        let messages = events.compactMap { event -> MessageID? in
            guard case .messageStarted(let id, _, role, .text) = event.body else { return nil }
            return id
        }
        return text { messages.contains($0) }
    }

    func text(where isWanted: (MessageID) -> Bool) -> String {
        events.map { event in
            guard case .messageDelta(let id, let text) = event.body, isWanted(id) else { return "" }
            return text
        }.joined()
    }

    var outcomes: [TurnOutcome] {
        events.compactMap { event in
            guard case .turnFinished(_, let outcome, _) = event.body else { return nil }
            return outcome
        }
    }

    /// Who was asked, turn by turn.
    var asked: [ActiveModel] {
        events.compactMap { event in
            guard case .turnStarted(_, let provider, let model) = event.body else { return nil }
            return ActiveModel(provider: provider, model: model)
        }
    }

    /// The prompts that wait.
    var queued: [(id: QueuedPromptID, text: String)] {
        events.reduce(into: []) { waiting, event in
            switch event.body {
            case .promptQueued(let prompt, let text): waiting.append((prompt, text))
            case .promptWithdrawn(let prompt), .promptDelivered(let prompt): waiting.removeAll { $0.id == prompt }
            default: break
            }
        }
    }

    var isAtRest: Bool { events.last?.body == .stateChanged(state: .idle) }

    var hasAnswerText: Bool { !text(.assistant).isEmpty }
}

extension WorkbenchClient {
    /// Reads what comes after `seq` until the condition holds, and checks what holds for every stretch.
    func read(_ session: SessionID, after seq: UInt64 = 0, until isEnough: (Stretch) -> Bool) async throws -> Stretch {
        var stretch = Stretch()
        var position = seq
        for try await batch in events(of: session, after: seq) {
            try expect(!batch.isEmpty, "a batch is empty")
            for event in batch {
                try expect(event.seq > position, "number \(event.seq) comes after \(position)")
                position = event.seq
                stretch.events.append(event)
                if isEnough(stretch) { return stretch }
            }
        }
        try Task.checkCancellation()
        throw ContractViolation("the events ended by themselves after number \(position)")
    }

    /// Sends a prompt to a new session and reads its turn to the end.
    func wholeTurn(_ prompt: String) async throws -> (session: SessionID, log: Stretch) {
        let session = try await createSession().id
        try await ask(prompt, to: session)
        return (session, try await read(session) { $0.isAtRest })
    }

    func summary(of session: SessionID) async throws -> SessionSummary {
        guard let summary = try await sessions().first(where: { $0.id == session }) else {
            throw ContractViolation("the session is not listed")
        }
        return summary
    }
}
