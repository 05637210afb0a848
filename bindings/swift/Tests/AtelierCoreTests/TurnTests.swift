// Turns, from a prompt in Swift over Rust and HTTP to events in Swift.
import AtelierCore
import AtelierKit
import ModelServer
import Testing

extension RealCore {
    @Suite struct Turns {
        @Test func anAnswerArrivesWhileTheServerStillWrites() async throws {
            let (server, home) = (try FakeModelServer(), try TemporaryHome())
            try await server.answer(#"{"text": ["Hel", "lo"]}"#, #""stall""#, #"{"text": [", you"]}"#)
            let client = try await home.open(asking: server)
            let session = try await client.createSession().id
            try await client.send("Greet me", to: session)

            let early = try await client.read(session) { $0.answer == "Hello" }
            #expect(early.outcomes.isEmpty)
            try await server.release()
            let whole = try await client.read(session)
            #expect(whole.answer == "Hello, you")
            #expect(whole.text(of: .user, .text) == "Greet me")
            #expect(whole.outcomes == [.completed])
            #expect(whole.events.first?.seq == 1)

            let request = try #require(try await server.requests().first)
            #expect(request.body.messages == [.init("user", "Greet me")])
            #expect(request.headers["x-api-key"] == testKey)
            try await client.close()
        }

        @Test func noCharacterIsLostHoweverTheBytesAreCut() async throws {
            let (server, home) = (try FakeModelServer(), try TemporaryHome())
            // U+FEFF at the start of a delta is text, not a byte order mark.
            let pieces = ["\u{FEFF}a", "\u{FEFF}", "\u{FEFF}\u{FEFF}é", "👩‍👩‍👧", "\u{0}e\u{301}"]
            let steps = pieces.map { #"{"text": ["\#($0 == "\u{0}e\u{301}" ? #"\u0000e\u0301"# : $0)"]}"# }
            let message = FakeModelServer.message(steps)
            try await server.script(default: message.dropLast() + #", "split": 1}"#)
            let client = try await home.open(asking: server)
            let (_, transcript) = try await client.turn("\u{FEFF}Prompt")
            #expect(Array(transcript.answer.unicodeScalars) == Array(pieces.joined().unicodeScalars))
            #expect(Array(transcript.text(of: .user, .text).unicodeScalars) == Array("\u{FEFF}Prompt".unicodeScalars))
            try await client.close()
        }

        @Test func stoppingATurnClosesTheConnectionAndKeepsWhatCame() async throws {
            let (server, home) = (try FakeModelServer(), try TemporaryHome())
            try await server.answer(#"{"text": ["Partial"]}"#, #""stall""#)
            let client = try await home.open(asking: server)
            let session = try await client.createSession().id
            try await client.send("Go on for ever", to: session)
            _ = try await client.read(session) { $0.answer == "Partial" }

            try await client.interrupt(session)
            let transcript = try await client.read(session)
            #expect(transcript.answer == "Partial")
            #expect(transcript.outcomes == [.interrupted])
            let requests = try await server.requests { $0.first?.ending != nil }
            #expect(requests.map(\.ending) == [.closedByClient])
            try await client.close()
        }

        @Test func aFollowUpAfterReopeningKnowsWhatWasSaid() async throws {
            let (server, home) = (try FakeModelServer(), try TemporaryHome())
            try await server.answer(#"{"text": ["Blue", "."]}"#)
            let first = try await home.open(asking: server)
            let (session, said) = try await first.turn("Name a colour")
            try await first.close()

            let second = try await home.open(asking: server)
            let replayed = try await second.read(session)
            #expect(replayed.events.last == said.events.last)
            #expect(replayed.answer == said.answer)
            #expect(try await second.sessions().map(\.title) == ["Name a colour"])

            try await second.send("Another", to: session)
            _ = try await second.read(session, after: try #require(replayed.events.last?.seq))
            let requests = try await server.requests()
            #expect(
                requests.last?.body.messages
                    == [.init("user", "Name a colour"), .init("assistant", "Blue."), .init("user", "Another")]
            )
            try await second.close()
        }

        @Test func closingStopsTheTurnAndEndsItsReaders() async throws {
            let (server, home) = (try FakeModelServer(), try TemporaryHome())
            try await server.answer(#"{"text": ["Partial"]}"#, #""stall""#)
            let client = try await home.open(asking: server)
            let session = try await client.createSession().id
            try await client.send("Go on for ever", to: session)
            _ = try await client.read(session) { $0.answer == "Partial" }
            let reader = Task {
                for try await _ in client.events(of: session, after: 0) {}
            }
            try await client.close()
            try await reader.value
            await #expect(throws: WorkbenchError.self) { try await client.sessions() }

            let reopened = try await home.open(asking: server)
            #expect(try await reopened.read(session).outcomes == [.interrupted])
            try await reopened.close()
        }
    }
}
