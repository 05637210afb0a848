// Reading one HTTP/1.1 request from bytes, within limits.

import Foundation

/// A request that was read whole.
struct Request: Sendable {
    let method: String
    /// Without the query; percent escapes are left as they are, no route has any.
    let path: String
    let query: [String: String]
    /// By lower-case name.
    let headers: [String: String]
    let body: Data
    /// The connection can be used again.
    let keepsAlive: Bool

    /// The value of a cookie.
    func cookie(_ name: String) -> String? {
        for pair in (headers["cookie"] ?? "").split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name {
                return parts[1].trimmingCharacters(in: .whitespaces)
            }
        }
        return nil
    }
}

/// Why a request is refused before it is looked at.
struct RequestProblem: Error, Equatable {
    let status: Int
    let sentence: String

    static let malformed = RequestProblem(status: 400, sentence: "This is not an HTTP request.")
    static let tooLong = RequestProblem(status: 431, sentence: "The request's header is too long.")
    static let tooLarge = RequestProblem(status: 413, sentence: "The request's body is too large.")
    static let chunked = RequestProblem(status: 501, sentence: "Bodies in chunks are not read here.")
    static let version = RequestProblem(status: 505, sentence: "Only HTTP/1.1 is spoken here.")
}

/// Takes bytes as they come and gives requests.
struct RequestParser {
    /// The longest header, and the largest body, in bytes.
    static let headerLimit = 16 * 1024
    static let bodyLimit = 4 * 1024 * 1024

    private var buffer = Data()
    private var head: Head?

    private struct Head {
        let method: String
        let target: String
        let headers: [String: String]
        let length: Int
    }

    /// Nothing of a next request has come yet.
    var isIdle: Bool { buffer.isEmpty && head == nil }

    mutating func append(_ bytes: some DataProtocol) { buffer.append(contentsOf: bytes) }

    /// The next request, once it is whole.
    mutating func next() throws -> Request? {
        if head == nil { head = try readHead() }
        guard let head, buffer.count >= head.length else { return nil }
        let body = Data(buffer.prefix(head.length))
        buffer = Data(buffer.dropFirst(head.length))
        self.head = nil
        let parts = head.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return Request(
            method: head.method,
            path: String(parts[0]),
            query: parts.count == 2 ? Self.query(parts[1]) : [:],
            headers: head.headers,
            body: body,
            keepsAlive: head.headers["connection"]?.lowercased() != "close"
        )
    }

    private mutating func readHead() throws -> Head? {
        let end = Data("\r\n\r\n".utf8)
        guard let range = buffer.prefix(Self.headerLimit + end.count).range(of: end) else {
            if buffer.count > Self.headerLimit { throw RequestProblem.tooLong }
            return nil
        }
        guard let text = String(data: buffer[..<range.lowerBound], encoding: .utf8) else {
            throw RequestProblem.malformed
        }
        buffer = Data(buffer[range.upperBound...])
        return try Self.head(text)
    }

    private static func head(_ text: String) throws -> Head {
        var lines = text.components(separatedBy: "\r\n")
        let start = lines.removeFirst().split(separator: " ", omittingEmptySubsequences: false)
        guard start.count == 3, !start[0].isEmpty, start[1].hasPrefix("/") else { throw RequestProblem.malformed }
        guard start[2] == "HTTP/1.1" else { throw RequestProblem.version }
        var headers: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex, line.first?.isWhitespace == false
            else { throw RequestProblem.malformed }
            let name = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            // Two hosts or two lengths are how requests are smuggled.
            if headers[name] != nil, ["host", "content-length", "origin"].contains(name) {
                throw RequestProblem.malformed
            }
            headers[name] = headers[name].map { $0 + "; " + value } ?? value
        }
        if headers["transfer-encoding"] != nil { throw RequestProblem.chunked }
        return Head(
            method: String(start[0]),
            target: String(start[1]),
            headers: headers,
            length: try length(headers["content-length"])
        )
    }

    private static func length(_ text: String?) throws -> Int {
        guard let text else { return 0 }
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let length = Int(text) else {
            throw text.allSatisfy(\.isNumber) ? RequestProblem.tooLarge : RequestProblem.malformed
        }
        if length > bodyLimit { throw RequestProblem.tooLarge }
        return length
    }

    private static func query(_ text: Substring) -> [String: String] {
        var query: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            query[String(parts[0])] = String(parts[1]).removingPercentEncoding
        }
        return query
    }
}
