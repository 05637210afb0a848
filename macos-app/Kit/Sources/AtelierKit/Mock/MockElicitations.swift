// Questions of servers of the core in memory.
import Foundation

extension MockClient {
    public func answer(
        _ elicitation: ElicitationID,
        of session: SessionID,
        with reply: ElicitationReply
    ) async throws {
        try await check(.agent)
        guard let question = try log(of: session).elicitations.first(where: { $0.id == elicitation }) else {
            throw WorkbenchError(.invalidRequest, "The question \(elicitation) does not wait any more.")
        }
        if case .accept(let answers) = reply {
            let wrong = question.wrongFields(in: answers)
            guard wrong.isEmpty else { throw WorkbenchError(.invalidRequest, wrong.joined(separator: " ")) }
        }
        replies.append(reply)
        update(session) { $0.append(.elicitationResolved(elicitation: elicitation, outcome: reply.outcome)) }
    }

    /// Runs a tool whose server asks the person something first, and tells the model that it was answered.
    func play(_ wanted: ElicitationWanted, in session: SessionID) async {
        update(session) { log in
            log.request("ask")
            log.run()
            log.elicit(wanted, saying: "Who are you?", from: "asker")
        }
        while !Task.isCancelled, (try? log(of: session).elicitations.isEmpty) == false { await waitForNews() }
        guard !Task.isCancelled else { return }
        update(session) { $0.settle(.success(content: "Answered.", metadata: nil), after: .milliseconds(20)) }
    }
}

extension MockLog {
    /// The server of the newest call asks something.
    public mutating func elicit(
        _ wanted: ElicitationWanted,
        saying message: String,
        from server: String,
        until expiry: Date = Date(timeIntervalSinceNow: 300),
        at time: Date = .now
    ) {
        let question = Elicitation(
            id: nextElicitation,
            call: newestCall,
            server: server,
            message: message,
            wanted: wanted,
            expiresAt: expiry
        )
        append(.elicitationRequested(question), at: time)
    }
}

extension ElicitationReply {
    fileprivate var outcome: ElicitationOutcome {
        switch self {
        case .accept: .accepted
        case .decline: .declined(reason: nil)
        case .cancel: .cancelled(reason: nil)
        }
    }
}

extension Elicitation {
    /// A sentence for each field that is missing, or no number where it must be one.
    fileprivate func wrongFields(in answers: [ElicitationAnswer]) -> [String] {
        guard case .form(let fields) = wanted else { return [] }
        return fields.compactMap { field in
            let typed = answers.first { $0.field == field.name }?.values.filter { !$0.isBlank } ?? []
            if typed.isEmpty {
                let isMissing = field.isRequired && field.defaultText == nil
                return isMissing ? "“\(field.label)” is needed: \(field.hint)." : nil
            }
            let isFine = field.kind != .number || typed.allSatisfy { Double($0) != nil }
            return isFine ? nil : "“\(field.label)” takes \(field.hint)."
        }
    }
}
