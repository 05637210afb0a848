// What cancelling a Swift task does, which never reaches Rust by itself.
import AtelierCore
import AtelierKit
import Foundation
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

        @Test func aSearchThatIsCancelledHalfWayTellsNothingMoreAndEnds() async throws {
            let home = try TemporaryHome()
            let client = try await home.open()
            let place = home.folder.appending(path: "place")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            // Many more files than wait for a reader, so that the search can't be over when it is cancelled.
            for number in 0..<5_000 {
                try Data("a token\n".utf8).write(to: place.appending(path: "\(number).txt"))
            }
            let folder = place.resolvingSymlinksInPath().path(percentEncoded: false)
            _ = try await client.requestDirectoryAccess(path: folder, bookmark: nil)
            let (arrived, arrival) = AsyncStream<Void>.makeStream()
            let reader = Task {
                var batches = 0
                do {
                    for try await batch in client.searchContent(ContentQuery("token"), in: folder) {
                        batches += 1
                        #expect(!batch.files.isEmpty && batch.searched < 5_000)
                        arrival.finish()
                        while !Task.isCancelled { await Task.yield() }
                    }
                } catch {
                    // Either ending is right: a last nil, or the cancellation as an error.
                    #expect(error is CancellationError)
                }
                return batches
            }
            for await _ in arrived {}
            #if os(Linux)
            #expect(Self.searches() > 0)
            #endif
            reader.cancel()
            #expect(await reader.value == 1)
            let deadline = ContinuousClock.now + .seconds(60)
            while Self.searches() > 0, ContinuousClock.now < deadline { await Task.yield() }
            #expect(Self.searches() == 0, "its threads end, too")
            try await client.close()
        }

        /// How many threads of this process look into files for a search; on a Mac nobody can say.
        private static func searches() -> Int {
            #if os(Linux)
            let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
            return threads.count { thread in
                let name = try? String(contentsOfFile: "/proc/self/task/\(thread)/comm", encoding: .utf8)
                return name == "atelier-search\n"
            }
            #else
            return 0
            #endif
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
