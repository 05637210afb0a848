// What every core does with sessions among each other.
import AtelierKit
import Foundation

extension ContractCheck {
    static let libraryChecks = [
        ContractCheck("what was said is found at once, in whatever session, the newest first") { client in
            let (older, _) = try await client.wholeTurn("Where is the zebrafish?")
            let (newer, _) = try await client.wholeTurn("A Zebrafish, again")
            _ = try await client.wholeTurn("Nothing of the kind")
            let found = try await client.search("zebraf")
            try expect(found.hits.map(\.session) == [newer, older], "found were \(found.hits)")
            let hit = found.hits[0]
            try expect(hit.title == "A Zebrafish, again" && hit.message == 1, "the hit is \(hit)")
            let marked = hit.snippet.filter(\.isFound).map(\.text)
            try expect(marked.count == 1 && marked[0].lowercased().hasPrefix("zebraf"), "marked is \(marked)")
            try expect(hit.snippet.map(\.text).joined().contains("A Zebrafish"), "the snippet is \(hit.snippet)")
            try expect(try await client.search("zebrafish again").hits.map(\.session) == [newer], "both words")
            try expect(try await client.search("giraffe") == SearchResults(), "something was found")
        },
        ContractCheck("a session gets the title that it is given, and none that is blank") { client in
            let (session, _) = try await client.wholeTurn("Hello")
            try await client.rename(session, to: " Greeting ")
            try expect(try await client.summary(of: session).title == "Greeting", "it is called otherwise")
            try await expectFailure(.invalidRequest, of: "rename") { try await client.rename(session, to: " \n") }
        },
        ContractCheck("a session is put away and taken out, unless it is at work") { client in
            let (session, _) = try await client.wholeTurn("Hello")
            for isArchived in [true, false] {
                try await client.archive(session, isArchived)
                try expect(
                    try await client.summary(of: session).isArchived == isArchived,
                    "archived: not \(isArchived)"
                )
            }
            try await client.ask(ContractCheck.endlessPrompt, to: session)
            try await expectFailure(.sessionBusy, of: "archive") { try await client.archive(session, true) }
            try await expectFailure(.sessionBusy, of: "delete") { try await client.delete(session) }
            try await client.interrupt(session)
        },
        ContractCheck("what is deleted is gone") { client in
            let (session, _) = try await client.wholeTurn("Hello")
            try await client.delete(session)
            try expect(try await client.sessions().isEmpty, "it is listed")
            try await expectFailure(.sessionNotFound, of: "send") { try await client.ask("Hi", to: session) }
        },
        ContractCheck("a fork goes on from before a prompt, and the original stays") { client in
            let (session, _) = try await client.wholeTurn("One")
            try await client.ask("Two", to: session)
            let log = try await client.read(session) { $0.isAtRest && $0.outcomes.count == 2 }
            let copy = try await client.fork(session, before: try log.prompt("Two"))
            let copied = try await client.read(copy) { stretch in
                if case .sessionForked = stretch.events.last?.body { true } else { false }
            }
            try expect(copied.text(.user) == "One", "the copy says \(copied.text(.user))")
            let whole = try await client.fork(session, before: nil)
            try await client.ask("Three", to: whole)
            let more = try await client.read(whole) { $0.isAtRest && $0.outcomes.count == 3 }
            try expect(more.text(.user) == "OneTwoThree", "the copy says \(more.text(.user))")
            let after = try await client.summary(of: session).lastSeq
            try expect(after == log.events.last?.seq, "the original has changed")
        },
        ContractCheck("going back takes a prompt and what came after it out of the conversation") { client in
            let (session, _) = try await client.wholeTurn("One")
            try await client.ask("Two", to: session)
            let log = try await client.read(session) { $0.isAtRest && $0.outcomes.count == 2 }
            let prompt = try log.prompt("Two")
            try await client.rewind(session, to: prompt, restoringFiles: true)
            let after = try await client.read(session, after: log.events.last?.seq ?? 0) { !$0.events.isEmpty }
            try expect(after.events.first?.body == .conversationRewound(to: prompt), "it says \(after.events)")
            try await expectFailure(.invalidRequest, of: "undo") { try await client.undo(session) }
            try await expectFailure(.invalidRequest, of: "rewind") {
                try await client.rewind(session, to: 999, restoringFiles: false)
            }
        },
        ContractCheck("a session is written down in each format") { client in
            let (session, _) = try await client.wholeTurn("A zebrafish")
            for format in TranscriptFormat.allCases {
                let text = try await client.transcript(of: session, as: format)
                try expect(text.contains("A zebrafish"), "\(format): \(text)")
            }
            let json = Data(try await client.transcript(of: session, as: .json).utf8)
            try expect((try? JSONSerialization.jsonObject(with: json)) is [String: Any], "it is no JSON object")
        },
        ContractCheck("a search without a word says so") { client in
            try await expectFailure(.invalidRequest, of: "search") { _ = try await client.search(" - ") }
        },
    ]
}

extension Stretch {
    /// The number of the prompt with this text.
    fileprivate func prompt(_ wanted: String) throws -> MessageID {
        let prompts = events.compactMap { event -> MessageID? in
            guard case .messageStarted(let id, _, .user, _) = event.body else { return nil }
            return id
        }
        guard let found = prompts.first(where: { id in text { $0 == id } == wanted }) else {
            throw ContractViolation("there is no prompt “\(wanted)”")
        }
        return found
    }
}
