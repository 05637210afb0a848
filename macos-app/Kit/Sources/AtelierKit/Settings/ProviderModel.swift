// State of one provider in the Settings window: its key and its server.
import Foundation
import Observation

/// A provider as it is configured and as it is being edited.
@MainActor
@Observable
public final class ProviderModel: Identifiable {
    /// Where a problem is shown.
    public enum Field: Hashable, Sendable { case keys, newKey, model, baseURL, localServers }

    public nonisolated let id: ProviderID
    /// What is configured.
    public private(set) var status: ProviderStatus
    /// What the core said about a field, until it is saved well.
    public private(set) var problems: [Field: String] = [:]
    public private(set) var isBusy = false
    /// A key that is being entered; forgotten once it is saved.
    public var keyDraft = ""
    /// What it shall be called; empty means the default name.
    public var keyNameDraft = ""
    /// What the provider said of a key when it was asked last, by the key's id.
    public private(set) var verdicts: [KeyEntry.ID: Bool] = [:]
    /// The servers that were found on this machine; nil until someone looked.
    public private(set) var localServers: [LocalServer]?
    public private(set) var isLooking = false
    /// The model as it is being written; empty means the default.
    public var modelDraft = ""
    /// The base URL as it is being written; empty means the provider's own.
    public var baseURLDraft = ""

    @ObservationIgnored private let client: any WorkbenchClient
    /// Takes over what a request answers; it is about more than this provider.
    @ObservationIgnored private let takeOver: (@MainActor (WorkbenchSettings) -> Void)?

    /// A provider.
    ///
    /// - Parameters:
    ///   - status: what is configured.
    ///   - client: the core.
    ///   - takeOver: told what is configured after a change; nil where nothing but this provider is shown.
    public init(
        status: ProviderStatus,
        client: any WorkbenchClient,
        takeOver: (@MainActor (WorkbenchSettings) -> Void)? = nil
    ) {
        id = status.id
        self.status = status
        self.client = client
        self.takeOver = takeOver
        baseURLDraft = status.baseURL ?? ""
        modelDraft = status.model ?? ""
    }

    public var isModelChanged: Bool { modelDraft != status.model ?? "" }
    public var canSaveModel: Bool { !isBusy && isModelChanged }
    public var isBaseURLChanged: Bool { baseURLDraft != status.baseURL ?? "" }
    public var canSaveKey: Bool { !isBusy && !keyDraft.isBlank }
    public var canSaveBaseURL: Bool { !isBusy && isBaseURLChanged }

    // MARK: What the person does

    public func saveKey() async {
        guard canSaveKey else { return }
        let key = keyDraft.trimmingCharacters(in: .whitespacesAndNewlines)
        let name = keyNameDraft.isBlank ? KeyEntry.defaultName : keyNameDraft.trimmingCharacters(in: .whitespaces)
        await change(.newKey) { try await client.saveKey(key, named: name, for: id) }
        guard problems[.newKey] == nil else { return }
        (keyDraft, keyNameDraft) = ("", "")
        // What was said is about the key that was there before.
        verdicts = [:]
    }

    public func removeKey(_ key: KeyEntry) async {
        guard let name = key.name else { return }
        await change(.keys) { try await client.removeKey(named: name, for: id) }
    }

    public func useKey(_ key: KeyEntry) async {
        guard let name = key.name else { return }
        await change(.keys) { try await client.useKey(named: name, for: id) }
    }

    /// Asks the provider whether it accepts a key: a saved one, or the one in use.
    public func checkKey(_ key: KeyEntry) async {
        verdicts[key.id] = nil
        await change(.keys) {
            let isAccepted = try await client.checkKey(named: key.name, for: id)
            verdicts[key.id] = isAccepted
            return try await client.settings()
        }
    }

    /// Looks for servers on this machine.
    public func lookForLocalServers() async {
        guard !isLooking else { return }
        isLooking = true
        defer { isLooking = false }
        do {
            localServers = try await client.localServers()
            problems[.localServers] = nil
        } catch {
            problems[.localServers] = error.sentence
        }
    }

    /// Lets a server on this machine answer from now on.
    public func use(_ server: LocalServer, model: String?) async {
        let provider = ProviderChoice(rawValue: id)
        await change(.localServers) {
            let models = model.map { [id: $0] } ?? [:]
            return try await client.save(
                SettingsChange(provider: provider, models: models, baseURLs: [id: server.baseURL])
            )
        }
        if problems[.localServers] == nil { baseURLDraft = status.baseURL ?? "" }
    }

    public func saveBaseURL() async {
        guard canSaveBaseURL else { return }
        let wanted = baseURLDraft.trimmingCharacters(in: .whitespacesAndNewlines)
        await change(.baseURL) { try await client.save(SettingsChange(baseURLs: [id: wanted])) }
        if problems[.baseURL] == nil { baseURLDraft = status.baseURL ?? "" }
    }

    public func saveModel() async {
        guard canSaveModel else { return }
        let wanted = modelDraft.trimmingCharacters(in: .whitespacesAndNewlines)
        await change(.model) { try await client.save(SettingsChange(models: [id: wanted])) }
        if problems[.model] == nil { modelDraft = status.model ?? "" }
    }

    /// What is configured now. What is being written stays.
    func update(_ status: ProviderStatus) {
        let (isEdited, isModelEdited) = (isBaseURLChanged, isModelChanged)
        if self.status != status { self.status = status }
        if !isEdited { baseURLDraft = status.baseURL ?? "" }
        if !isModelEdited { modelDraft = status.model ?? "" }
    }

    private func change(_ field: Field, _ request: () async throws -> WorkbenchSettings) async {
        isBusy = true
        defer { isBusy = false }
        do {
            let settings = try await request()
            settings.status(of: id).map(update)
            takeOver?(settings)
            problems[field] = nil
        } catch {
            problems[field] = error.sentence
        }
    }
}
