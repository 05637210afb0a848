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
            try await screen.wait(for: "the choice") { $0.texts.contains("Anthropic · claude-sonnet-4-5") }
            #expect(try await client.settings().provider == .anthropic)
            #expect(screen.complaints == [])
        }

        @Test func theModelIsSavedWithReturnOrTheButton() async throws {
            try await loaded()
            #expect(try !screen.find(.button, "Save").isEnabled)
            try screen.type("claude-opus-4-1", into: "Model")
            try screen.press("Save")
            try await screen.wait(for: "saving") { try !$0.find(.button, "Save").isEnabled }
            #expect(try await client.settings().model == "claude-opus-4-1")
            try screen.replaceText(of: "Model", with: "")
            try screen.submit("Model")
            let client = client
            try await screen.wait(for: "the default") { _ in try await client.settings().model == nil }
        }

        @Test func aBaseURLThatIsNoneIsExplainedUnderItsField() async throws {
            try await loaded()
            try screen.type("api.example.com", into: "Base URL")
            try screen.submit("Base URL")
            try await screen.wait(for: "the sentence") { $0.texts.contains { $0.contains("is not an address") } }
            #expect(try screen.find(.textField, "Base URL").value == "api.example.com")
            #expect(try await client.settings().baseURL == nil)
            #expect(screen.complaints == [])
            try screen.replaceText(of: "Base URL", with: "https://api.example.com")
            try screen.submit("Base URL")
            try await screen.wait(for: "saving") { !$0.texts.contains { $0.contains("is not an address") } }
        }

        @Test func aKeyIsSavedMaskedAndRemovedAfterAQuestion() async throws {
            try await loaded()
            try screen.press("Key")
            #expect(screen.texts.contains("None"))
            #expect(!screen.exists(.button, "Remove Key…"))
            #expect(try !screen.find(.button, "Save Key").isEnabled)
            try screen.type("sk-ant-api03-0123456789abcdef", into: "New key")
            try screen.press("Save Key")
            try await screen.wait(for: "the key") { $0.texts.contains("…cdef") }
            #expect(try screen.find(.secureField, "New key").value == "")
            #expect(screen.texts.contains("the Keychain"))
            #expect(!screen.allText.contains("0123456789"))
            #expect(screen.complaints == [])

            try screen.press("Remove Key…")
            #expect(screen.exists(.dialog, "Remove the saved key?"))
            try screen.press("Cancel")
            #expect(screen.texts.contains("…cdef"))
            try screen.press("Remove Key…")
            try screen.press("Remove Key")
            try await screen.wait(for: "no key") { $0.texts.contains("None") }
        }

        @Test func aKeyThatCanNotBeSavedSaysWhyAndIsKept() async throws {
            try await loaded()
            let locked = "The Keychain is locked: unlock it and try again."
            await client.fail(.key, with: WorkbenchError(.configuration, locked))
            try screen.press("Key")
            try screen.type("sk-1", into: "New key")
            try screen.submit("New key")
            try await screen.wait(for: "the sentence") { $0.texts.contains(locked) }
            #expect(try screen.find(.secureField, "New key").value == "sk-1")
        }

        @Test func aKeyFromElsewhereIsShownWithItsSourceAndCanNotBeRemovedHere() async throws {
            let found = KeyStatus(
                provider: "anthropic",
                name: "Anthropic",
                source: "ANTHROPIC_API_KEY",
                masked: "…3kQA"
            )
            let model = SettingsModel(client: MockClient(settings: MockSettings(foundKey: found)))
            let screen = Screen(SettingsView(model: model))
            try await screen.wait(for: "the settings") { $0.texts.contains("Anthropic · claude-sonnet-4-5") }
            try screen.press("Key")
            #expect(screen.texts.contains("ANTHROPIC_API_KEY") && screen.texts.contains("…3kQA"))
            #expect(!screen.exists(.button, "Remove Key…"))
        }

        @Test func aKeyThatIsThereButCanNotBeUsedSaysWhy() async throws {
            let problem = "The Keychain does not answer: unlock it and try again."
            let locked = KeyStatus(provider: "anthropic", name: "Anthropic", problem: problem)
            let model = SettingsModel(client: MockClient(settings: MockSettings(foundKey: locked)))
            let screen = Screen(SettingsView(model: model))
            try await screen.wait(for: "the settings") { _ in model.settings != nil }
            try screen.press("Key")
            #expect(screen.texts.contains(problem))
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
            try screen.press("Key")
            #expect(screen.texts.contains(broken))
        }
    }
}
