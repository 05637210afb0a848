// The settings against a core in memory.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct SettingsModelTests {
    let client = MockClient(diagnostics: [Diagnostic(subject: "Database", level: .good, finding: "/data/atelier.db")])
    let model: SettingsModel

    init() { model = SettingsModel(client: client) }

    @Test func withoutAKeyTheDemoAnswersAndWithOneAnthropic() async {
        await model.load()
        #expect(model.settings?.active.isDemo == true)
        model.keyDrafts["anthropic"] = "  sk-ant-0123456789abcdef \n"
        #expect(model.canSaveKey(for: "anthropic"))
        await model.saveKey(for: "anthropic")
        #expect(model.keyDrafts.isEmpty, "a saved key is forgotten here")
        #expect(model.settings?.keys.first?.masked == "…cdef")
        #expect(model.settings?.active.isDemo == false)
        await model.removeKey(for: "anthropic")
        #expect(model.settings?.keys.first?.masked == nil)
        #expect(model.settings?.active.isDemo == true)
    }

    @Test func aBaseURLThatIsNoneIsRefusedInPlaceAndStaysToBeCorrected() async {
        await model.load()
        model.baseURLDraft = "api.example.com"
        await model.saveEdits()
        #expect(model.problems[.baseURL]?.contains("api.example.com") == true)
        #expect(model.baseURLDraft == "api.example.com" && model.isBaseURLChanged)
        model.baseURLDraft = "https://api.example.com"
        await model.saveEdits()
        #expect(model.problems.isEmpty && !model.isBaseURLChanged)
        model.baseURLDraft = ""
        await model.saveEdits()
        #expect(model.settings?.baseURL == nil)
    }

    @Test func savingOneFieldLeavesWhatCanNotBeSavedInAnother() async {
        await model.load()
        model.baseURLDraft = "half.wri"
        model.modelDraft = " some-model "
        await model.saveEdits()
        #expect(model.problems[.baseURL] != nil)
        #expect(model.settings?.model == "some-model" && model.modelDraft == "some-model")
        await model.choose(.anthropic)
        #expect(model.provider == .anthropic)
        #expect(model.baseURLDraft == "half.wri")
    }

    @Test func whatFailsSaysSoWhereItBelongs() async {
        let readOnly = WorkbenchError(.storage, "The settings file is read-only.")
        await client.fail(.settings, with: readOnly)
        await client.fail(.save, with: readOnly)
        await client.fail(.key, with: WorkbenchError(.configuration, "The Keychain is locked."))
        await client.fail(.diagnostics, with: WorkbenchError(.closed, "Atelier is closing."))
        await model.load()
        await model.choose(.demo)
        model.keyDrafts["anthropic"] = "secret"
        await model.saveKey(for: "anthropic")
        await model.loadDiagnostics()
        #expect(
            model.problems == [
                .loading: readOnly.message,
                .provider: readOnly.message,
                .key: "The Keychain is locked.",
                .diagnostics: "Atelier is closing.",
            ]
        )
        #expect(model.keyDrafts["anthropic"] == "secret", "a key that was not saved can be saved again")
        #expect(!model.isBusy)
    }

    @Test func diagnosticsAreTheCores() async {
        await model.loadDiagnostics()
        #expect(model.diagnostics.map(\.subject) == ["Database"])
        #expect(model.report == "[good] Database: /data/atelier.db")
    }
}

@MainActor
@Suite struct LaunchModelTests {
    @Test func aCoreThatCanNotBeOpenedSaysWhyAndIsTriedAgain() async {
        let core = Opening()
        let launch = LaunchModel { try await core.open() }
        await launch.open()
        guard case .failed("This database was written by a newer Atelier; update Atelier to open it.") = launch.state
        else {
            Issue.record("\(launch.state)")
            return
        }
        await core.mend()
        await launch.open()
        await launch.open()
        guard case .open = launch.state else {
            Issue.record("\(launch.state)")
            return
        }
        #expect(await core.attempts == 2, "an open core is not opened again")
    }

    private actor Opening {
        private(set) var attempts = 0
        private var isBroken = true

        func mend() { isBroken = false }

        func open() throws -> any WorkbenchClient {
            attempts += 1
            guard !isBroken else {
                throw WorkbenchError(
                    .storage,
                    "This database was written by a newer Atelier; update Atelier to open it."
                )
            }
            return MockClient()
        }
    }
}
