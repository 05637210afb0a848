// The fake model server, a program of this repository: its Rust documentation says how it is scripted.
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A running server, which ends with this object and with this process.
public final class FakeModelServer: Sendable {
    public let url: URL
    private let process: Process
    /// The server ends when its standard input closes. (A signal would not end it: threads of Swift's pool block
    /// signals, and a process that is started on one inherits that.)
    private let lifeline = Pipe()

    /// Starts the program that the environment names.
    public init() throws {
        guard let path = ProcessInfo.processInfo.environment["ATELIER_FAKE_MODEL_SERVER"] else {
            throw ServerProblem("Set ATELIER_FAKE_MODEL_SERVER to the built fake-model-server, as scripts/test does.")
        }
        let output = Pipe()
        process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["--exit-with-stdin"]
        process.standardInput = lifeline
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let url = URL(string: line.replacing("listening on ", with: "").trimmingCharacters(in: .newlines)) else {
            throw ServerProblem("The fake model server said “\(line)” instead of where it listens.")
        }
        self.url = url
    }

    deinit { try? lifeline.fileHandleForWriting.close() }

    /// Ends it now; its port is closed when this returns.
    public func stop() async throws {
        try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in ended.resume() }
            do { try lifeline.fileHandleForWriting.close() } catch { ended.resume(throwing: error) }
        }
    }

    /// Answers each request from now on with these steps between a proper start and end, in JSON.
    public func answer(_ steps: String...) async throws {
        try await script(default: Self.message(steps))
    }

    /// Answers the next requests with the first replies, and each one after them with the last; all are JSON objects.
    public func script(default reply: String, first replies: [String] = []) async throws {
        try await post("_script", #"{"default": \#(reply), "replies": [\#(replies.joined(separator: ","))]}"#)
    }

    /// A complete reply with these steps between start and end.
    public static func message(_ steps: [String], stop reason: String = "end_turn") -> String {
        let all = [#""start""#] + steps + [#"{"stop": "\#(reason)"}"#]
        return #"{"steps": [\#(all.joined(separator: ","))]}"#
    }

    /// Lets one stalled reply go on.
    public func release() async throws { try await post("_release", "") }

    /// The requests so far, oldest first.
    public func requests() async throws -> [ModelRequest] {
        let (data, _) = try await URLSession.shared.data(from: url.appending(path: "_requests"))
        return try JSONDecoder().decode([ModelRequest].self, from: data)
    }

    /// Asks again and again until the requests are as wanted. The test's watchdog ends what never comes.
    public func requests(until isEnough: ([ModelRequest]) -> Bool) async throws -> [ModelRequest] {
        while true {
            let requests = try await requests()
            if isEnough(requests) { return requests }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func post(_ path: String, _ body: String) async throws {
        var request = URLRequest(url: url.appending(path: path))
        request.httpMethod = "POST"
        request.httpBody = Data(body.utf8)
        let (data, response) = try await URLSession.shared.data(for: request)
        guard (response as? HTTPURLResponse)?.statusCode == 200 else {
            throw ServerProblem("The fake model server refused \(path): \(String(decoding: data, as: UTF8.self))")
        }
    }
}

/// Why the server can't be used.
public struct ServerProblem: Error, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
