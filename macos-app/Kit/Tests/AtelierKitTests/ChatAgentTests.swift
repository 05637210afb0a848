// What a chat does about its agent beyond questions: commands, thinking, summaries, long results, being led to a message.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct ChatAgentTests {
    private let claude = ActiveModel(provider: "anthropic", model: "claude-sonnet-5-5")
    private let id: SessionID = "0d7f6a52-5c0e-4f0b-9c69-3f2f4a3d1b11"

    private var spoken: MockLog {
        var log = MockLog(id: id)
        log.ask("Hello", of: claude)
        log.say("Good day")
        log.finish()
        return log
    }

    private func client(_ log: MockLog, commands: [SlashCommand: ExpandedCommand] = [:]) -> MockClient {
        let key = MockSettings.FoundKey(for: "anthropic", source: "ANTHROPIC_API_KEY", masked: "…3kQA")
        return MockClient(logs: [log], settings: MockSettings(foundKeys: [key]), commands: commands)
    }

    @Test func aCommandSaysWhatItWantedAndItsModelAnswersWhereNoneWasChosen() async throws {
        let source = ".claude/commands/review.md"
        let command = SlashCommand(name: "review", summary: "", source: source)
        for (wanted, chosen, asked) in [
            ("claude-opus-5-5", nil, "claude-opus-5-5"), ("opus", nil, nil), ("claude-opus-5-5", claude, claude.model),
        ] {
            let expanded = ExpandedCommand(prompt: "Review", model: wanted, source: source, notRun: ["git diff"])
            let client = client(spoken, commands: [command: expanded])
            let model = ChatModel(reading: spoken, from: client)
            model.choice = chosen
            model.draft = "/review"
            await model.send()
            #expect(await client.choices.last?.model == asked)
            #expect(model.commandNotes.count == 2 && model.commandNotes[0].contains(wanted))
            #expect(model.commandNotes[1].contains("git diff") && model.commandNotes[1].contains("Nothing was run"))
            model.dismissCommandNotes()
            #expect(model.commandNotes.isEmpty)
        }
    }

    @Test func whatACommandAllowsHoldsForItsTurnAndIsTold() async throws {
        let source = "~/.claude/commands/make.md"
        let command = SlashCommand(name: "make", summary: "", source: source)
        let rules = ["Bash(make:*)"]
        let client = client(
            spoken,
            commands: [command: ExpandedCommand(prompt: "Make", source: source, allowed: rules, notAllowed: ["Bash("])]
        )
        let model = ChatModel(reading: spoken, from: client)
        for (prompt, allowed) in [("/make", rules), ("Make it", [])] {
            model.draft = prompt
            await model.send()
            #expect(await client.choices.last?.allowed == allowed)
            #expect(model.commandNotes.contains { $0.contains("allows Bash(make:*)") } == !allowed.isEmpty)
            #expect(model.commandNotes.contains { $0.contains("asked all the same") } == !allowed.isEmpty)
        }
    }

    @Test func aSessionsOwnThinkingGoesWithEachPrompt() async {
        let client = client(spoken)
        let model = ChatModel(reading: spoken, from: client)
        model.effort = .high
        model.draft = "More"
        await model.send()
        #expect(await client.choices.last == TurnChoice(effort: .high))
    }

    @Test func aSummaryIsAskedForOnlyWhereThereIsSomethingToSummarise() async throws {
        let client = client(spoken)
        let empty = ChatModel(reading: MockLog(id: id), from: client)
        #expect(!empty.canCompact)
        let model = ChatModel(reading: spoken, from: client)
        #expect(model.canCompact)
        await client.hold(.agent)
        let compacting = Task { await model.compact() }
        try await eventually("the request") { model.isCompacting }
        #expect(!model.canCompact)
        await client.release(.agent)
        await compacting.value
        #expect(!model.isCompacting && model.problem == nil)
        let log = try await client.log(of: id)
        guard case .historyCompacted = log.events.last?.body else {
            Issue.record("it ends with \(String(describing: log.events.last))")
            return
        }
    }

    @Test func aLongResultIsReadAgainFromTheLog() async throws {
        var log = spoken
        log.ask("Read it", of: claude)
        log.request("read_file")
        log.run()
        let whole = (0..<5_000).map { "line \($0)\n" }.joined()
        log.settle(.success(content: whole, metadata: nil))
        log.request("read_file")
        log.run()
        log.settle(.success(content: "short", metadata: nil))
        log.say("Done")
        log.finish()
        let model = ChatModel(reading: log, from: client(log))
        let calls = model.transcript.items.compactMap { item in
            if case .call(let call) = item { call } else { nil }
        }
        #expect(calls.map(\.hasMoreResult) == [true, false])
        await model.readWhole(calls[0])
        #expect(calls[0].wholeResult == whole && !calls[0].hasMoreResult && !calls[0].isReading)
    }

    @Test func whoIsLedToAMessageSeesItMarkedUntilTheyWriteOn() async throws {
        let client = client(spoken)
        let library = LibraryModel(client: client)
        await library.refresh()
        let hit = SearchHit(session: id, title: "Hello", message: 2, at: .now, snippet: [])
        library.open(hit)
        let chat = try #require(library.chat)
        #expect(chat.target == 2 && chat.targetMessage == nil, "nothing was read yet")
        let following = Task { await chat.follow() }
        try await eventually("the message") { chat.targetMessage?.text == "Good day" }
        chat.draft = "On"
        await chat.send()
        #expect(chat.target == nil)
        following.cancel()
        library.open(SearchHit(session: id, title: "Hello", message: 0, at: .now, snippet: []))
        #expect(chat.target == nil, "a title stands nowhere in the transcript")
    }

    @Test func theModeThatAsksNothingIsConfirmedFirst() async throws {
        let client = client(spoken)
        _ = try await client.save(AgentSettings(allowsBypass: true))
        let model = ChatModel(reading: spoken, from: client)
        await model.choose(.bypassPermissions)
        #expect(model.isConfirmingBypass)
        #expect(try await client.log(of: id).mode == .default)
        await model.setMode(.bypassPermissions)
        #expect(try await client.log(of: id).mode == .bypassPermissions)
    }
}
