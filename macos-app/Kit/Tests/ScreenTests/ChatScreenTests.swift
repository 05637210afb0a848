// The chat: empty, streaming, finished, stopped.
import AtelierKit
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct ChatScreenTests {
        @Test func anEmptyChatInvitesAndCanNotSend() async throws {
            let chat = await ChatOnScreen()
            #expect(chat.screen.title == "New session")
            #expect(chat.screen.texts.contains("What Shall We Do?"))
            #expect(try chat.screen.find(.textField, "Message").isFocused)
            #expect(try !chat.screen.find(.button, "Send").isEnabled)
            #expect(chat.screen.complaints == [])
        }

        @Test func aPromptIsSentWithReturnAndItsAnswerStreamsIn() async throws {
            let chat = await ChatOnScreen()
            try chat.screen.type("Why does login fail?", into: "Message")
            #expect(try chat.screen.find(.button, "Send").isEnabled)
            try chat.screen.submit("Message")
            try await chat.screen.wait(for: "the prompt") { $0.texts.contains("Why does login fail?") }
            #expect(try chat.screen.find(.textField, "Message").value == "")
            #expect(chat.screen.exists(.progress, "Waiting for the model…"))
            #expect(chat.screen.exists(.button, "Stop") && !chat.screen.exists(.button, "Send"))
            #expect(chat.screen.title == "Why does login fail?")

            await chat.client.update(chat.id) { $0.say("The token ") }
            try await chat.screen.wait(for: "the first words") { $0.texts.contains("The token ") }
            #expect(chat.screen.exists(.progress, "Writing"))
            #expect(!chat.screen.exists(.progress, "Waiting for the model…"))
            await chat.client.update(chat.id) { $0.say("is dropped.") }
            try await chat.screen.wait(for: "the rest") { $0.texts.contains("The token is dropped.") }

            await chat.client.update(chat.id) { $0.finish(usage: Usage(input: 1200, output: 34)) }
            try await chat.screen.wait(for: "the end") { !$0.exists(.progress) }
            #expect(chat.screen.exists(.button, "Send"))
            try await chat.screen.wait(for: "what it took") { $0.subtitle == "1.2K tokens" }
            #expect(chat.screen.texts.contains { $0.hasPrefix("1.2K in · 34 out · first token") })
            #expect(chat.screen.complaints == [])
        }

        @Test func whatAnAnswerTookStandsUnderItAndWhatTheSessionTookUnderTheTitle() async throws {
            let chat = await ChatOnScreen(PreviewData.finishedLog)
            let line = "1.8K in (1K cached) · 412 out (96 thinking) · $0.0077 · first token 0.8 s · 5.2 s"
            try await chat.screen.wait(for: "the reckoning") { $0.texts.contains(line) }
            #expect(chat.screen.subtitle == "2.2K tokens · $0.0077")
            #expect(PreviewData.turnTotals.summary == line, "the fixtures agree")
            #expect(chat.screen.complaints == [])
        }

        @Test func everyMessageSaysWhoSpeaks() async throws {
            let demo = await ChatOnScreen(settings: MockSettings(provider: .demo))
            try await demo.client.send("Hi", to: demo.id)
            await demo.client.update(demo.id) { $0.say("Hello") }
            try await demo.screen.wait(for: "the answer") { $0.texts.contains("Hello") }
            #expect(demo.screen.texts.filter { ["You", "Demo model"].contains($0) } == ["You", "Demo model"])

            let real = await ChatOnScreen(PreviewData.finishedLog, settings: MockSettings(provider: .anthropic))
            try await real.caughtUp()
            #expect(real.screen.texts.contains("claude-sonnet-5-5"))
        }

        @Test func theComposerSaysWhoWillAnswerAndThatTheDemoIsADemo() async throws {
            let demo = await ChatOnScreen()
            #expect(demo.screen.texts.contains("Demo model: scripted answers, offline."))
            try demo.screen.press("Use a Real Model…")
            #expect(demo.screen.didOpenSettings)
            let real = await ChatOnScreen(settings: MockSettings(provider: .anthropic, model: "claude-opus-4-1"))
            #expect(real.screen.exists(.menu, "Model: Anthropic · claude-opus-4-1"))
            #expect(!real.screen.exists(.button, "Use a Real Model…"))
        }

        @Test func thinkingIsShownWhenItIsAskedFor() async throws {
            let chat = await ChatOnScreen(PreviewData.finishedLog)
            try await chat.caughtUp()
            #expect(!chat.screen.allText.contains("who stores it"))
            try chat.screen.press("Thinking")
            #expect(chat.screen.allText.contains("who stores it"))
            try chat.screen.press("Thinking")
            #expect(!chat.screen.allText.contains("who stores it"))
        }

        @Test func thinkingThatItsVendorKeepsSecretIsNotShown() async throws {
            let chat = await ChatOnScreen()
            try await chat.client.send("Hi", to: chat.id)
            await chat.client.update(chat.id) { $0.say("", as: .thinking) }
            try await chat.screen.wait(for: "thinking") { $0.exists(.disclosure, "Thinking…") }
            await chat.client.update(chat.id) { $0.say("Hello") }
            try await chat.screen.wait(for: "the answer") { $0.texts.contains("Hello") }
            #expect(!chat.screen.exists(.disclosure))
        }

        @Test func codeIsApartFromProseAndCanBeCopied() async throws {
            let chat = await ChatOnScreen(PreviewData.finishedLog)
            try await chat.caughtUp()
            let code = """
                func refresh() async throws {
                    let token = try await endpoint.newToken()
                    session.token = token
                }
                """
            #expect(chat.screen.texts.contains(code))
            #expect(!chat.screen.allText.contains("```"))
            try chat.screen.press("Copy Code")
            #expect(chat.desktop.copied == [code])
        }

        @Test func aMessageIsCopiedAsItWasWritten() async throws {
            let chat = await ChatOnScreen(PreviewData.finishedLog)
            try await chat.caughtUp()
            try chat.screen.choose("Copy", fromContextMenuOf: .group, "Answer")
            try chat.screen.choose("Copy", fromContextMenuOf: .group, "Prompt")
            #expect(chat.desktop.copied.count == 2)
            #expect(chat.desktop.copied.first?.contains("```swift") == true)
            #expect(chat.desktop.copied.last == "Why does the login fail after the token was refreshed?")
        }

        @Test func stoppingKeepsWhatHadComeAndSaysSo() async throws {
            let chat = await ChatOnScreen()
            try await chat.client.send("Tell me everything", to: chat.id)
            await chat.client.update(chat.id) { $0.say("Well, ") }
            try await chat.screen.wait(for: "text") { $0.texts.contains("Well, ") }
            try chat.screen.press("Stop")
            try await chat.screen.wait(for: "the end") { $0.texts.contains("Stopped. What had come is kept.") }
            #expect(chat.screen.texts.contains("Well, ") && chat.screen.texts.contains("Cut off"))
            #expect(chat.screen.exists(.button, "Send"))
        }

        @Test(arguments: [
            (StopReason.maxTokens, "The answer reached the model’s output limit. Ask it to go on."),
            (.contextWindow, "The conversation no longer fits the model’s memory. Start a new session."),
            (.refusal, "The model declined to answer."),
        ])
        func anEarlyEndIsExplained(_ reason: StopReason, _ sentence: String) async throws {
            let chat = await ChatOnScreen()
            try await chat.client.send("Hi", to: chat.id)
            await chat.client.update(chat.id) { log in
                log.say("Well")
                log.finish(stopReason: reason)
            }
            try await chat.screen.wait(for: "the end") { $0.texts.contains(sentence) }
        }

        @Test func whoCanNotSeeTheTranscriptIsToldOfTheEnd() async throws {
            let chat = await ChatOnScreen()
            try await chat.client.send("Hi", to: chat.id)
            try await chat.screen.wait(for: "the turn") { $0.exists(.button, "Stop") }
            await chat.client.update(chat.id) { $0.finish() }
            try await chat.screen.wait(for: "the end") { $0.announcements == ["The answer is finished."] }

            try await chat.client.send("And?", to: chat.id)
            try await chat.screen.wait(for: "the turn") { $0.exists(.button, "Stop") }
            await chat.client.update(chat.id) { $0.fail(.llmAPIError, "The answer ended unexpectedly.") }
            try await chat.screen.wait(for: "the failure") { $0.announcements.last == "The answer ended unexpectedly." }
        }

        @Test func shiftReturnStartsALineAndDoesNotSend() async throws {
            let chat = await ChatOnScreen()
            try chat.screen.type("One", into: "Message")
            #expect(try chat.screen.pressKey(.return, modifiers: .shift, in: "Message"))
            #expect(chat.desktop.lineBreaks == 1)
            #expect(try !chat.screen.pressKey(.return, in: "Message"), "a plain Return is the field's own")
            #expect(await chat.client.sent == [])
        }

        @Test func aTranscriptIsLeftAloneOnceTheReaderScrollsBack() async throws {
            let chat = await ChatOnScreen(PreviewData.finishedLog)
            try await chat.caughtUp()
            #expect(!chat.screen.exists(.button, "Scroll to the End"))
            try chat.screen.scroll("Transcript", contentHeight: 2000, offset: 1500, height: 500)
            try chat.screen.scroll("Transcript", contentHeight: 2000, offset: 300, height: 500)
            try chat.screen.press("Scroll to the End")
            #expect(!chat.screen.exists(.button, "Scroll to the End"))

            try chat.screen.scroll("Transcript", contentHeight: 2000, offset: 200, height: 500)
            #expect(chat.screen.exists(.button, "Scroll to the End"))
            try chat.screen.type("Go on", into: "Message")
            try chat.screen.press("Send")
            try await chat.screen.wait(for: "the end of the transcript") { !$0.exists(.button, "Scroll to the End") }
            #expect(chat.screen.complaints == [])
        }
    }
}
