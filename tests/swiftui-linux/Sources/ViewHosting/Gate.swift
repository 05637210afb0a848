// Who may talk to the host: a page that was opened with the token, on this machine.

import Foundation

/// Checks requests before any route sees them.
struct Gate: Sendable {
    /// 128 random bits in hexadecimal digits.
    let token: String
    let port: UInt16

    init(token: String, port: UInt16) {
        self.token = token
        self.port = port
    }

    /// A token that nobody can guess.
    static func makeToken() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let word = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - word.count) + word
        }.joined()
    }

    /// Cookies are shared by all ports of a host, so the port is in the name.
    var cookieName: String { "atelier-host-\(port)" }

    /// The answer to a request that must not go further; nil lets it through.
    func refusal(of request: Request) -> Response? {
        // A page elsewhere whose name was pointed at this machine sends that name.
        guard let host = request.headers["host"], isOurs(host) else {
            return .text(403, "This host only answers to 127.0.0.1 and localhost.")
        }
        if request.method == "POST", request.headers["origin"] != "http://" + host {
            return .text(403, "This request comes from another page.")
        }
        if let given = request.query["token"], request.method == "GET", request.path == "/" {
            return admission(given, from: request.headers["sec-fetch-site"])
        }
        guard let cookie = request.cookie(cookieName), isToken(cookie) else {
            return .text(401, "Open the address that the host printed; it has a token in it.")
        }
        return nil
    }

    /// Changes the token of the address into a cookie, so that it stays neither in the address bar nor in the history.
    private func admission(_ given: String, from site: String?) -> Response {
        guard isToken(given) else { return .text(403, "The token in this address is not the one of this host.") }
        let cookie = "\(cookieName)=\(token); HttpOnly; SameSite=Strict; Path=/"
        guard site == "cross-site" || site == "same-site" else {
            return Response(status: 303, headers: ["Location": "/", "Set-Cookie": cookie])
        }
        // Opened by a link in another page. A redirect would still count as that page's doing, and a strict cookie
        // would stay at home; a page of ours that goes on by itself is our own doing.
        let headers = ["Content-Type": "text/html; charset=utf-8", "Set-Cookie": cookie]
        let page = "<!doctype html><title>Opening…</title><meta http-equiv=\"refresh\" content=\"0;url=/\">"
        return Response(status: 200, headers: headers, body: Data(page.utf8))
    }

    private func isOurs(_ host: String) -> Bool {
        ["127.0.0.1:\(port)", "localhost:\(port)"].contains(host.lowercased())
    }

    /// Takes the same time wherever the first wrong character is.
    private func isToken(_ given: String) -> Bool {
        let expected = Array(token.utf8)
        let actual = Array(given.utf8)
        guard expected.count == actual.count else { return false }
        return zip(expected, actual).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
