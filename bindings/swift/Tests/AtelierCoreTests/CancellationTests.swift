// What cancelling a Swift task does, which never reaches Rust by itself.
import AtelierCore
import AtelierKit
import ModelServer
import Testing

extension RealCore {
    @Suite struct Cancellation {
        @Test func cancellingAWaitingReaderEndsItAndLeavesTheTurnAlone() async throws {
            let (server, home) = (try FakeModelServer(), try TemporaryHome())
            try await server.answer(#"{"text": ["One"]}"#, #""stall""#, #"{"text": [" two"]}"#)
            let client = try await home.open(asking: server)
            let session = try await client.createSession().id
            try await client.send("Count", to: session)
            let (arrived, arrival) = AsyncStream<Void>.makeStream()
            let reader = Task {
                var seen = Transcript()
                for try await batch in client.events(of: session, after: 0) {
                    seen.events += batch
                    if seen.answer == "One" { arrival.finish() }
                }
                return seen.answer
            }
            for await _ in arrived {}
            reader.cancel()
            // It ends although the server stalls: nothing else could have ended it.
            #expect(try await reader.value == "One")
            #expect(client.openReaderCount == 0)

            try await server.release()
            let whole = try await client.read(session)
            #expect(whole.answer == "One two")
            #expect(whole.outcomes == [.completed])
            try await client.close()
        }

        @Test func readersThatAreCancelledBeforeAnythingComesEndAllTheSame() async throws {
            let home = try TemporaryHome()
            let client = try await home.open()
            let session = try await client.createSession().id
            let readers = (0..<200).map { _ in
                Task { for try await _ in client.events(of: session, after: 0) {} }
            }
            for reader in readers {
                reader.cancel()
                // Either ending is right: a last nil, or the cancellation as an error.
                if case .failure(let error) = await reader.result { #expect(error is CancellationError) }
            }
            #expect(client.openReaderCount == 0)
            try await client.close()
        }

        @Test func aCancelledCallIsNotMade() async throws {
            let home = try TemporaryHome()
            let client = try await home.open()
            let call = Task {
                while !Task.isCancelled { await Task.yield() }
                _ = try await client.createSession()
            }
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
            #expect(try await client.sessions().isEmpty)
            try await client.close()
        }
    }
}
