// What every core does with agents: where they work, how far they may go, and questions whether a tool may run.
import AtelierKit
import Foundation

extension ContractCheck {
    static let agentChecks = [
        ContractCheck("a folder and a mode that are chosen are in the log") { client in
            try await withFolder { folder in
                let session = try await client.createSession().id
                try await client.work(in: folder, session)
                try await client.setMode(.plan, of: session)
                let log = try await client.read(session) { $0.events.last?.body == .modeChanged(mode: .plan) }
                guard case .sessionProject(let path) = log.events.first?.body else {
                    throw ContractViolation("the log begins with \(String(describing: log.events.first))")
                }
                try expect(path.hasSuffix(URL(filePath: folder).lastPathComponent), "the folder is \(path)")
            }
        },
        ContractCheck("a folder that does not exist is refused and leaves no trace") { client in
            let session = try await client.createSession().id
            try await expectFailure(.invalidRequest, of: "work") {
                try await client.work(in: "/no/such/folder", session)
            }
            let lastSeq = try await client.summary(of: session).lastSeq
            try expect(lastSeq == 0, "the log has \(lastSeq) events")
        },
        ContractCheck("what is allowed is done, and the model goes on") { client in
            try await withFolder { folder in
                let (session, call) = try await client.askedAboutATool(in: folder)
                try await client.resolve(call, of: session, with: .once)
                let log = try await client.read(session) { $0.isAtRest }
                guard case .success = log.outcome(of: call) else {
                    throw ContractViolation("what came of it is \(String(describing: log.outcome(of: call)))")
                }
                try expect(log.outcomes == [.completed] && log.hasAnswerText, "the turn ended as \(log.outcomes)")
                try await client.resolve(call, of: session, with: .once)
                try await expectFailure(.invalidRequest, of: "the contrary answer") {
                    try await client.resolve(call, of: session, with: .refuse(message: nil))
                }
            }
        },
        ContractCheck("what is refused is not done, and the model goes on with the reason") { client in
            try await withFolder { folder in
                let (session, call) = try await client.askedAboutATool(in: folder)
                try await client.resolve(call, of: session, with: .refuse(message: "Not there."))
                let log = try await client.read(session) { $0.isAtRest }
                guard case .rejected(_, "Not there.") = log.outcome(of: call) else {
                    throw ContractViolation("what came of it is \(String(describing: log.outcome(of: call)))")
                }
                try expect(log.outcomes == [.completed] && log.hasAnswerText, "the turn ended as \(log.outcomes)")
                let written = FileManager.default.fileExists(atPath: "\(folder)/\(toolFile)")
                try expect(!written, "the file was written")
            }
        },
        ContractCheck("a turn that waits for an answer can be stopped") { client in
            try await withFolder { folder in
                let (session, call) = try await client.askedAboutATool(in: folder)
                try await client.interrupt(session)
                let log = try await client.read(session) { $0.isAtRest }
                try expect(log.outcomes == [.interrupted], "the turn ended as \(log.outcomes)")
                guard case .rejected = log.outcome(of: call) else {
                    throw ContractViolation("what came of it is \(String(describing: log.outcome(of: call)))")
                }
                try expect(try await !client.goOn(session), "there is something to go on with")
            }
        },
        ContractCheck("a prompt that names no command is none") { client in
            try await withFolder { folder in
                for prompt in ["Hello", "/no-such-command of mine", "/", "a /b"] {
                    let expanded = try await client.expand(prompt, in: folder)
                    try expect(expanded == nil, "“\(prompt)” became “\(String(describing: expanded))”")
                }
            }
        },
        ContractCheck("a summary takes the place of what was said, and there is none of nothing") { client in
            let empty = try await client.createSession().id
            try expect(try await !client.compact(empty), "nothing was summarised")
            let (session, log) = try await client.wholeTurn("Hello")
            try expect(try await client.compact(session), "there was nothing to summarise")
            let more = try await client.read(session, after: log.events.last?.seq ?? 0) { $0.summary != nil }
            try expect(more.summary?.isEmpty == false, "the summary is empty")
            try await client.ask(ContractCheck.endlessPrompt, to: session)
            try await expectFailure(.sessionBusy, of: "compact") { _ = try await client.compact(session) }
            try await client.interrupt(session)
        },
        ContractCheck("a question that nobody asked can't be answered") { client in
            let (session, _) = try await client.wholeTurn("Hello")
            try await expectFailure(.invalidRequest, of: "resolve") {
                try await client.resolve(7, of: session, with: .once)
            }
            try expect(try await !client.goOn(session), "there is something to go on with")
        },
    ]
}

extension ContractCheck {
    /// What is asked when the answer must ask for `write_file` of `toolFile` first, and then say something.
    public static let toolPrompt = "Write a note."
    public static let toolFile = "note.txt"
}

private let toolFile = ContractCheck.toolFile

extension WorkbenchClient {
    /// Sends the prompt for a tool to a new session in this folder, and waits for the question.
    fileprivate func askedAboutATool(in folder: String) async throws -> (session: SessionID, call: ToolCallID) {
        let session = try await createSession().id
        try await work(in: folder, session)
        try await ask(ContractCheck.toolPrompt, to: session)
        let waiting = SessionEvent.Body.stateChanged(state: .waitingApproval)
        let log = try await read(session) { $0.events.last?.body == waiting }
        for case .toolCall(let call, let question?) in log.events.map(\.body) {
            try expect(question.preview?.isEmpty == false, "nothing says what would happen")
            try expect(question.expiresAt > .now, "the question has no time to be answered")
            return (session, call)
        }
        throw ContractViolation("it waits and nobody is asked")
    }
}

extension Stretch {
    /// The summary that took the place of what was said; nil where there is none.
    fileprivate var summary: String? {
        for case .historyCompacted(_, let summary, false) in events.map(\.body) { return summary }
        return nil
    }

    fileprivate func outcome(of call: ToolCallID) -> ToolOutcome? {
        for case .toolResult(call, let outcome, _) in events.map(\.body) { return outcome }
        return nil
    }
}
