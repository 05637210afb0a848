// The Settings window.
import AtelierKit
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct SettingsScreenTests {
        let client = MockClient(diagnostics: PreviewData.diagnostics)
        let desktop = RecordingDesktop()
        let screen: Screen

        init() {
            screen = Screen(SettingsView(model: SettingsModel(client: client)).environment(\.desktop, desktop))
        }

        private func loaded() async throws {
            try await screen.wait(for: "the settings") { $0.texts.contains("Demo model (scripted, offline)") }
        }

        @Test func theProviderIsChosenAtOnce() async throws {
            try await loaded()
            #expect(try screen.find(.picker, "Provider").value == "Automatic")
            try screen.choose("Anthropic", from: "Provider")
            try await screen.wait(for: "the choice") { $0.texts.contains("Anthropic · claude-sonnet-5-5") }
            #expect(try await client.settings().provider == .anthropic)
            #expect(screen.complaints == [])
        }

        @Test func theModelIsSavedWithReturnOrTheButton() async throws {
            try await loaded()
            #expect(try !screen.find(.button, "Save").isEnabled)
            try screen.type("claude-opus-5-5", into: "Model")
            try screen.press("Save")
            let client = client
            try await screen.wait(for: "saving") { screen in
                guard try await client.settings().model == "claude-opus-5-5" else { return false }
                return try !screen.find(.button, "Save").isEnabled
            }
            try screen.replaceText(of: "Model", with: "")
            try screen.submit("Model")
            try await screen.wait(for: "the default") { _ in try await client.settings().model == nil }
        }

        @Test func everyProviderCanBeChosen() async throws {
            try await loaded()
            let client = client
            for choice in ProviderChoice.allCases {
                try screen.choose(choice.name, from: "Provider")
                try await screen.wait(for: "the choice") { _ in try await client.settings().provider == choice }
            }
        }

        private func open(_ provider: String) async throws {
            try await loaded()
            try screen.press("Providers")
            try screen.selectRow(containing: provider)
        }

        @Test func aBaseURLThatIsNoneIsExplainedUnderItsField() async throws {
            try await open("Compatible Server")
            try screen.type("127.0.0.1:11434", into: "Base URL")
            try screen.submit("Base URL")
            try await screen.wait(for: "the sentence") { $0.texts.contains { $0.contains("is not an address") } }
            #expect(try screen.find(.textField, "Base URL").value == "127.0.0.1:11434")
            #expect(try await client.settings().status(of: "compatible")?.baseURL == nil)
            #expect(screen.texts.contains("No base URL"))
            #expect(screen.complaints == [])
            try screen.replaceText(of: "Base URL", with: "http://127.0.0.1:11434/v1")
            try screen.press("Save Base URL")
            try await screen.wait(for: "saving") { $0.texts.contains("Needs no key") }
            #expect(!screen.texts.contains { $0.contains("is not an address") })
            #expect(try !screen.find(.button, "Save Base URL").isEnabled)
        }

        @Test func aProviderHasAModelOfItsOwn() async throws {
            try await open("OpenAI")
            try screen.type("gpt-99", into: "Default model")
            try screen.press("Save Model")
            let client = client
            try await screen.wait(for: "saving") { _ in
                try await client.settings().status(of: "openai")?.model == "gpt-99"
            }
            try await screen.wait(for: "rest") { try !$0.find(.button, "Save Model").isEnabled }
            #expect(screen.complaints == [])
        }

        @Test func aKeyIsSavedMaskedAndRemovedAfterAQuestion() async throws {
            try await open("OpenAI")
            #expect(screen.texts.contains("None: add one below."))
            #expect(try !screen.find(.button, "Save Key").isEnabled)
            try screen.type("sk-proj-0123456789abcdef", into: "New key")
            try screen.press("Save Key")
            try await screen.wait(for: "the key") { screen in
                try screen.texts.contains("…cdef") && screen.find(.secureField, "New key").value == ""
            }
            #expect(screen.texts.contains("From the Keychain") && screen.texts.contains("Has a key"))
            #expect(screen.texts.contains("In use") && screen.texts.contains("default"))
            #expect(!screen.allText.contains("0123456789"))
            #expect(screen.complaints == [])

            try screen.press("Remove key default…")
            #expect(screen.exists(.dialog, "Remove the saved key?"))
            try screen.press("Cancel")
            #expect(screen.texts.contains("…cdef"))
            try screen.press("Remove key default…")
            try screen.press("Remove Key")
            try await screen.wait(for: "no key") { $0.texts.contains("None: add one below.") }
        }

        @Test func oneOfSeveralKeysIsChosen() async throws {
            try await open("OpenAI")
            for name in ["work", "home"] {
                try screen.type("sk-proj-0123456789-\(name)", into: "New key")
                try screen.type(name, into: "Name")
                try screen.submit("Name")
                try await screen.wait(for: "the key") { screen in
                    try screen.texts.contains("…\(name)") && screen.find(.button, "Check key \(name)").isEnabled
                }
            }
            #expect(!screen.exists(.button, "Use key work"), "the first one is in use")
            try screen.press("Use key home")
            try await screen.wait(for: "the choice") { $0.exists(.button, "Use key work") }
            #expect(try await client.settings().status(of: "openai")?.masked == "…home")
            #expect(screen.complaints == [])
        }

        /// What is saved may be shown a moment before it is known to be saved.
        private func pressOnceItCanBe(_ button: String) async throws {
            try await screen.wait(for: button) { screen in
                try screen.exists(.button, button) && screen.find(.button, button).isEnabled
            }
            try screen.press(button)
        }

        @Test func aKeyIsCheckedAndTheAnswerStandsBesideIt() async throws {
            try await open("OpenAI")
            try screen.type("sk-proj-0123456789abcdef", into: "New key")
            try screen.press("Save Key")
            try await pressOnceItCanBe("Check key default")
            try await screen.wait(for: "the answer") { $0.texts.contains("OpenAI accepts it.") }
            await client.acceptKeys(false)
            try await pressOnceItCanBe("Check key default")
            try await screen.wait(for: "the refusal") { $0.allText.contains("OpenAI does not accept this key") }
            #expect(screen.complaints == [])
        }

        @Test func localServersAreOfferedWhenSomeoneLooks() async throws {
            let client = MockClient(localServers: PreviewData.localServers)
            let screen = Screen(SettingsView(model: SettingsModel(client: client)))
            try await screen.wait(for: "the settings") { $0.texts.contains("Demo model (scripted, offline)") }
            try screen.press("Providers")
            try screen.selectRow(containing: "Compatible Server")
            await client.hold(.localServers)
            try screen.press("Look for Local Servers")
            try await screen.wait(for: "the search") { $0.exists(.progress, "Looking for local servers") }
            await client.release(.localServers)
            try await screen.wait(for: "the servers") { $0.texts.contains("Ollama") }
            #expect(screen.complaints == [])
            try screen.choose("qwen3:32b", from: "Use Ollama")
            try await screen.wait(for: "the choice") { _ in try await client.settings().active.model == "qwen3:32b" }
            #expect(try screen.find(.textField, "Base URL").value == "http://127.0.0.1:11434/v1")
            try screen.press("Use llama.cpp")
            try await screen.wait(for: "the other") { _ in
                try await client.settings().status(of: "compatible")?.server == "http://127.0.0.1:8080/v1"
            }
        }

        @Test func aMachineWithoutServersSaysWhatToDo() async throws {
            try await open("Compatible Server")
            try screen.press("Look for Local Servers")
            try await screen.wait(for: "the answer") { $0.allText.contains("Start one, such as Ollama") }
        }

        @Test func aKeyThatIsBeingEnteredStaysWithItsProvider() async throws {
            try await open("OpenAI")
            try screen.type("sk-half", into: "New key")
            try screen.selectRow(containing: "Google")
            #expect(try screen.find(.secureField, "New key").value == "")
            try screen.selectRow(containing: "OpenAI")
            #expect(try screen.find(.secureField, "New key").value == "sk-half")
        }

        @Test func aKeyThatCanNotBeSavedSaysWhyAndIsKept() async throws {
            let locked = "The Keychain is locked: unlock it and try again."
            await client.fail(.key, with: WorkbenchError(.configuration, locked))
            try await open("Anthropic")
            try screen.type("sk-1", into: "New key")
            try screen.submit("New key")
            try await screen.wait(for: "the sentence") { $0.texts.contains(locked) }
            #expect(try screen.find(.secureField, "New key").value == "sk-1")
        }

        /// The pane of the providers over a core that found these keys.
        private func providers(_ keys: MockSettings.FoundKey...) async throws -> Screen {
            let model = SettingsModel(client: MockClient(settings: MockSettings(foundKeys: keys)))
            let screen = Screen(SettingsView(model: model))
            try await screen.wait(for: "the settings") { _ in model.settings != nil }
            try screen.press("Providers")
            return screen
        }

        @Test func aKeyFromElsewhereIsShownWithItsSourceAndCanNotBeRemovedHere() async throws {
            let key = MockSettings.FoundKey(for: "google", source: "GEMINI_API_KEY", masked: "…3kQA")
            let screen = try await providers(key)
            #expect(screen.texts.contains("From GEMINI_API_KEY"), "the provider that answers is shown first")
            #expect(screen.texts.contains("…3kQA"))
            #expect(!screen.all(.button).contains { $0.label.hasPrefix("Remove key") })
        }

        @Test func aKeyThatIsThereButCanNotBeUsedSaysWhy() async throws {
            let problem = "The Keychain does not answer: unlock it and try again."
            let screen = try await providers(MockSettings.FoundKey(for: "anthropic", problem: problem))
            #expect(screen.texts.contains(problem) && screen.texts.contains("Needs attention"))
            #expect(screen.complaints == [])
        }

        @Test func diagnosticsSayWhatIsWrongAndWhatToDo() async throws {
            try await loaded()
            try screen.press("Diagnostics")
            try await screen.wait(for: "the findings") { $0.texts.contains("Database") }
            #expect(screen.texts.contains("Mend it or move it away; Atelier leaves it as it is."))
            #expect(screen.all(.image).map(\.label).filter { $0 == "Problem" }.count == 1)
            #expect(screen.complaints == [])
            try screen.press("Copy Report")
            #expect(desktop.copied.first?.contains("[problem] Settings file") == true)
            #expect(screen.all(.button).filter { $0.label == "Show in Finder" }.count == 3)
        }

        @Test func settingsThatCanNotBeReadSayWhyOnEachTab() async throws {
            let broken = "The settings file is not valid JSON: mend it."
            await client.fail(.settings, with: WorkbenchError(.storage, broken))
            try await screen.wait(for: "the sentence") { $0.texts.contains(broken) }
            try screen.press("Providers")
            #expect(screen.texts.contains(broken))
        }
    }
}
