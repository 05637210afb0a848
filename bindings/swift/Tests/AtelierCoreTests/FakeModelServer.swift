// The fake model server, a program of this repository: its Rust documentation says how it is scripted.
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A running server, which ends with this object and with this process.
final class FakeModelServer: Sendable {
    let url: URL
    private let process: Process
    /// The server ends when its standard input closes. (A signal would not end it: threads of Swift's pool block
    /// signals, and a process that is started on one inherits that.)
    private let lifeline = Pipe()

    init() throws {
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
    func stop() async throws {
        try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in ended.resume() }
            do { try lifeline.fileHandleForWriting.close() } catch { ended.resume(throwing: error) }
        }
    }

    /// Answers each request from now on with these steps between a proper start and end.
    func answer(_ steps: String...) async throws {
        try await script(default: Self.message(steps))
    }

    /// Answers each request from now on with this reply, a JSON object.
    func script(default reply: String) async throws {
        try await post("_script", #"{"default": \#(reply)}"#)
    }

    /// A complete reply with these steps between start and end.
    static func message(_ steps: [String]) -> String {
        let all = [#""start""#] + steps + [#"{"stop": "end_turn"}"#]
        return #"{"steps": [\#(all.joined(separator: ","))]}"#
    }

    /// Lets one stalled reply go on.
    func release() async throws { try await post("_release", "") }

    func requests() async throws -> [ModelRequest] {
        let (data, _) = try await URLSession.shared.data(from: url.appending(path: "_requests"))
        return try JSONDecoder().decode([ModelRequest].self, from: data)
    }

    /// Asks again and again until the requests are as wanted. The suite's time limit ends what never comes.
    func requests(until isEnough: ([ModelRequest]) -> Bool) async throws -> [ModelRequest] {
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

/// A request as the server recorded it.
struct ModelRequest: Decodable {
    struct Body: Decodable {
        var model: String
        var messages: [Message]
    }

    struct Message: Decodable, Equatable {
        var role: String
        var content: [Content]

        init(_ role: String, _ text: String) {
            self.role = role
            content = [Content(text: text)]
        }
    }

    struct Content: Decodable, Equatable { var text: String? }

    /// How the answer ended.
    enum Ending: Decodable, Equatable {
        case complete, cut, closedByClient

        init(from decoder: any Decoder) throws {
            switch try? decoder.singleValueContainer().decode(String.self) {
            case "complete": self = .complete
            case "cut": self = .cut
            default: self = .closedByClient
            }
        }
    }

    var headers: [String: String]
    var body: Body
    var ending: Ending?
}

struct ServerProblem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
