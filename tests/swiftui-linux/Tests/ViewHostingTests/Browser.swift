// What a browser does, over real connections, with threads that never block the main actor.

import Foundation
import Glibc

@testable import ViewHosting

/// A response as it came.
struct Answer: Sendable {
    let status: Int
    let headers: [String: String]
    let body: String
}

/// A connection to the host.
final class Wire: @unchecked Sendable {
    struct Refused: Error {}
    struct Closed: Error {}

    private let descriptor: Int32
    private var buffer = Data()

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 300, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Refused() }
    }

    deinit { _ = Glibc.close(descriptor) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = Glibc.send(descriptor, Array(bytes[sent...]), bytes.count - sent, Int32(MSG_NOSIGNAL))
            if count <= 0 { return }
            sent += count
        }
    }

    /// Everything up to and including `end`.
    func read(until end: String) throws -> String {
        let end = Data(end.utf8)
        while true {
            if let range = buffer.range(of: end) {
                defer { buffer = Data(buffer[range.upperBound...]) }
                return String(decoding: buffer[..<range.upperBound], as: UTF8.self)
            }
            try more()
        }
    }

    func read(count: Int) throws -> String {
        while buffer.count < count { try more() }
        defer { buffer = Data(buffer.dropFirst(count)) }
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    func readHead() throws -> (status: Int, headers: [String: String]) {
        let lines = try read(until: "\r\n\r\n").components(separatedBy: "\r\n")
        let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...]
            headers[line[..<colon].lowercased()] = value.trimmingCharacters(in: .whitespaces)
        }
        return (status, headers)
    }

    func readAnswer() throws -> Answer {
        let (status, headers) = try readHead()
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        return Answer(status: status, headers: headers, body: try read(count: length))
    }

    private func more() throws {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { throw Closed() }
        buffer.append(contentsOf: bytes.prefix(count))
    }
}

/// Runs blocking work on a thread of its own.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result(catching: work)) }
    }
}

/// A frame as the page gets it.
struct ReceivedFrame: Decodable, Sendable {
    struct Patch: Decodable, Sendable {
        let id: String
        var put: String?
        var add: String?
        var set: [String: String]?
        var drop: [String]?
    }

    let acknowledged: Int
    var whole: String?
    let patches: [Patch]
    var title: String?
    let announcements: [String]
}

/// A browser with the host's cookie.
struct Browser: Sendable {
    let port: UInt16
    let token: String
    var page = "page"

    init(_ address: String) throws {
        struct NoAddress: Error {}
        guard let url = URLComponents(string: address), let port = url.port.flatMap({ UInt16(exactly: $0) }),
            let token = url.queryItems?.first(where: { $0.name == "token" })?.value
        else { throw NoAddress() }
        self.port = port
        self.token = token
    }

    var cookie: String { "atelier-host-\(port)=\(token)" }

    /// Sends a request with exactly these headers.
    func raw(_ head: String, body: String = "") async throws -> Answer {
        try await onThread {
            let wire = try Wire(port: port)
            wire.send(head + "\r\n\r\n" + body)
            return try wire.readAnswer()
        }
    }

    func get(_ path: String) async throws -> Answer {
        try await raw("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nCookie: \(cookie)")
    }

    func post(_ body: String, type: String = "application/json") async throws -> Answer {
        let host = "127.0.0.1:\(port)"
        return try await raw(
            "POST /events HTTP/1.1\r\nHost: \(host)\r\nOrigin: http://\(host)\r\nCookie: \(cookie)\r\n"
                + "Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)",
            body: body
        )
    }

    /// Sends events, each as a JSON object without its number, and gives the replies as JSON.
    func act(from seq: Int, _ events: String...) async throws -> String {
        let numbered = events.enumerated().map { "{\"seq\":\(seq + $0.offset),\($0.element)}" }.joined(separator: ",")
        let answer = try await post("{\"page\":\"\(page)\",\"events\":[\(numbered)]}")
        return answer.status == 200 ? answer.body : "status \(answer.status)"
    }

    func open() async throws -> FrameStream { try await FrameStream(self) }

    /// What a page that is opened now shows.
    func markup() async throws -> String { try await open().next().whole ?? "" }

    /// A page that is opened once the app shows this text, and what it shows.
    func open(showing text: String) async throws -> (stream: FrameStream, markup: String) {
        try await open { $0.contains(text) }
    }

    /// The same once what the app shows is as it should be.
    func open(when holds: @Sendable (String) -> Bool) async throws -> (stream: FrameStream, markup: String) {
        let end = ContinuousClock.now + FrameStream.patience
        while ContinuousClock.now < end {
            let stream = try await open()
            if let markup = try await stream.next().whole, holds(markup) { return (stream, markup) }
        }
        throw FrameStream.Impatient()
    }
}

/// The frames of one connection.
final class FrameStream: Sendable {
    struct Impatient: Error {}

    /// Bounds a failure.
    static let patience = Duration.seconds(300)

    private let wire: Wire

    init(_ browser: Browser) async throws {
        wire = try await onThread {
            let wire = try Wire(port: browser.port)
            wire.send(
                "GET /frames?page=\(browser.page) HTTP/1.1\r\nHost: 127.0.0.1:\(browser.port)\r\n"
                    + "Cookie: \(browser.cookie)\r\n\r\n"
            )
            _ = try wire.readHead()
            return wire
        }
    }

    func next() async throws -> ReceivedFrame {
        let wire = wire
        return try await onThread {
            let end = ContinuousClock.now + Self.patience
            while true {
                if ContinuousClock.now > end { throw Impatient() }
                let event = try wire.read(until: "\n\n")
                guard event.hasPrefix("data: ") else { continue }
                return try JSONDecoder().decode(ReceivedFrame.self, from: Data(event.dropFirst(6).utf8))
            }
        }
    }

    /// Reads frames until one of them satisfies the condition.
    @discardableResult
    func next(where condition: @Sendable (ReceivedFrame) -> Bool) async throws -> ReceivedFrame {
        let end = ContinuousClock.now + Self.patience
        while ContinuousClock.now < end {
            let frame = try await next()
            if condition(frame) { return frame }
        }
        throw Impatient()
    }
}

extension String {
    /// The value of an attribute in the tag that holds `text`.
    func attribute(_ name: String, ofTagWith text: String) -> String? {
        guard let found = range(of: text), let start = self[..<found.lowerBound].range(of: "<", options: .backwards),
            let end = self[found.lowerBound...].range(of: ">")
        else { return nil }
        let tag = self[start.lowerBound..<end.upperBound]
        guard let attribute = tag.range(of: " \(name)=\"") else { return nil }
        return tag[attribute.upperBound...].prefix { $0 != "\"" }.description
    }
}
