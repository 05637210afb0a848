// Long logs and many readers: order, completeness, memory.
import AtelierCore
import AtelierKit
import Foundation
import ModelServer
import Testing

extension RealCore {
    @Suite struct ManyEvents {
        @Test func tenThousandEventsArriveInOrderWithoutAGapForEachOfTwoReaders() async throws {
            let (server, home) = (try FakeModelServer(), try TemporaryHome())
            // Each block is a message of its own, so that no two deltas are neighbours and nothing can be merged.
            let blocks = (1...3_400).map { #"{"text": ["\#($0) "]}"# }
            try await server.script(default: FakeModelServer.message(blocks))
            let client = try await home.open(asking: server)
            let session = try await client.createSession().id
            try await client.send("Count", to: session)
            async let one = client.read(session)
            async let two = client.read(session)
            for transcript in [try await one, try await two, try await client.read(session)] {
                #expect(transcript.events.count > 10_000)
                #expect(transcript.events.map(\.seq) == (1...UInt64(transcript.events.count)).map(\.self))
                #expect(transcript.answer == (1...3_400).map { "\($0) " }.joined())
            }
            try await client.close()
        }

        @Test func tenThousandDeltasGiveTheSameTextHoweverTheyAreMerged() async throws {
            let (server, home) = (try FakeModelServer(), try TemporaryHome())
            try await server.answer(#"{"deltas": {"count": 10000, "text": "{n} "}}"#)
            let client = try await home.open(asking: server)
            let session = try await client.createSession().id
            try await client.send("Count", to: session)
            async let live = client.read(session)
            async let paced = client.readSlowly(session)
            let expected = (1...10_000).map { "\($0) " }.joined()
            for transcript in [try await live, try await paced, try await client.read(session)] {
                #expect(transcript.answer == expected)
                #expect(zip(transcript.events, transcript.events.dropFirst()).allSatisfy { $0.seq < $1.seq })
                #expect(transcript.outcomes == [.completed])
            }
            try await client.close()
        }

        @Test func nothingIsLeftOfTenThousandSessionsAndTheirReaders() async throws {
            let home = try TemporaryHome()
            let client = try await home.open()
            try await client.openAndDrop(1_000)
            let before = ProcessSize.now()
            try await client.openAndDrop(10_000)
            let after = ProcessSize.now()
            #expect(client.openReaderCount == 0)
            #expect(try await client.sessions().count == 11_000)
            // A kilobyte a session would show; what a list of 11,000 sessions needs is gone again or small.
            #expect(after.residentBytes - before.residentBytes < 10_000_000, "before \(before), after \(after)")
            #expect(after.handles - before.handles < 8, "before \(before), after \(after)")
            #expect(after.threads - before.threads < 8, "before \(before), after \(after)")
            try await client.close()
        }

        @Test func nothingIsLeftOfAHundredCores() async throws {
            let home = try TemporaryHome()
            for _ in 0..<10 { try await home.open().close() }
            let before = ProcessSize.now()
            for _ in 0..<100 {
                let client = try await home.open()
                _ = try await client.sessions()
                try await client.close()
            }
            let after = ProcessSize.now()
            #expect(after.handles - before.handles < 8, "before \(before), after \(after)")
            #expect(after.threads - before.threads < 8, "before \(before), after \(after)")
            #expect(after.residentBytes - before.residentBytes < 10_000_000, "before \(before), after \(after)")
        }
    }
}

extension LiveClient {
    /// Reads a session as a window does, a batch a frame: what comes meanwhile is merged.
    fileprivate func readSlowly(_ session: SessionID) async throws -> Transcript {
        var transcript = Transcript()
        for try await batch in events(of: session, after: 0) {
            transcript.events += batch
            if transcript.isAtRest { break }
            try await Task.sleep(for: .milliseconds(16))
        }
        return transcript
    }

    /// Makes sessions, each with a reader that waits and is cancelled.
    fileprivate func openAndDrop(_ count: Int) async throws {
        for _ in 0..<count {
            let session = try await createSession().id
            let reader = Task { for try await _ in events(of: session, after: 0) {} }
            while openReaderCount == 0 { await Task.yield() }
            reader.cancel()
            _ = await reader.result
        }
    }
}

/// What this process takes of the machine.
struct ProcessSize {
    var residentBytes: Int
    var handles: Int
    var threads: Int

    /// Zero where the system does not say, as on a Mac; the core's own count of readers holds there too.
    static func now() -> ProcessSize {
        let pages = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        let entries = { try? FileManager.default.contentsOfDirectory(atPath: $0).count }
        return ProcessSize(
            residentBytes: (pages.flatMap { Int($0[1]) } ?? 0) * 4096,
            handles: entries("/proc/self/fd") ?? 0,
            threads: entries("/proc/self/task") ?? 0
        )
    }
}
