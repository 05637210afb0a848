// Who is let in, and what is refused, over real connections.

import Foundation
import SwiftUI
import Testing

@testable import ViewHosting

@MainActor
struct GateTests {
    private let model = SampleModel()
    private let host: SceneHost
    private let browser: Browser

    init() throws {
        host = try SceneHost(name: "Sample", scene: SampleScenes(model: model))
        browser = try Browser(host.address)
    }

    @Test func theTokenBecomesACookieAndLeavesTheAddress() async throws {
        #expect(browser.token.count == 32)
        let answer = try await browser.raw(
            "GET /?token=\(browser.token) HTTP/1.1\r\nHost: localhost:\(browser.port)"
        )
        #expect(answer.status == 303)
        #expect(answer.headers["location"] == "/")
        #expect(answer.headers["set-cookie"] == browser.cookie + "; HttpOnly; SameSite=Strict; Path=/")
        #expect(try await browser.get("/").status == 200)
        await host.stop()
    }

    @Test func aLinkInAnotherPageOpensTheAppByAPageOfOurOwn() async throws {
        let answer = try await browser.raw(
            "GET /?token=\(browser.token) HTTP/1.1\r\nHost: localhost:\(browser.port)\r\nSec-Fetch-Site: cross-site"
        )
        #expect(answer.status == 200)
        #expect(answer.headers["set-cookie"]?.hasPrefix(browser.cookie) == true)
        #expect(answer.body.contains("url=/\""))
        #expect(!answer.body.contains(browser.token))
        await host.stop()
    }

    @Test func nobodyEntersWithoutTheToken() async throws {
        let hostLine = "Host: 127.0.0.1:\(browser.port)"
        let wrong = String(browser.token.dropLast()) + (browser.token.last == "0" ? "1" : "0")
        #expect(try await browser.raw("GET / HTTP/1.1\r\n\(hostLine)").status == 401)
        #expect(try await browser.raw("GET /frames?page=x HTTP/1.1\r\n\(hostLine)").status == 401)
        #expect(try await browser.raw("GET /?token=\(wrong) HTTP/1.1\r\n\(hostLine)").status == 403)
        #expect(try await browser.raw("GET /?token= HTTP/1.1\r\n\(hostLine)").status == 401)
        let stolen = "Cookie: atelier-host-\(browser.port)=\(wrong)"
        #expect(try await browser.raw("GET / HTTP/1.1\r\n\(hostLine)\r\n\(stolen)").status == 401)
        await host.stop()
    }

    @Test(arguments: ["evil.example", "127.0.0.1.evil.example", "127.0.0.1", "localhost:1"])
    func anotherHostNameIsRefusedEvenWithTheCookie(name: String) async throws {
        let answer = try await browser.raw("GET / HTTP/1.1\r\nHost: \(name)\r\nCookie: \(browser.cookie)")
        #expect(answer.status == 403)
        #expect(!answer.body.contains("pressed"))
        await host.stop()
    }

    @Test(arguments: ["", "\r\nOrigin: null", "\r\nOrigin: http://evil.example", "\r\nOrigin: https://127.0.0.1"])
    func eventsFromAnotherPageAreRefused(origin: String) async throws {
        let press = try #require(try await browser.markup().attribute("data-press", ofTagWith: "aria-label=\"Press\""))
        let body = "{\"page\":\"x\",\"events\":[{\"seq\":1,\"kind\":\"press\",\"id\":\"\(press)\"}]}"
        let answer = try await browser.raw(
            "POST /events HTTP/1.1\r\nHost: 127.0.0.1:\(browser.port)\(origin)\r\nCookie: \(browser.cookie)\r\n"
                + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)",
            body: body
        )
        #expect(answer.status == 403)
        #expect(model.presses == 0)
        await host.stop()
    }

    @Test func thePageRunsOnlyItsOwnScriptAndSaysWhatItIs() async throws {
        let page = try await browser.get("/")
        let policy = try #require(page.headers["content-security-policy"])
        let nonce = try #require(page.body.attribute("nonce", ofTagWith: "<script nonce"))
        #expect(policy.contains("default-src 'none'"))
        #expect(policy.contains("script-src 'nonce-\(nonce)'"))
        #expect(page.headers["cache-control"] == "no-store")
        #expect(page.headers["x-content-type-options"] == "nosniff")
        #expect(page.body.contains("hosted for development. On a Mac this is a native window."))
        let again = try await browser.get("/")
        #expect(again.body.attribute("nonce", ofTagWith: "<script nonce") != nonce)
        await host.stop()
    }

    @Test func textsAreNeverMarkup() async throws {
        let attack = "</textarea></script><img src=x onerror=alert(1)>\"'`\u{0}"
        model.messages = [attack]
        model.draft = attack
        let (stream, whole) = try await browser.open(showing: "onerror")
        #expect(!whole.contains("<img"))
        let harmless = "&lt;/textarea&gt;&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;`\u{FFFD}"
        #expect(whole.contains(harmless))
        model.messages[0] += attack
        let patch = try await stream.next { !$0.patches.isEmpty }
        #expect(!patch.patches.contains { $0.put?.contains("<img") == true })
        #expect(try await !browser.get("/").body.contains("<img"))
        await host.stop()
    }

    @Test func whatIsNoRequestOfThePageIsRefused() async throws {
        #expect(try await browser.get("/../etc/passwd").status == 404)
        #expect(try await browser.get("/%2e%2e/x").status == 404)
        #expect(try await browser.get("/events").status == 405)
        #expect(try await browser.post("{}").status == 400)
        #expect(try await browser.post("{\"page\":1").status == 400)
        #expect(try await browser.post("page=1", type: "application/x-www-form-urlencoded").status == 415)
        #expect(try await browser.act(from: 1, "\"kind\":\"press\",\"id\":\"nothing\"") == "[]")
        #expect(try await browser.act(from: 2, "\"kind\":\"explode\",\"id\":\"nothing\"") == "status 400")
        await host.stop()
    }

    @Test func limitsHoldBeforeAnythingIsRead() async throws {
        let long = String(repeating: "x", count: RequestParser.headerLimit)
        #expect(try await browser.raw("GET / HTTP/1.1\r\nHost: x\r\nLong: \(long)").status == 431)
        let large = "POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: "
        #expect(try await browser.raw(large + "\(RequestParser.bodyLimit + 1)").status == 413)
        #expect(try await browser.raw(large + "99999999999999999999").status == 413)
        #expect(try await browser.raw(large + "-1").status == 400)
        #expect(try await browser.raw("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked").status == 501)
        #expect(try await browser.raw("GET / HTTP/1.0\r\nHost: x").status == 505)
        #expect(try await browser.raw("nonsense").status == 400)
        #expect(try await browser.raw("GET / HTTP/1.1\r\nHost: a\r\nHost: b").status == 400)
        await host.stop()
    }

    @Test func moreConnectionsThanAllowedAreTurnedAway() async throws {
        let browser = browser
        let open = try await onThread {
            try (0..<HTTPServer.connectionLimit).map { _ in
                let wire = try Wire(port: browser.port)
                // Its answer proves that the connection was admitted.
                wire.send("GET /x HTTP/1.1\r\nHost: 127.0.0.1:\(browser.port)\r\nCookie: \(browser.cookie)\r\n\r\n")
                _ = try wire.readAnswer()
                return wire
            }
        }
        #expect(try await browser.get("/").status == 503)
        #expect(open.count == HTTPServer.connectionLimit)
        await host.stop()
    }

    @Test func oneConnectionTakesManyRequests() async throws {
        let browser = browser
        let statuses = try await onThread {
            let wire = try Wire(port: browser.port)
            let head = "Host: 127.0.0.1:\(browser.port)\r\nCookie: \(browser.cookie)\r\n"
            // Two at once, cut in an unlucky place, then one that ends the connection.
            wire.send("GET /a HTTP/1.1\r\n\(head)\r\nGET / HTT")
            wire.send("P/1.1\r\n\(head)\r\n")
            let first = [try wire.readAnswer().status, try wire.readAnswer().status]
            wire.send("GET /b HTTP/1.1\r\n\(head)Connection: close\r\n\r\n")
            let last = try wire.readAnswer()
            return first + [last.status, last.headers["connection"] == "close" ? 0 : 1]
        }
        #expect(statuses == [404, 200, 404, 0])
        await host.stop()
    }
}
