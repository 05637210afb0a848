// What every core does with sessions, turns and events.
import AtelierKit
import Foundation

extension ContractCheck {
    /// The whole contract.
    public static let all =
        sessionChecks + turnChecks + agentChecks + elicitationChecks + toolChecks + libraryChecks + readingChecks
        + settingsChecks + modelChecks + folderChecks + findingChecks + fileChecks + gitChecks
        + terminalChecks + commandChecks

    static let sessionChecks = [
        ContractCheck("a new session is listed, idle and empty") { client in
            let session = try await client.createSession()
            let listed = try await client.summary(of: session.id)
            try expect(listed == session, "listed as \(listed), created as \(session)")
            try expect(listed.state == .idle && listed.lastSeq == 0, "a new session is not idle and empty: \(listed)")
        },
        ContractCheck("the session that changed last comes first, named after its prompt") { client in
            let (older, _) = try await client.wholeTurn("The older one")
            let (newer, _) = try await client.wholeTurn("The newer one")
            let ids = try await client.sessions().map(\.id)
            try expect(ids == [newer, older], "the order is \(ids), the newer is \(newer)")
            let summary = try await client.summary(of: newer)
            try expect(summary.title == "The newer one", "the title is “\(summary.title)”")
            try expect(summary.state == .idle && summary.lastSeq > 0, "after its turn it is listed as \(summary)")
        },
        ContractCheck("a session that does not exist can't be used") { client in
            let nobody = "00000000-0000-4000-8000-000000000000"
            try await expectFailure(.sessionNotFound, of: "send") { try await client.ask("Hi", to: nobody) }
            try await expectFailure(.sessionNotFound, of: "totals") { _ = try await client.totals(of: nobody) }
            try await expectFailure(.sessionNotFound, of: "events") { _ = try await client.read(nobody) { _ in true } }
        },
    ]

    static let turnChecks = [
        ContractCheck("a prompt is in the log when send returns") { client in
            let session = try await client.createSession().id
            try await client.ask("Is this kept?\n  Line two.", to: session)
            let lastSeq = try await client.summary(of: session).lastSeq
            let log = try await client.read(session) { ($0.events.last?.seq ?? 0) >= lastSeq }
            try expect(log.text(.user) == "Is this kept?\n  Line two.", "the log says “\(log.text(.user))”")
            try await client.interrupt(session)
        },
        ContractCheck("a turn's events come in order") { client in
            let (_, log) = try await client.wholeTurn("Hello")
            let kinds = log.events.filter { event in
                if case .sessionRenamed = event.body { return false }
                return true
            }
            guard case .turnStarted(1, _, _) = kinds.first?.body else {
                throw ContractViolation("the turn starts with \(String(describing: kinds.first))")
            }
            try expect(log.events.count { $0.body == .stateChanged(state: .idle) } == 1, "idle is said more than once")
            guard case .turnFinished(1, .completed, _) = log.events.dropLast().last?.body else {
                throw ContractViolation("turnFinished is not the last but one event")
            }
            try expect(log.hasAnswerText, "there is no answer")
        },
        ContractCheck("an empty prompt is refused and leaves no trace") { client in
            let session = try await client.createSession().id
            try await expectFailure(.invalidRequest, of: "send") { try await client.ask(" \n ", to: session) }
            let lastSeq = try await client.summary(of: session).lastSeq
            try expect(lastSeq == 0, "the log has \(lastSeq) events")
        },
        ContractCheck("a stopped turn keeps what had come, and the next prompt is taken") { client in
            let session = try await client.createSession().id
            try await client.ask(ContractCheck.endlessPrompt, to: session)
            let start = try await client.read(session) { $0.hasAnswerText }
            try await client.interrupt(session)
            let stopped = try await client.read(session) { $0.isAtRest }
            try expect(stopped.outcomes == [.interrupted], "the turn ended as \(stopped.outcomes)")
            try expect(stopped.text(.assistant).hasPrefix(start.text(.assistant)), "text that was read is gone")
            try await client.ask("Two", to: session)
            let end = try await client.read(session) { $0.isAtRest && $0.outcomes.count == 2 }
            try expect(end.outcomes == [.interrupted, .completed], "the turns ended as \(end.outcomes)")
        },
        ContractCheck("a prompt that comes while a turn runs is queued, and can be taken back") { client in
            let session = try await client.createSession().id
            try await client.ask(ContractCheck.endlessPrompt, to: session)
            _ = try await client.read(session) { $0.hasAnswerText }
            try await client.ask("Two", to: session)
            let queued = try await client.read(session) { !$0.queued.isEmpty }
            try expect(queued.queued.map(\.text) == ["Two"], "queued is \(queued.queued)")
            let text = try await client.withdraw(queued.queued[0].id, of: session)
            try expect(text == "Two", "taken back is “\(text)”")
            try await expectFailure(.invalidRequest, of: "taking back again") {
                _ = try await client.withdraw(queued.queued[0].id, of: session)
            }
            try await client.interrupt(session)
            let log = try await client.read(session) { $0.isAtRest }
            try expect(log.queued.isEmpty && !log.text(.user).contains("Two"), "it was not taken back")
            try expect(try await !client.goOn(session), "there is something to go on with")
        },
        ContractCheck("what a stopped turn left in the queue begins the next one") { client in
            let session = try await client.createSession().id
            try await client.ask(ContractCheck.endlessPrompt, to: session)
            _ = try await client.read(session) { $0.hasAnswerText }
            try await client.ask("Two", to: session)
            try await client.interrupt(session)
            _ = try await client.read(session) { $0.isAtRest }
            try await client.ask("Three", to: session)
            let log = try await client.read(session) { $0.isAtRest && $0.outcomes.count == 2 }
            try expect(log.queued.isEmpty, "queued is \(log.queued)")
            try expect(log.text(.user).hasSuffix("TwoThree"), "the person said \(log.text(.user))")
        },
        ContractCheck("what turns took is told turn by turn, and adds up") { client in
            let (session, _) = try await client.wholeTurn("One")
            try await client.ask("Two", to: session)
            let log = try await client.read(session) { $0.outcomes.count == 2 && $0.isAtRest }
            let took = try await client.totals(of: session)
            try expect(took.turns.map(\.turn) == [1, 2], "the turns are \(took.turns.map(\.turn))")
            try expect(took.turns.map(\.model.provider) == log.asked.map(\.provider), "asked were \(log.asked)")
            for turn in took.turns {
                try expect(turn.duration != nil && turn.firstToken != nil, "its times are missing: \(turn)")
                try expect(turn.totals.requests == 1 && turn.totals.usage.total > 0, "it took \(turn.totals)")
            }
            let sum = took.turns.map(\.totals.usage).reduce(Usage(), +)
            try expect(took.totals.usage == sum && took.totals.requests == 2, "together they took \(took.totals)")
            let other = try await client.createSession().id
            try expect(try await client.totals(of: other) == SessionTotals(), "a new session took something")
        },
        ContractCheck("stopping when nothing runs does nothing") { client in
            let session = try await client.createSession().id
            try await client.interrupt(session)
            let lastSeq = try await client.summary(of: session).lastSeq
            try expect(lastSeq == 0, "the log has \(lastSeq) events")
        },
    ]
}
