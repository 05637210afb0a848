// What every core does when a server asks the person something.
import AtelierKit
import Foundation

extension ContractCheck {
    static let elicitationChecks = [
        ContractCheck("a form waits for values that fit, and its call goes on with them") { client in
            try await withFolder { folder in
                let (session, asked) = try await client.askedByAServer(in: folder)
                guard case .form(let fields) = asked.wanted, fields.map(\.name) == ["name", "age"] else {
                    throw ContractViolation("it wants \(asked.wanted)")
                }
                try expect(asked.expiresAt > .now, "the question has no time to be answered")
                try expect(fields[0].isRequired && fields[0].kind == .text, "the name is \(fields[0])")
                try expect(fields[1].kind == .number && !fields[1].hint.isEmpty, "the age is \(fields[1])")
                let old = ElicitationAnswer(field: "age", values: ["old"])
                for wrong in [[ElicitationAnswer(field: "name", values: ["Ada"]), old], []] {
                    try await expectFailure(.invalidRequest, of: "an answer that does not fit") {
                        try await client.answer(asked.id, of: session, with: .accept(wrong))
                    }
                }
                let right = [ElicitationAnswer(field: "name", values: ["Ada"]), .init(field: "age", values: ["36"])]
                try await client.answer(asked.id, of: session, with: .accept(right))
                let log = try await client.read(session) { $0.isAtRest }
                try expect(log.outcome(of: asked.id) == .accepted, "it ended as \(log.outcomes)")
                try expect(log.outcomes == [.completed] && log.hasAnswerText, "the turn ended as \(log.outcomes)")
                try await expectFailure(.invalidRequest, of: "a second answer") {
                    try await client.answer(asked.id, of: session, with: .decline)
                }
            }
        },
        ContractCheck("no is an answer to a form, and so is neither yes nor no") { client in
            try await withFolder { folder in
                for reply in [ElicitationReply.decline, .cancel] {
                    let (session, asked) = try await client.askedByAServer(in: folder)
                    try await client.answer(asked.id, of: session, with: reply)
                    let log = try await client.read(session) { $0.isAtRest }
                    let outcome: ElicitationOutcome =
                        reply == .decline ? .declined(reason: nil) : .cancelled(reason: nil)
                    try expect(log.outcome(of: asked.id) == outcome, "\(reply) became another answer")
                    try expect(log.outcomes == [.completed], "the turn ended as \(log.outcomes)")
                }
            }
        },
        ContractCheck("a form whose turn is stopped is asked no more") { client in
            try await withFolder { folder in
                let (session, asked) = try await client.askedByAServer(in: folder)
                try await client.interrupt(session)
                // Whichever comes first: the end of the turn, or that of the question.
                let log = try await client.read(session) { log in
                    !log.outcomes.isEmpty && log.outcome(of: asked.id) != nil
                }
                guard case .cancelled(.some) = log.outcome(of: asked.id) else {
                    throw ContractViolation("it ended as \(String(describing: log.outcome(of: asked.id)))")
                }
                try await expectFailure(.invalidRequest, of: "an answer that is too late") {
                    try await client.answer(asked.id, of: session, with: .cancel)
                }
            }
        },
    ]

    /// What is asked when the answer must first call a tool whose server asks for `name`, a text that is needed, and
    /// `age`, a whole number, and then say something.
    public static let formPrompt = "Let the server ask me."

    /// What such a server asks for, for a core that runs none.
    public static let form = ElicitationWanted.form([
        ElicitationField(name: "name", label: "Name", isRequired: true, kind: .text, hint: "text"),
        ElicitationField(name: "age", label: "age", kind: .number, hint: "a whole number"),
    ])
}

extension WorkbenchClient {
    /// Sends the prompt for a form to a new session in this folder, and waits for the question. Where the call itself is
    /// asked about, it is allowed.
    fileprivate func askedByAServer(in folder: String) async throws -> (session: SessionID, asked: Elicitation) {
        let session = try await createSession().id
        try await work(in: folder, session)
        try await ask(ContractCheck.formPrompt, to: session)
        var seen: UInt64 = 0
        while true {
            let log = try await read(session, after: seen) { $0.form != nil || $0.question != nil || $0.isAtRest }
            if let form = log.form { return (session, form) }
            guard let call = log.question else { throw ContractViolation("the turn ended, and nobody was asked") }
            seen = log.events.last?.seq ?? seen
            try await resolve(call, of: session, with: .once)
        }
    }
}

extension Stretch {
    fileprivate var form: Elicitation? {
        for case .elicitationRequested(let asked) in events.map(\.body) { return asked }
        return nil
    }

    fileprivate var question: ToolCallID? {
        for case .toolCall(let call, .some) in events.map(\.body) { return call }
        return nil
    }

    fileprivate func outcome(of elicitation: ElicitationID) -> ElicitationOutcome? {
        for case .elicitationResolved(elicitation, let outcome) in events.map(\.body) { return outcome }
        return nil
    }
}
