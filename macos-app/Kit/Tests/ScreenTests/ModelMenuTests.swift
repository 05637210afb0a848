// The choice of a model: in the composer, in the menu bar, and by id.
import AtelierKit
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct ModelMenuTests {
        /// The name of the menu in the composer.
        private let menu = "model-menu"

        private func chat() async throws -> ChatOnScreen {
            let chat = await ChatOnScreen(settings: MockSettings(foundKeys: PreviewData.keys))
            await chat.settings.models.load()
            return chat
        }

        @Test func itNamesWhoAnswersAndWhatElseThereIs() async throws {
            let chat = try await chat()
            let node = try chat.screen.find(.menu, menu)
            #expect(node.label == "Model: Anthropic · Claude Sonnet 5.5")
            let sections = node.children.filter { $0.role == .section }
            #expect(sections.map(\.label) == ["Anthropic"], "who can be asked stands open")
            let others = node.children.filter { $0.role == .menu }
            #expect(others.map(\.label) == ["OpenAI: no key", "Google: needs attention", "Thinking"])
            #expect(try chat.screen.find(.toggle, "As in Settings").isOn == true)
            #expect(try chat.screen.find(.toggle, "Claude Opus 5.5").isOn == false)
            let facts = "1M context, $4 in, $20 out per million tokens"
            #expect(try chat.screen.find(.toggle, "Claude Opus 5.5").hint == facts)
            #expect(try !chat.screen.find(.toggle, "GPT-6.1 Sol").isEnabled)
            #expect(chat.screen.complaints == [])
        }

        @Test func aModelThatIsChosenIsMarkedAndAsked() async throws {
            let chat = try await chat()
            try chat.screen.choose("Claude Opus 5.5", from: menu)
            #expect(try chat.screen.find(.menu, menu).label == "Model: Anthropic · Claude Opus 5.5")
            #expect(try chat.screen.find(.toggle, "Claude Opus 5.5").isOn == true)
            #expect(try chat.screen.find(.toggle, "As in Settings").isOn == false)
            try chat.screen.type("Hello", into: "Message")
            try chat.screen.press("Send")
            try await chat.screen.wait(for: "the turn") { $0.exists(.button, "Stop") }
            #expect(chat.model.answering == ActiveModel(provider: "anthropic", model: "claude-opus-5-5"))
            try chat.screen.choose("As in Settings", from: menu)
            #expect(try chat.screen.find(.menu, menu).label == "Model: Anthropic · Claude Sonnet 5.5")
        }

        @Test func aModelOfAProviderThatGotItsKeyCanBeChosen() async throws {
            let client = MockClient(logs: [PreviewData.emptyLog])
            let settings = SettingsModel(client: client)
            let window = Screen(RootView(client: client, settings: settings))
            try await window.wait(for: "the session") { $0.all(.row).count == 1 }
            try window.selectRow(containing: "New session")
            try await window.wait(for: "the models") { $0.exists(.toggle, "GPT-6.1 Sol") }
            #expect(throws: ScreenError.self) { try window.choose("GPT-6.1 Sol", from: menu) }
            let openAI = try #require(settings.providers.first { $0.id == "openai" })
            openAI.keyDraft = "sk-proj-0123456789abcdef"
            await openAI.saveKey()
            try await window.wait(for: "the key") { try $0.find(.toggle, "GPT-6.1 Sol").isEnabled }
            try window.choose("GPT-6.1 Sol", from: menu)
            #expect(try window.find(.menu, menu).label == "Model: OpenAI · GPT-6.1 Sol")
        }

        @Test func theDemoThatWasChosenIsLabelled() async throws {
            let chat = try await chat()
            try chat.screen.choose("Demo", from: menu)
            #expect(chat.screen.texts.contains("Demo model: scripted answers, offline."))
            #expect(try chat.screen.find(.menu, menu).label == "Model: Demo")
        }

        @Test func aModelThatIsInNoListIsNamedByItsID() async throws {
            let chat = try await chat()
            try chat.screen.choose("Other Model…", from: menu)
            #expect(try chat.screen.find(.textField, "Model").isFocused)
            #expect(try chat.screen.find(.picker, "Provider").value == "Anthropic")
            #expect(try !chat.screen.find(.button, "Use Model").isEnabled)
            #expect(chat.screen.complaints == [])
            try chat.screen.choose("Compatible Server", from: "Provider")
            try chat.screen.type("llama3.3", into: "Model")
            try chat.screen.press("Use Model")
            #expect(!chat.screen.exists(.sheet))
            #expect(try chat.screen.find(.menu, menu).label == "Model: Compatible Server · llama3.3")

            try chat.screen.choose("Other Model…", from: menu)
            try chat.screen.type("never mind", into: "Model")
            try chat.screen.press("Cancel")
            #expect(try chat.screen.find(.menu, menu).label == "Model: Compatible Server · llama3.3")
        }

        @Test func theSettingsOfProvidersAreOneStepAway() async throws {
            let chat = try await chat()
            try chat.screen.choose("Providers and Keys…", from: menu)
            #expect(chat.screen.didOpenSettings)
        }

        @Test func theMenuBarOffersTheSame() async throws {
            let client = PreviewData.client
            let app = AppUnderTest(AtelierScenes(launch: LaunchModel { client }))
            let window = try app.frontWindow()
            try await window.wait(for: "the sessions") { $0.all(.row).count == 4 }
            #expect(throws: ScreenError.self) { try app.menuItem("Session", "Claude Opus 5.5") }
            try window.selectRow(containing: "New session")
            try await window.wait(for: "the models") { _ in
                (try? app.menuItem("Session", "Claude Opus 5.5")) != nil
            }
            try app.choose("Claude Opus 5.5", fromMenu: "Session")
            #expect(try app.menuItem("Session", "Claude Opus 5.5").isOn == true)
            #expect(try window.find(.menu, menu).label == "Model: Anthropic · Claude Opus 5.5")
            try app.choose("Other Model…", fromMenu: "Session")
            #expect(window.exists(.sheet))
            #expect(app.warnings == [])
        }
    }
}
