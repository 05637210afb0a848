// How far an agent may go, how hard it thinks, what a command wanted, and being led to what was found.
import AtelierKit
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct AgentChoiceScreenTests {
        private func chat(_ log: MockLog, allowsBypass: Bool = false) async throws -> ChatOnScreen {
            let chat = await ChatOnScreen(log, settings: MockSettings(foundKeys: PreviewData.keys))
            if allowsBypass { _ = try await chat.client.save(AgentSettings(allowsBypass: true)) }
            await chat.settings.load()
            await chat.settings.models.load()
            return chat
        }

        @Test func workingWithoutQuestionsIsConfirmedAndStaysMarked() async throws {
            var log = PreviewData.emptyLog
            log.append(.sessionProject(path: PreviewData.project))
            let chat = try await chat(log, allowsBypass: true)
            try await chat.caughtUp()
            try chat.screen.choose("Ask Nothing", from: "mode-menu")
            try await chat.screen.wait(for: "the question") { $0.exists(.dialog) }
            try chat.screen.press("Cancel")
            #expect(chat.screen.exists(.menu, "Mode: Ask First"))
            try chat.screen.choose("Ask Nothing", from: "mode-menu")
            try await chat.screen.wait(for: "the question") { $0.exists(.dialog) }
            #expect(chat.screen.allText.contains("work that you could lose"))
            try chat.screen.press("Ask Nothing")
            try await chat.screen.wait(for: "the mode") { $0.exists(.menu, "Mode: Ask Nothing") }
            #expect(try chat.screen.find(.menu, "mode-menu").help == "The agent runs any command without asking")
            #expect(chat.screen.complaints == [])
        }

        @Test func theConversationIsSummarisedFromTheMeter() async throws {
            var log = PreviewData.finishedLog
            log.append(.usage(turn: 1, model: "m", usage: Usage(input: 620_000)))
            let chat = try await chat(log)
            try await chat.caughtUp()
            try await chat.screen.wait(for: "the meter") { $0.exists(.menu, "Context") }
            try chat.screen.choose("Summarise Conversation", from: "Context")
            try await chat.screen.wait(for: "the summary") {
                $0.exists(.disclosure, "The model is told a summary of what stands above.")
            }
            #expect(chat.screen.complaints == [])
        }

        @Test func aSessionThinksAsItIsTold() async throws {
            let chat = try await chat(PreviewData.emptyLog)
            try chat.screen.choose("Very Much", from: "model-menu")
            try chat.screen.type("Hello", into: "Message")
            try chat.screen.submit("Message")
            let client = chat.client
            try await chat.screen.wait(for: "the prompt") { _ in await client.choices.count == 1 }
            #expect(await client.choices.first?.effort == .veryHigh)
        }

        @Test func whatACommandWantedIsToldUntilItIsDismissed() async throws {
            let client = MockClient(logs: [PreviewData.emptyLog], commands: PreviewData.commands)
            let model = ChatModel(summary: PreviewData.emptyLog.summary, client: client, frame: .zero)
            let screen = Screen(ChatView(model: model, settings: SettingsModel(client: client)))
            try screen.type("/review Session.swift", into: "Message")
            try screen.submit("Message")
            try await screen.wait(for: "the notes") { $0.exists(.group, "About the command") }
            #expect(screen.allText.contains("asks for the model opus"))
            #expect(screen.allText.contains("wants “git diff --stat” run beforehand. Nothing was run"))
            #expect(screen.complaints == [])
            try screen.press("Dismiss")
            #expect(!screen.exists(.group, "About the command"))
        }

        @Test(arguments: [
            (StopReason.tokenLimit, TurnOutcome.completed, "as many tokens as it may"),
            (.timeLimit, .interrupted, "lasted as long as it may"),
        ])
        func aTurnThatReachedALimitSaysWhich(_ reason: StopReason, _ outcome: TurnOutcome, _ words: String) async throws
        {
            var log = PreviewData.streamingLog
            log.append(.turnFinished(turn: 1, outcome: outcome, stopReason: reason))
            log.append(.stateChanged(state: .idle))
            let chat = try await chat(log)
            try await chat.caughtUp()
            try await chat.screen.wait(for: "the note") { $0.allText.contains(words) }
        }

        @Test func aLongResultIsShownWholeWhenSomeoneAsks() async throws {
            var log = PreviewData.emptyLog
            log.ask("Read it", of: PreviewData.claude)
            log.request("read_file", #"{"path": "long.txt"}"#)
            log.run()
            log.settle(.success(content: (0..<4_000).map { "line \($0)\n" }.joined(), metadata: nil))
            log.finish()
            let chat = try await chat(log)
            try await chat.caughtUp()
            try chat.screen.press(try #require(chat.screen.all(.disclosure).first).label)
            try chat.screen.press("Show All of It")
            try await chat.screen.wait(for: "the whole") { !$0.exists(.button, "Show All of It") }
            let more = try #require(chat.screen.all(.button).first { $0.label.hasSuffix("More Lines") })
            try chat.screen.press(more.label)
            #expect(chat.screen.allText.contains("line 2000\n") && chat.screen.allText.contains("line 3999"))
            #expect(chat.screen.complaints == [])
        }

        @Test func whatWasFoundIsScrolledToAndMarked() async throws {
            let client = PreviewData.client
            let screen = Screen(RootView(client: client, settings: SettingsModel(client: client)))
            try await screen.wait(for: "the sessions") { $0.all(.row).count == 4 }
            try screen.type("expires", into: "Search Sessions")
            try await screen.wait(for: "the hit") { screen in
                screen.all(.button).contains { $0.label.contains("expires") }
            }
            try screen.press(try #require(screen.all(.button).first { $0.label.contains("expires") }).label)
            try await screen.wait(for: "the mark") { $0.texts.contains("Found here") }
            #expect(try screen.scrollTarget(of: "Transcript") == AnyHashable(TranscriptItem.ID.message(3)))
            #expect(screen.complaints == [])
        }
    }
}
