// The settings against a core in memory.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct SettingsModelTests {
    let client = MockClient(diagnostics: [Diagnostic(subject: "Database", level: .good, finding: "/data/atelier.db")])
    let model: SettingsModel

    init() { model = SettingsModel(client: client) }

    private func provider(_ id: ProviderID) throws -> ProviderModel {
        try #require(model.providers.first { $0.id == id })
    }

    @Test func withoutAKeyTheDemoAnswersAndWithOneItsProvider() async throws {
        await model.load()
        #expect(model.settings?.active.isDemo == true)
        let openAI = try provider("openai")
        openAI.keyDraft = "  sk-0123456789abcdef \n"
        #expect(openAI.canSaveKey)
        await openAI.saveKey()
        #expect(openAI.keyDraft.isEmpty, "a saved key is forgotten here")
        #expect(openAI.status.masked == "…cdef" && openAI.status.keys.map(\.name) == ["default"])
        #expect(model.settings?.active == ActiveModel(provider: "openai", model: "gpt-6.1-sol"))
        await openAI.removeKey(try #require(openAI.status.keys.first))
        #expect(openAI.status.masked == nil && openAI.status.keys.isEmpty)
        #expect(model.settings?.active.isDemo == true)
    }

    @Test func severalKeysHaveNamesAndOneIsChosen() async throws {
        await model.load()
        let google = try provider("google")
        (google.keyDraft, google.keyNameDraft) = ("AIza-0123456789-work", " work ")
        await google.saveKey()
        #expect(google.keyNameDraft.isEmpty)
        (google.keyDraft, google.keyNameDraft) = ("AIza-0123456789-home", "home")
        await google.saveKey()
        #expect(google.status.keys.map(\.name) == ["home", "work"] && google.status.masked == "…work")
        await google.useKey(try #require(google.status.keys.first))
        #expect(google.status.masked == "…home")
        await google.removeKey(google.status.keys[0])
        #expect(google.status.keys.map(\.name) == ["work"])
        await client.fail(.key, with: WorkbenchError(.configuration, "The Keychain is locked."))
        await google.removeKey(google.status.keys[0])
        #expect(google.problems[.keys] == "The Keychain is locked." && google.status.keys.count == 1)
    }

    @Test func aKeyIsCheckedWithItsProvider() async throws {
        await model.load()
        let openAI = try provider("openai")
        openAI.keyDraft = "sk-0123456789abcdef"
        await openAI.saveKey()
        let key = try #require(openAI.status.keys.first)
        await openAI.checkKey(key)
        #expect(openAI.verdicts == [key.id: true] && openAI.status.keys.first?.lastAccepted != nil)
        await client.acceptKeys(false)
        await openAI.checkKey(key)
        #expect(openAI.verdicts == [key.id: false])
        await client.fail(.checkKey, with: WorkbenchError(.configuration, "OpenAI can't be reached."))
        await openAI.checkKey(key)
        #expect(openAI.verdicts.isEmpty && openAI.problems[.keys] == "OpenAI can't be reached.")
        await client.fail(.checkKey, with: nil)
        await openAI.checkKey(key)
        openAI.keyDraft = "sk-another-0123456789"
        await openAI.saveKey()
        #expect(openAI.verdicts.isEmpty, "what was said of one key says nothing of the next")
    }

    @Test func whatChangesElsewhereIsSeenAndEditsStay() async throws {
        await model.load()
        model.modelDraft = "being written"
        let task = Task { await model.follow() }
        defer { task.cancel() }
        try await client.changeSettings(SettingsChange(provider: .openAI, model: "model-1"))
        try await eventually("the change") { model.provider == .openAI }
        #expect(model.modelDraft == "being written")
        try await client.changeSettings(SettingsChange(provider: .google))
        try await eventually("the next change") { model.settings?.active.provider == "google" }
    }

    @Test func aLocalServerAnswersOnceSomeoneSaysSo() async throws {
        let server = LocalServer(name: "Ollama", baseURL: "http://127.0.0.1:11434/v1", models: ["llama3.3"])
        let client = MockClient(localServers: [server])
        let model = SettingsModel(client: client)
        await model.load()
        let compatible = try #require(model.providers.last)
        #expect(compatible.id == "compatible" && compatible.localServers == nil)
        await compatible.lookForLocalServers()
        #expect(compatible.localServers == [server] && !compatible.isLooking)
        #expect(model.settings?.active.isDemo == true, "a server that was found is not used")
        await compatible.use(server, model: "llama3.3")
        #expect(model.settings?.active == ActiveModel(provider: "compatible", model: "llama3.3"))
        #expect(compatible.baseURLDraft == server.baseURL && !compatible.isBaseURLChanged)
        await client.fail(.localServers, with: WorkbenchError(.closed, "Atelier is closing."))
        await compatible.lookForLocalServers()
        #expect(compatible.problems[.localServers] == "Atelier is closing." && compatible.localServers == [server])
    }

    @Test func aBaseURLThatIsNoneIsRefusedInPlaceAndStaysToBeCorrected() async throws {
        await model.load()
        let server = try provider("compatible")
        server.baseURLDraft = "127.0.0.1:11434"
        await server.saveBaseURL()
        #expect(server.problems[.baseURL]?.contains("127.0.0.1:11434") == true)
        #expect(server.baseURLDraft == "127.0.0.1:11434" && server.isBaseURLChanged)
        server.baseURLDraft = " http://127.0.0.1:11434/v1 "
        await server.saveBaseURL()
        #expect(server.problems.isEmpty && !server.isBaseURLChanged)
        #expect(server.status.server == "http://127.0.0.1:11434/v1" && server.status.isReady)
        server.baseURLDraft = ""
        await server.saveBaseURL()
        #expect(!server.status.isReady)
    }

    @Test func whatIsBeingWrittenStaysWhenAnotherFieldIsSaved() async throws {
        await model.load()
        let (anthropic, google) = (try provider("anthropic"), try provider("google"))
        anthropic.baseURLDraft = "half.wri"
        anthropic.keyDraft = "sk-half"
        google.keyDraft = "another"
        model.modelDraft = " some-model "
        await model.saveModel()
        #expect(model.settings?.model == "some-model" && model.modelDraft == "some-model")
        model.modelDraft = "some-other"
        await model.choose(.anthropic)
        await google.saveKey()
        #expect(model.provider == .anthropic && model.modelDraft == "some-other")
        #expect(anthropic.baseURLDraft == "half.wri" && anthropic.keyDraft == "sk-half")
    }

    @Test func whatFailsSaysSoWhereItBelongs() async throws {
        await model.load()
        let (anthropic, google) = (try provider("anthropic"), try provider("google"))
        let readOnly = WorkbenchError(.storage, "The settings file is read-only.")
        await client.fail(.settings, with: readOnly)
        await client.fail(.save, with: readOnly)
        await client.fail(.key, with: WorkbenchError(.configuration, "The Keychain is locked."))
        await client.fail(.diagnostics, with: WorkbenchError(.closed, "Atelier is closing."))
        await model.load()
        await model.choose(.demo)
        anthropic.keyDraft = "secret"
        await anthropic.saveKey()
        anthropic.baseURLDraft = "https://models.example"
        await anthropic.saveBaseURL()
        await model.loadDiagnostics()
        #expect(
            model.problems == [
                .loading: readOnly.message, .provider: readOnly.message, .diagnostics: "Atelier is closing.",
            ]
        )
        #expect(anthropic.problems == [.newKey: "The Keychain is locked.", .baseURL: readOnly.message])
        #expect(google.problems.isEmpty, "the problem of one provider is not another's")
        #expect(anthropic.keyDraft == "secret", "a key that was not saved can be saved again")
        #expect(!model.isBusy && !anthropic.isBusy)
    }

    @Test func whatIsSavedWhileTheSettingsAreReadIsSaved() async throws {
        await client.hold(.settings)
        let reading = Task { await model.load() }
        model.modelDraft = "one"
        let saving = Task { await model.saveModel() }
        await client.release(.settings)
        await reading.value
        await saving.value
        #expect(try await client.settings().model == "one" && !model.isModelChanged)
    }

    @Test func whatIsAskedOfAProviderWhileItIsBusyIsDoneAfterwards() async throws {
        await model.load()
        let openAI = try provider("openai")
        openAI.keyDraft = "sk-0123456789abcdef"
        await client.hold(.key)
        let first = Task { await openAI.saveKey() }
        try await eventually("the request") { openAI.isBusy }
        openAI.modelDraft = "some-model"
        let second = Task { await openAI.saveModel() }
        openAI.keyDraft = "sk-written-meanwhile"
        await client.release(.key)
        await first.value
        await second.value
        #expect(openAI.status.masked == "…cdef" && openAI.status.model == "some-model" && !openAI.isModelChanged)
        #expect(openAI.keyDraft == "sk-written-meanwhile", "what was written meanwhile stays")
    }

    @Test func eachProviderHasItsNameAndAnUnknownOneItsID() {
        let names = ["Automatic", "Anthropic", "OpenAI", "Google", "Compatible Server", "Demo"]
        #expect(ProviderChoice.allCases.map(\.name) == names)
        #expect(ActiveModel(provider: "openai", model: "gpt-6.1-sol").name == "OpenAI · gpt-6.1-sol")
        #expect(ActiveModel(provider: "compatible", model: "").name == "Compatible Server")
        #expect(ActiveModel(provider: "later", model: "one").name == "later · one")
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
