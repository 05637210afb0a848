// Writing one HTTP/1.1 response.

import Foundation

/// A response as a whole, or the start of one whose body follows piece by piece.
struct Response: Sendable {
    var status: Int
    var headers: [String: String] = [:]
    var body = Data()

    private static let reasons = [
        200: "OK", 204: "No Content", 303: "See Other", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
        404: "Not Found", 405: "Method Not Allowed", 413: "Content Too Large", 415: "Unsupported Media Type",
        431: "Request Header Fields Too Large", 501: "Not Implemented", 503: "Service Unavailable",
        505: "HTTP Version Not Supported",
    ]

    static func text(_ status: Int, _ sentence: String) -> Response {
        Response(status: status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Data(sentence.utf8))
    }

    static func json(_ value: some Encodable) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return Response(status: 200, headers: ["Content-Type": "application/json"], body: try encoder.encode(value))
    }

    /// The bytes of the whole response.
    func bytes(keepsAlive: Bool) -> Data {
        var all = headers
        all["Content-Length"] = "\(body.count)"
        all["Connection"] = keepsAlive ? "keep-alive" : "close"
        return head(all) + body
    }

    /// The bytes before a body that ends with the connection.
    var streamStart: Data {
        var all = headers
        all["Connection"] = "close"
        return head(all)
    }

    private func head(_ headers: [String: String]) -> Data {
        var all = headers
        all["Cache-Control"] = "no-store"
        all["X-Content-Type-Options"] = "nosniff"
        all["Referrer-Policy"] = "no-referrer"
        all["Cross-Origin-Opener-Policy"] = "same-origin"
        all["Cross-Origin-Resource-Policy"] = "same-origin"
        let lines = all.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }
        return Data("HTTP/1.1 \(status) \(Self.reasons[status] ?? "")\r\n\(lines.joined())\r\n".utf8)
    }
}
