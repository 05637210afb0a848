// One terminal, over a shell in memory.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct TerminalModelTests {
    let client = MockClient(terminals: MockTerminals(greeting: "Welcome.\n"))

    /// A terminal that is followed as long as `body` runs.
    private func withTerminal(_ body: (TerminalModel, MockShell) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path
        let id = try await client.createTerminal(in: folder, columns: 40, rows: 6)
        let model = TerminalModel(.shell(id), folder: folder, client: client, pause: .zero)
        let following = Task { await model.follow() }
        try await eventually("the greeting") { model.grid.text.hasPrefix("Welcome.\n$") }
        try await body(model, #require(await client.mockTerminals.shells[id]))
        following.cancel()
        await following.value
        model.close()
    }

    private func type(_ text: String, into model: TerminalModel) {
        for character in text { model.press(TerminalKeyPress(character == "\n" ? .enter : .character(character))) }
    }

    @Test func whatIsTypedIsAnsweredInOrder() async throws {
        try await withTerminal { model, _ in
            type("echo hello\n", into: model)
            try await eventually("the answer") { model.grid.text == "Welcome.\n$ echo hello\nhello\n$" }
            #expect(model.notice == nil && model.takesInput && model.problem == nil)
            type("title Build\n", into: model)
            try await eventually("the title") { model.title == "Build" }
            type("cd /elsewhere\n", into: model)
            try await eventually("the folder") { model.folder == "/elsewhere" }
        }
    }

    @Test func nothingIsAskedForThatNobodySeesAndAllOfItIsShownLater() async throws {
        try await withTerminal { model, shell in
            let other = Task { await model.follow() }
            other.cancel()
            await other.value
            #expect(shell.change { $0.isShown }, "somebody else still looks")
        }
        let id = try await client.createTerminal(in: "/tmp", columns: 40, rows: 6)
        let shell = try #require(await client.mockTerminals.shells[id])
        let model = TerminalModel(.shell(id), folder: "/tmp", client: client, pause: .zero)
        let first = Task { await model.follow() }
        try await eventually("the greeting") { model.grid.version > 0 && shell.change { $0.isShown } }
        first.cancel()
        await first.value
        #expect(!shell.change { $0.isShown })
        shell.print("one\ntwo\n")
        shell.print("three\n")
        let second = Task { await model.follow() }
        try await eventually("all of it") { model.grid.text.contains("one\ntwo\nthree") }
        second.cancel()
        model.close()
    }

    @Test func severalLinesAreAskedAboutUnlessTheProgramCanTell() async throws {
        try await withTerminal { model, shell in
            model.paste("echo one")
            #expect(model.question == nil)
            model.paste("\necho two\n")
            let question = try #require(model.question)
            #expect(question.title == "Paste 2 Commands?" && question.message.contains("echo two"))
            try await eventually("one line") { model.grid.text.hasSuffix("$ echo one") }
            await model.confirm(question)
            try await eventually("both") { model.grid.text.contains("one\n$ echo two\ntwo") }
            shell.change { $0.bracketsPastes = true }
            model.paste("a\nb")
            #expect(model.question == nil)
        }
    }

    @Test func aShellThatEndsSaysHowAndTakesNothing() async throws {
        try await withTerminal { model, shell in
            shell.reconnect(attempt: 2)
            shell.print("…")
            try await eventually("the notice") { model.notice?.contains("2 of 3") == true }
            #expect(!model.takesInput)
            shell.reconnect(attempt: 0)
            try await eventually("the new shell") { model.notice == nil }
            type("exit 4\n", into: model)
            try await eventually("the end") { model.notice == "Ended with status 4." }
            model.paste("x\ny\n")
            model.insert(paths: ["/a"])
            #expect(model.question == nil && model.problem == nil && model.grid.text.contains("exit 4"))
        }
        for (code, signal, notice) in [(0, nil, "Completed."), (137, 9, "Ended by signal 9.")] as [(Int, Int?, String)]
        {
            try await withTerminal { model, shell in
                shell.end(code: code, signal: signal)
                try await eventually("the end") { model.notice == notice }
            }
        }
    }

    @Test func whatIsFoundIsShownAndCountedAndBeginsAnewAtTheEnd() async throws {
        try await withTerminal { model, _ in
            type("seq 30\n", into: model)
            try await eventually("the numbers") { model.grid.text.contains("30") }
            model.beginSearch()
            let search = try #require(model.search)
            search.text = "2"
            await search.find()
            #expect(search.summary == "13 of 13")
            await search.step(older: true)
            #expect(search.summary == "12 of 13")
            await search.step(older: false)
            await search.step(older: false)
            #expect(search.summary == "1 of 13")
            try await eventually("the oldest") { model.grid.state.scrolled > 0 && model.grid.text.contains("\n2\n") }
            search.text = "nothing"
            await search.find()
            #expect(search.summary == "Not found" && search.currentMatch == nil)
            search.isRegularExpression = true
            search.text = "("
            await search.find()
            #expect(search.problem?.contains("regular expression") == true && search.summary.isEmpty)
            model.endSearch()
            #expect(model.search == nil)
        }
    }

    @Test func outputIsAskedAboutAsABlockThatNothingInItEnds() async throws {
        try await withTerminal { model, _ in
            #expect(await model.askable() == nil && model.problem?.contains("select some text") == true)
            type("echo ``` x\n", into: model)
            try await eventually("the output") { model.grid.text.contains("\n``` x") }
            #expect(await model.askable() == "Output of a terminal:\n\n````\n``` x\n````\n\n")
            model.beginSelection(.words, row: 0, column: 2, .left)
            try await eventually("a selection") { model.hasSelection }
            #expect(model.selectedText() == "Welcome.")
            #expect(await model.askable()?.contains("\nWelcome.\n") == true)
            #expect(TerminalModel.quoted(String(repeating: "x", count: 30_000)).count < 20_100)
        }
    }

    @Test func aProgramPutsNothingOnTheClipboardByItself() async throws {
        try await withTerminal { model, shell in
            shell.change {
                $0.ring()
                $0.askForClipboard("secret")
            }
            shell.print("x")
            try await eventually("a question") { model.question != nil }
            #expect(model.hasRung && model.copied == nil)
            let question = try #require(model.question)
            await model.confirm(question)
            #expect(model.copied == "secret")
        }
    }

    @Test func onlyHarmlessAddressesAreOfferedAndShownBefore() async throws {
        let temporary = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
        let root = temporary.appending(path: "atelier-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try "x".write(toFile: "\(root)/a.txt", atomically: true, encoding: .utf8)
        try FileManager.default.createSymbolicLink(atPath: "\(root)/out", withDestinationPath: "/etc/hosts")
        func target(_ text: String) -> TerminalAddress.Target? { TerminalAddress(text, roots: [root])?.target }
        #expect(target("https://example.com/a?b#c") == .address("https://example.com/a?b#c"))
        #expect(target("mailto:a@example.com") == .address("mailto:a@example.com"))
        #expect(target("file://\(root)/a.txt") == .file("\(root)/a.txt"))
        #expect(target("file://localhost\(root)/a.txt") == .file("\(root)/a.txt"))
        for bad in [
            "file:///etc/hosts", "file://\(root)/out", "file://\(root)/../a", "file://elsewhere\(root)/a.txt",
            "javascript:alert(1)", "ssh://host", "https://", "x-apple:preferences", "", "https://a b",
            "file://\(root)x",
        ] {
            #expect(target(bad) == nil, "\(bad)")
        }
        try FileManager.default.removeItem(atPath: root)
        try await withTerminal { model, _ in
            type("echo https://example.com/x ssh://host\n", into: model)
            try await eventually("addresses") { model.grid.text.contains("\nhttps") }
            #expect(await model.askToOpen(row: 2, column: 5) && model.opening?.shown == "https://example.com/x")
            #expect(await !model.askToOpen(row: 0, column: 1), "a word is no address")
        }
    }

    @Test func aTerminalThatIsGoneIsToldOnce() async throws {
        let model = TerminalModel(.shell("none"), folder: "/tmp", client: client)
        let following = Task { await model.follow() }
        try await eventually("the problem") { model.problem == "Terminal session not found" }
        following.cancel()
        model.press(TerminalKeyPress(.enter))
        #expect(model.title == "tmp")
    }
}
