// State of the Settings window, and what the chats need to know of it.
import Foundation
import Observation

/// The settings as they are and as they are being edited. One for the whole app.
@MainActor
@Observable
public final class SettingsModel {
    /// Where a problem is shown.
    public enum Field: Hashable, Sendable { case loading, provider, model, diagnostics }

    /// What is configured; nil until it was read.
    public private(set) var settings: WorkbenchSettings?
    /// Those that take a key or have a server, in the core's order; empty until they were read.
    public private(set) var providers: [ProviderModel] = []
    public private(set) var diagnostics: [Diagnostic] = []
    /// What the core said about a field, until it is saved well.
    public private(set) var problems: [Field: String] = [:]
    /// It is being looked for what is missing.
    public private(set) var isBusy = false
    /// The model as it is being written; empty means the default.
    public var modelDraft = ""

    /// The models that can be chosen.
    @ObservationIgnored public let models: ModelsModel
    /// How agents work.
    @ObservationIgnored public let agents: AgentSettingsModel
    /// The rules about tools.
    @ObservationIgnored public let rules: RulesModel
    /// The servers that bring more tools.
    @ObservationIgnored public let servers: MCPModel
    /// What terminals showed before.
    @ObservationIgnored public let keptTerminals: KeptTerminalsModel
    /// Who the person commits as.
    @ObservationIgnored public let identities: IdentitiesModel
    @ObservationIgnored private let client: any WorkbenchClient
    @ObservationIgnored private let inTurn = InTurn()

    public init(client: any WorkbenchClient) {
        self.client = client
        models = ModelsModel(client: client)
        agents = AgentSettingsModel(client: client)
        rules = RulesModel(client: client)
        servers = MCPModel(client: client)
        keptTerminals = KeptTerminalsModel(client: client)
        identities = IdentitiesModel(client: client)
    }

    public var provider: ProviderChoice { settings?.provider ?? .automatic }
    public var isModelChanged: Bool { modelDraft != settings?.model ?? "" }
    public var canSaveModel: Bool { isModelChanged }
    /// The diagnostics as text, for someone who is asked for help.
    public var report: String {
        diagnostics.map { line in
            let remedy = line.remedy.map { " \($0)" } ?? ""
            return "[\(line.level.rawValue)] \(line.subject): \(line.finding)\(remedy)"
        }.joined(separator: "\n")
    }

    // MARK: What the person does

    /// Reads what is configured. Edits that are not saved stay.
    public func load() async {
        await inTurn { await self.change(.loading) { try await self.client.settings() } }
        await agents.load()
        await keptTerminals.load()
    }

    /// Reads again whatever changes elsewhere, until the task is cancelled.
    public func follow() async {
        do {
            for try await _ in client.settingsChanges() { await load() }
        } catch {
            problems[.loading] = error.sentence ?? problems[.loading]
        }
    }

    public func choose(_ provider: ProviderChoice) async {
        await inTurn {
            await self.change(.provider) { try await self.client.save(SettingsChange(provider: provider)) }
        }
    }

    public func saveModel() async {
        await inTurn {
            guard self.canSaveModel else { return }
            let draft = self.modelDraft
            let wanted = draft.trimmingCharacters(in: .whitespacesAndNewlines)
            await self.change(.model) { try await self.client.save(SettingsChange(model: wanted)) }
            // What was written meanwhile stays.
            if self.problems[.model] == nil, self.modelDraft == draft { self.modelDraft = self.settings?.model ?? "" }
        }
    }

    public func loadDiagnostics() async {
        isBusy = true
        defer { isBusy = false }
        do {
            diagnostics = try await client.diagnostics()
            problems[.diagnostics] = nil
        } catch {
            problems[.diagnostics] = error.sentence
        }
    }

    private func change(_ field: Field, _ request: () async throws -> WorkbenchSettings) async {
        do {
            takeOver(try await request())
            problems[field] = nil
        } catch {
            problems[field] = error.sentence
        }
    }

    /// Takes over what is configured now. What is being written stays.
    private func takeOver(_ changed: WorkbenchSettings) {
        let isEdited = isModelChanged
        if settings != changed { settings = changed }
        if !isEdited { modelDraft = changed.model ?? "" }
        for status in changed.providers {
            if let known = providers.first(where: { $0.id == status.id }) {
                known.update(status)
            } else {
                providers.append(
                    ProviderModel(status: status, client: client) { [weak self] in self?.takeOver($0) }
                )
            }
        }
    }
}
