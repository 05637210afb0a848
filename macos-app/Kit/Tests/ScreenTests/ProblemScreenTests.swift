// Everything that can go wrong, told in place by the core's own sentence, with nothing lost.
import AtelierKit
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct ProblemScreenTests {
        @Test func aRequestThatIsSentAgainSaysWhenAndCanBeStopped() async throws {
            let chat = await ChatOnScreen(PreviewData.waitingLog)
            try await chat.caughtUp()
            let sentence = "Anthropic is overloaded. Trying again in 4 s (2 of 4)."
            #expect(chat.screen.texts.contains(sentence))
            #expect(!chat.screen.exists(.progress), "nothing is waited for but the time")
            #expect(!chat.screen.exists(.button, "Dismiss"), "it is no problem yet")
            #expect(chat.screen.complaints == [])

            await chat.client.update(chat.id) { $0.append(.stateChanged(state: .thinking)) }
            try await chat.screen.wait(for: "the next attempt") { $0.exists(.progress, "Waiting for the model…") }
            #expect(!chat.screen.texts.contains(sentence))
            await chat.client.update(chat.id) { $0.retry(after: "It broke.", wait: .seconds(8), attempt: 3) }
            try await chat.screen.wait(for: "the next wait") { $0.allText.contains("again in 8 s (3 of 4)") }
            try chat.screen.press("Stop Waiting")
            try await chat.screen.wait(for: "the end") { $0.texts.contains("Stopped. What had come is kept.") }
            #expect(!chat.screen.exists(.button, "Stop Waiting"))
        }

        /// Turns that fail: a wrong key, an unknown model, no network, a server that sends a web page.
        nonisolated static let failedTurns: [(code: ErrorCode, sentence: String)] = [
            (.llmAPIError, "Anthropic did not accept the API key: check the key in Settings or in ANTHROPIC_API_KEY."),
            (.llmAPIError, "Anthropic does not know the model “claude-99”: choose another model."),
            (
                .llmAPIError,
                "The server api.anthropic.com can't be found: check the network connection and the base URL."
            ),
            (
                .llmAPIError,
                "The server at https://example.com answers, but not with a model's answer (it sent text/html): check the base URL."
            ),
            (.notReady, "No API key for Anthropic is set: add one in Settings, or set ANTHROPIC_API_KEY."),
        ]

        @Test(arguments: failedTurns)
        func aTurnThatFailsSaysWhyInPlace(_ code: ErrorCode, _ sentence: String) async throws {
            let chat = await ChatOnScreen()
            try await chat.client.send("Summarise this week", to: chat.id)
            await chat.client.update(chat.id) { log in
                log.say("This week ")
                log.fail(code, sentence)
            }
            try await chat.screen.wait(for: "the sentence") { screen in
                screen.texts.contains(sentence) && screen.exists(.button, "Send")
            }
            #expect(chat.screen.texts.contains("Summarise this week") && chat.screen.texts.contains("This week "))
            try chat.screen.press("Settings…")
            #expect(chat.screen.didOpenSettings)
            #expect(chat.screen.complaints == [])
            try chat.screen.press("Try Again")
            try await chat.screen.wait(for: "the next turn") { screen in
                screen.exists(.button, "Stop") && !screen.texts.contains(sentence)
            }
            #expect(await chat.client.sent == ["Summarise this week", "Summarise this week"])
        }

        /// Prompts that can't be kept: the database is read-only, full or damaged, or the settings are unusable.
        nonisolated static let refusedPrompts: [(kind: WorkbenchError.Kind, sentence: String)] = [
            (.storage, "The database /data/atelier.db is read-only: allow writing to it, then try again."),
            (.storage, "There is no space left for the database /data/atelier.db: free some, then try again."),
            (.storage, "The database /data/atelier.db is damaged: restore it from a backup or move it away."),
            (.configuration, "The base URL “example” is not an http or https URL: correct it in Settings."),
            (.sessionBusy, "This session still works on an earlier prompt: wait for it or stop it."),
        ]

        @Test(arguments: refusedPrompts)
        func aPromptThatIsNotTakenStaysInTheComposer(_ kind: WorkbenchError.Kind, _ sentence: String) async throws {
            let chat = await ChatOnScreen()
            await chat.client.fail(.send, with: WorkbenchError(kind, sentence))
            try chat.screen.type("Precious words", into: "Message")
            try chat.screen.press("Send")
            try await chat.screen.wait(for: "the sentence") { $0.texts.contains(sentence) }
            #expect(try chat.screen.find(.textField, "Message").value == "Precious words")
            #expect(chat.screen.exists(.button, "Settings…") == (kind == .configuration))
            #expect(chat.screen.complaints == [])

            await chat.client.fail(.send, with: nil)
            try chat.screen.press("Try Again")
            try await chat.screen.wait(for: "the prompt") { $0.texts.contains("Precious words") }
            #expect(try chat.screen.find(.textField, "Message").value == "")
            #expect(!chat.screen.texts.contains(sentence))
        }

        @Test func aProblemCanBeDismissed() async throws {
            let chat = await ChatOnScreen(PreviewData.failedLog)
            try await chat.screen.wait(for: "the sentence") { $0.texts.contains(PreviewData.refusedKey) }
            try chat.screen.press("Dismiss")
            #expect(!chat.screen.texts.contains(PreviewData.refusedKey))
        }

        @Test func aLogThatCanNotBeReadSaysSoAndIsReadOnceItCan() async throws {
            let chat = await ChatOnScreen(PreviewData.finishedLog)
            let sentence = "The database /data/atelier.db is damaged: restore it from a backup or move it away."
            await chat.client.fail(.events, with: WorkbenchError(.storage, sentence))
            try await chat.screen.wait(for: "the sentence") { $0.texts.contains(sentence) }
            await chat.client.fail(.events, with: nil)
            try chat.screen.press("Try Again")
            try await chat.caughtUp()
            #expect(!chat.screen.texts.contains(sentence))
            #expect(chat.screen.texts.contains("Why does the login fail after the token was refreshed?"))
        }

        @Test func aCoreThatCanNotBeOpenedSaysWhyAndIsTriedAgain() async throws {
            let core = BrokenOnce()
            let app = AppUnderTest(AtelierScenes(launch: LaunchModel { try await core.open() }))
            let window = try app.frontWindow()
            try await window.wait(for: "the sentence") { $0.texts.contains(PreviewData.newerDatabase) }
            #expect(window.texts.contains("Atelier Can’t Open Its Data"))
            #expect(window.complaints == [])
            try window.press("Try Again")
            try await window.wait(for: "the app") { $0.texts.contains("No Sessions Yet") }
        }

        @Test func aListThatCanNotBeReadSaysWhyAndIsTriedAgain() async throws {
            let client = PreviewData.client
            await client.fail(.sessions, with: WorkbenchError(.storage, "The database is damaged."))
            let screen = Screen(RootView(client: client, settings: SettingsModel(client: client)))
            try await screen.wait(for: "the sentence") { $0.texts.contains("The database is damaged.") }
            #expect(screen.texts.contains("The Sessions Can’t Be Shown"))
            await client.fail(.sessions, with: nil)
            try screen.press("Try Again")
            try await screen.wait(for: "the list") { $0.all(.row).count == 4 }
        }
    }
}

private actor BrokenOnce {
    private var isBroken = true

    func open() throws -> any WorkbenchClient {
        defer { isBroken = false }
        if isBroken { throw WorkbenchError(.storage, PreviewData.newerDatabase) }
        return MockClient()
    }
}
