// A disk that takes no more, in the middle of a turn.
import AtelierKit
import Foundation
import ModelServer
import Testing

@testable import AtelierCore

extension RealCore {
    @Suite struct FullDisk {
        @Test func itIsToldToReadersAndCallersAndLosesNothingThatWasRead() async throws {
            let (server, home) = (try FakeModelServer(), try TemporaryHome())
            try await server.answer(#"{"text": ["One"]}"#, #""stall""#, #"{"text": [" two"]}"#)
            let client = try await home.open(asking: server)
            let session = try await client.createSession().id
            try await client.send("Count", to: session)
            let read = try await client.read(session) { $0.answer == "One" }
            let position = try #require(read.events.last?.seq)

            try await FileGrowth.prevented {
                try await server.release()
                let error = try await failure { _ = try await client.read(session, after: position) }
                #expect(error.kind == .storage)
                expectSentence(error.message)
                #expect(try await failure { _ = try await client.createSession() }.kind == .storage)
            }

            try await client.interrupt(session)
            try await server.answer(#"{"text": ["Three"]}"#)
            try await client.send("Go on", to: session)
            let whole = try await client.read(session) { $0.isAtRest && $0.outcomes.count == 2 }
            #expect(whole.answer.hasPrefix("One"))
            #expect(whole.answer.hasSuffix("Three"))
            #expect(whole.outcomes.last == .completed)
            try await client.close()
        }
    }
}

/// Keeps this process from making any file longer, which is how a full disk looks to it.
enum FileGrowth {
    static func prevented(while body: () async throws -> Void) async throws {
        signal(SIGXFSZ, SIG_IGN)
        let before = try fileSizeLimit()
        try setFileSizeLimit(rlimit(rlim_cur: 0, rlim_max: before.rlim_max))
        do { try await body() } catch {
            try setFileSizeLimit(before)
            throw error
        }
        try setFileSizeLimit(before)
    }

    private static func fileSizeLimit() throws -> rlimit {
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EINVAL) }
        return limit
    }

    private static func setFileSizeLimit(_ limit: rlimit) throws {
        var limit = limit
        guard setrlimit(kind, &limit) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EINVAL) }
    }

    #if os(Linux)
    private static let kind = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    #else
    private static let kind = RLIMIT_FSIZE
    #endif
}
