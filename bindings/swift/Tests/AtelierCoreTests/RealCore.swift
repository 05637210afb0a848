// Every test of this package runs inside `RealCore`: the real Rust library, on folders of its own.
import AtelierCore
import AtelierKit
import Foundation
import ModelServer
import Testing

/// One test at a time: memory and file handles are counted for the whole process.
@Suite(.serialized)
struct RealCore {}

/// Ends a run in which something waits for ever. The time limits of Swift Testing can't: they cancel a task, and a
/// task that waits in Rust does not notice.
enum Watchdog {
    static let isWatching: Void = Thread.detachNewThread {
        Thread.sleep(forTimeInterval: 600)
        let message = "The tests of the real core are not done after ten minutes; the last one that started hangs.\n"
        FileHandle.standardError.write(Data(message.utf8))
        exit(1)
    }
}

/// A home folder that lives as long as this object.
final class TemporaryHome: Sendable {
    let folder: URL

    init() throws {
        Watchdog.isWatching
        folder = FileManager.default.temporaryDirectory.appending(path: "atelier-core-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var data: URL { folder.appending(path: "data") }
    var database: URL { data.appending(path: "atelier.db") }

    /// Opens a core that knows nothing but this home and `variables`.
    func open(_ variables: [String: String] = [:]) async throws -> LiveClient {
        try await LiveClient.open(options(variables))
    }

    /// Opens a core that asks `server`, with a key from the environment.
    func open(asking server: FakeModelServer) async throws -> LiveClient {
        try await open(["ANTHROPIC_API_KEY": testKey, "ANTHROPIC_BASE_URL": server.url.absoluteString])
    }

    func options(_ variables: [String: String] = [:]) -> CoreOptions {
        let folders = [
            "ATELIER_DATA_DIR": data.path(percentEncoded: false),
            "ATELIER_CONFIG_DIR": folder.appending(path: "config").path(percentEncoded: false),
        ]
        let environment = CoreOptions.Environment(
            home: folder.path(percentEncoded: false),
            variables: variables.merging(folders) { $1 }
        )
        return CoreOptions(environment: environment, demoPause: .milliseconds(1))
    }
}

/// No key of anybody; it must not turn up in any error.
let testKey = "sk-ant-test-0123456789abcdefghijklmnopqrstuvwxyz"

/// What a part of a log says.
struct Transcript {
    var events: [SessionEvent] = []

    var answer: String { text(of: .assistant, .text) }

    func text(of role: Role, _ content: ContentKind) -> String {
        var wanted: Set<MessageID> = []
        var text = ""
        for event in events {
            switch event.body {
            case .messageStarted(let id, _, role, content): wanted.insert(id)
            case .messageDelta(let id, let more) where wanted.contains(id): text += more
            default: break
            }
        }
        return text
    }

    var outcomes: [TurnOutcome] {
        events.compactMap { event in
            guard case .turnFinished(_, let outcome, _) = event.body else { return nil }
            return outcome
        }
    }

    var errors: [(code: ErrorCode, message: String)] {
        events.compactMap { event in
            guard case .error(let code, let message) = event.body else { return nil }
            return (code, message)
        }
    }

    /// The turn is over, and nothing more comes of it.
    var isAtRest: Bool { events.last?.body == .stateChanged(state: .idle) }
}

extension LiveClient {
    /// Reads until the condition holds. The watchdog ends what never comes.
    func read(
        _ session: SessionID,
        after seq: UInt64 = 0,
        until isEnough: (Transcript) -> Bool = { $0.isAtRest }
    ) async throws -> Transcript {
        var transcript = Transcript()
        for try await batch in events(of: session, after: seq) {
            transcript.events += batch
            if isEnough(transcript) { return transcript }
        }
        throw EndedTooEarly(read: transcript.events.count)
    }

    /// Sends a prompt to a new session and reads its turn to the end.
    func turn(_ prompt: String) async throws -> (session: SessionID, transcript: Transcript) {
        let session = try await createSession().id
        try await send(prompt, to: session)
        return (session, try await read(session))
    }
}

struct EndedTooEarly: Error { let read: Int }
