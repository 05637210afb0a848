// The host over real connections: what a page can do, and how it hears of changes.

import Foundation
import SwiftUI
import Testing

@testable import ViewHosting

@MainActor
struct HostTests {
    private let model = SampleModel()
    private let host: SceneHost
    private let browser: Browser

    init() throws {
        host = try SceneHost(name: "Sample", scene: SampleScenes(model: model))
        browser = try Browser(host.address)
    }

    private func id(_ label: String, _ attribute: String = "data-press") async throws -> String {
        try #require(try await browser.markup().attribute(attribute, ofTagWith: "aria-label=\"\(label)\""))
    }

    @Test func aPressReachesTheViewAndTheChangeComesBackAsAPatch() async throws {
        let press = try await id("Press")
        let stream = try await browser.open()
        #expect(try await stream.next().whole?.contains("pressed 0") == true)
        #expect(try await browser.act(from: 1, "\"kind\":\"press\",\"id\":\"\(press)\"") == "[]")
        let frame = try await stream.next { $0.acknowledged == 1 }
        #expect(model.presses == 1)
        #expect(frame.whole == nil)
        #expect(frame.patches.count == 1)
        #expect(frame.patches.first?.put?.contains("pressed 1") == true)
        #expect(frame.announcements == ["Pressed"])
        await host.stop()
    }

    @Test func aNoticeStandsInTheCornerUntilItIsChosenOrTakenBack() async throws {
        var chosen: [String] = []
        for (title, tag) in [("Old", "a"), ("Ready", "a"), ("Other <b>", "b")] {
            host.show(PageNotice(title: title, body: "Done", tag: tag) { chosen.append(tag) })
        }
        let (stream, markup) = try await browser.open(showing: "Other &lt;b&gt;")
        #expect(markup.contains("Ready") && !markup.contains("Old"), "one with the same tag replaces it")
        _ = try await browser.act(from: 1, "\"kind\":\"press\",\"id\":\"notice-a\"")
        _ = try await browser.act(from: 2, "\"kind\":\"press\",\"id\":\"notice-a\"")
        #expect(chosen == ["a"])
        host.withdrawNotice(tag: "b")
        _ = try await stream.next { $0.acknowledged == 2 }
        // The frame that acknowledges may have been made before the notice was taken back.
        _ = try await browser.open { !$0.contains("class=\"notice\"") }
        await host.stop()
    }

    @Test func whatIsDisabledOrBehindAnAlertCanNotBePressed() async throws {
        let (press, never, ask) = (try await id("Press"), try await id("Never"), try await id("Ask"))
        _ = try await browser.act(from: 1, "\"kind\":\"press\",\"id\":\"\(never)\"")
        _ = try await browser.act(from: 2, "\"kind\":\"press\",\"id\":\"\(ask)\"")
        _ = try await browser.act(from: 3, "\"kind\":\"press\",\"id\":\"\(press)\"")
        #expect(model.presses == 0)
        let (_, markup) = try await browser.open(showing: "alertdialog")
        let yes = try #require(markup.attribute("data-press", ofTagWith: "aria-label=\"Yes\""))
        _ = try await browser.act(from: 4, "\"kind\":\"press\",\"id\":\"\(yes)\"")
        #expect(model.presses == 10)
        #expect(!model.isAsking)
        await host.stop()
    }

    @Test func fastTypingIsNeitherLostNorReordered() async throws {
        let field = try await id("Message", "data-text")
        // Keys in one batch, Return among them; the rest was typed before the page knew that the field was emptied.
        let replies = try await browser.act(
            from: 1,
            "\"kind\":\"text\",\"id\":\"\(field)\",\"base\":\"\",\"text\":\"hel\"",
            "\"kind\":\"text\",\"id\":\"\(field)\",\"base\":\"hel\",\"text\":\"hello\"",
            "\"kind\":\"submit\",\"id\":\"\(field)\"",
            "\"kind\":\"text\",\"id\":\"\(field)\",\"base\":\"hello\",\"text\":\"hellob\"",
            "\"kind\":\"text\",\"id\":\"\(field)\",\"base\":\"hellob\",\"text\":\"hellobye\""
        )
        #expect(model.messages == ["hello"])
        #expect(model.draft == "bye")
        #expect(replies == "[{\"seq\":4,\"value\":\"b\"},{\"seq\":5,\"value\":\"bye\"}]")
        await host.stop()
    }

    @Test func whatATaskChangedInTheMeantimeIsNotUndoneByTyping() async throws {
        let field = try await id("Message", "data-text")
        _ = try await browser.act(from: 1, "\"kind\":\"text\",\"id\":\"\(field)\",\"base\":\"\",\"text\":\"hello\"")
        // A task of the app; nothing is rendered before the next key arrives.
        model.draft = ""
        let reply = try await browser.act(
            from: 2,
            "\"kind\":\"text\",\"id\":\"\(field)\",\"base\":\"hello\",\"text\":\"hello!\""
        )
        #expect(model.draft == "!")
        #expect(reply == "[{\"seq\":2,\"value\":\"!\"}]")
        await host.stop()
    }

    @Test func eventsThatComeTwiceCountOnce() async throws {
        let press = try await id("Press")
        let event = "\"kind\":\"press\",\"id\":\"\(press)\""
        _ = try await browser.act(from: 1, event)
        _ = try await browser.act(from: 1, event, event)
        #expect(model.presses == 2)
        var other = browser
        other.page = "other"
        _ = try await other.act(from: 1, event)
        #expect(model.presses == 3)
        await host.stop()
    }

    @Test func keysGoToTheViewsThatWantThem() async throws {
        let field = try await id("Message", "data-text")
        #expect(try await browser.markup().attribute("data-keys", ofTagWith: "data-text=\"\(field)\"") == "⎋")
        let escape = "\"kind\":\"key\",\"id\":\"\(field)\",\"key\":\"⎋\",\"modifiers\":[]"
        #expect(try await browser.act(from: 1, escape) == "[]")
        #expect(model.keys == "escape ")
        let tab = "\"kind\":\"key\",\"id\":\"\(field)\",\"key\":\"⇥\",\"modifiers\":[\"shift\"]"
        #expect(try await browser.act(from: 2, tab) == "[{\"isIgnored\":true,\"seq\":2}]")
        await host.stop()
    }

    @Test func focusGoesBothWays() async throws {
        let field = try await id("Message", "data-text")
        let focus = try await id("Focus")
        let stream = try await browser.open()
        #expect(try await stream.next().whole?.contains("data-focused") == false)
        _ = try await browser.act(from: 1, "\"kind\":\"press\",\"id\":\"\(focus)\"")
        try await stream.next { $0.patches.contains { $0.id == field && $0.set?["data-focused"] == "" } }
        _ = try await browser.act(from: 2, "\"kind\":\"focus\",\"id\":\"\(field)\",\"isOn\":false")
        try await stream.next { $0.patches.contains { $0.id == field && $0.drop == ["data-focused"] } }
        await host.stop()
    }

    @Test func rowsPickersContextMenusAndTheMenuBarWork() async throws {
        let markup = try await browser.markup()
        let row = try #require(markup.attribute("data-row", ofTagWith: "data-row"))
        let large = try #require(markup.attribute("value", ofTagWith: ">Large<"))
        let menu = try #require(markup.attribute("data-menu", ofTagWith: "data-menu"))
        let item = try #require(markup.attribute("data-press", ofTagWith: "data-shortcut=\"⌘P\""))
        _ = try await browser.act(
            from: 1,
            "\"kind\":\"press\",\"id\":\"\(row)\"",
            "\"kind\":\"press\",\"id\":\"\(large)\"",
            "\"kind\":\"press\",\"id\":\"\(item)\""
        )
        #expect(model.selection == 1)
        #expect(model.size == 2)
        #expect(model.presses == 1)
        let reply = try await browser.act(from: 4, "\"kind\":\"menu\",\"id\":\"\(menu)\"")
        let html = reply.replacingOccurrences(of: "\\\"", with: "\"")
        let raise = try #require(html.attribute("data-press", ofTagWith: "data-press"))
        _ = try await browser.act(from: 5, "\"kind\":\"press\",\"id\":\"\(raise)\"")
        #expect(model.presses == 2)
        await host.stop()
    }

    @Test func windowsOpenComeToTheFrontAndClose() async throws {
        let markup = try await browser.markup()
        let settings = try #require(markup.attribute("data-press", ofTagWith: "data-shortcut=\"⌘,\""))
        _ = try await browser.act(from: 1, "\"kind\":\"press\",\"id\":\"\(settings)\"")
        let (stream, opened) = try await browser.open(showing: "the settings")
        #expect(opened.attribute("class", ofTagWith: "data-window-id=\"w2\"")?.contains("front") == true)
        _ = try await browser.act(from: 2, "\"kind\":\"window\",\"id\":\"w1\",\"action\":\"front\"")
        try await stream.next { $0.title == "Sample <1>" }
        _ = try await browser.act(from: 3, "\"kind\":\"window\",\"id\":\"w2\",\"action\":\"close\"")
        #expect(try await stream.next { $0.acknowledged == 3 }.patches.isEmpty == false)
        #expect(try await !browser.markup().contains("the settings"))
        await host.stop()
    }

    @Test func everyElementHasAnIDOfItsOwn() async throws {
        model.messages = ["a", "b"]
        model.isAsking = true
        let (_, markup) = try await browser.open(showing: "alertdialog")
        let ids = markup.components(separatedBy: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
        #expect(ids.count > 30)
        #expect(Set(ids).count == ids.count)
        await host.stop()
    }

    @Test func scrollingIsReportedToTheView() async throws {
        let scroll = try #require(try await browser.markup().attribute("data-scroll", ofTagWith: "data-geometry"))
        let geometry = { (offset: Int) in
            "\"kind\":\"geometry\",\"id\":\"\(scroll)\",\"offset\":\(offset),\"content\":900,\"visible\":300,\"width\":500"
        }
        _ = try await browser.act(from: 1, geometry(0), geometry(40))
        #expect(!model.isAtEnd)
        await host.stop()
    }

    @Test func aStreamOfChangesArrivesInOrderAndCoalesced() async throws {
        model.messages = ["start "]
        let (stream, _) = try await browser.open(showing: "start")
        let feeding = Task {
            for piece in 0..<400 {
                model.messages[0] += "\(piece) "
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        let expected = (0..<400).map { "\($0) " }.joined()
        let began = ContinuousClock.now
        var frames = 0.0
        while true {
            let frame = try await stream.next()
            frames += 1
            #expect(frame.whole == nil)
            let text = frame.patches.compactMap(\.put).joined()
            if text.contains(expected) { break }
        }
        try await feeding.value
        // However long the pieces took: not one frame for each of them, but 30 a second.
        #expect(frames < 3 + 30 * ((ContinuousClock.now - began) / .seconds(1)))
        await host.stop()
    }

    @Test func aNewMessageIsSentAloneHoweverLongTheTranscriptIs() async throws {
        model.messages = (0..<500).map { "message \($0)" }
        let (stream, _) = try await browser.open(showing: "message 499")
        model.messages.append("the newest")
        let frame = try await stream.next { !$0.patches.isEmpty }
        #expect(frame.patches.count == 1)
        #expect(frame.patches.first?.add?.contains("the newest") == true)
        #expect((frame.patches.first?.add?.utf8.count ?? 0) < 200)
        await host.stop()
    }

    @Test func stoppingEndsStreamsAndFreesThePort() async throws {
        let stream = try await browser.open()
        _ = try await stream.next()
        await host.stop()
        await #expect(throws: Wire.Closed.self) { try await stream.next() }
        await #expect(throws: Wire.Refused.self) { try await browser.get("/") }
        let second = try SceneHost(name: "Sample", port: browser.port, scene: SampleScenes(model: model))
        #expect(try await Browser(second.address).get("/").status == 200)
        await second.stop()
    }
}
