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
    @ObservationIgnored private let inTurn = InTurn()

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
    public var canSaveModel: Bool { isModelChanged }
    public var isBaseURLChanged: Bool { baseURLDraft != status.baseURL ?? "" }
    public var canSaveKey: Bool { !keyDraft.isBlank }
    public var canSaveBaseURL: Bool { isBaseURLChanged }

    // MARK: What the person does

    public func saveKey() async {
        await inTurn {
            guard self.canSaveKey else { return }
            let (draft, nameDraft) = (self.keyDraft, self.keyNameDraft)
            let key = draft.trimmingCharacters(in: .whitespacesAndNewlines)
            let name = nameDraft.isBlank ? KeyEntry.defaultName : nameDraft.trimmingCharacters(in: .whitespaces)
            await self.change(.newKey) { try await self.client.saveKey(key, named: name, for: self.id) }
            guard self.problems[.newKey] == nil else { return }
            // What was written meanwhile stays.
            if self.keyDraft == draft { self.keyDraft = "" }
            if self.keyNameDraft == nameDraft { self.keyNameDraft = "" }
            // What was said is about the key that was there before.
            self.verdicts = [:]
        }
    }

    public func removeKey(_ key: KeyEntry) async {
        guard let name = key.name else { return }
        await inTurn { await self.change(.keys) { try await self.client.removeKey(named: name, for: self.id) } }
    }

    public func useKey(_ key: KeyEntry) async {
        guard let name = key.name else { return }
        await inTurn { await self.change(.keys) { try await self.client.useKey(named: name, for: self.id) } }
    }

    /// Asks the provider whether it accepts a key: a saved one, or the one in use.
    public func checkKey(_ key: KeyEntry) async {
        await inTurn {
            self.verdicts[key.id] = nil
            await self.change(.keys) {
                let isAccepted = try await self.client.checkKey(named: key.name, for: self.id)
                self.verdicts[key.id] = isAccepted
                return try await self.client.settings()
            }
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
        let models = model.map { [id: $0] } ?? [:]
        let change = SettingsChange(
            provider: ProviderChoice(rawValue: id),
            models: models,
            baseURLs: [id: server.baseURL]
        )
        await inTurn {
            await self.change(.localServers) { try await self.client.save(change) }
            if self.problems[.localServers] == nil { self.baseURLDraft = self.status.baseURL ?? "" }
        }
    }

    public func saveBaseURL() async {
        await inTurn {
            guard self.canSaveBaseURL else { return }
            let draft = self.baseURLDraft
            let change = SettingsChange(baseURLs: [self.id: draft.trimmingCharacters(in: .whitespacesAndNewlines)])
            await self.change(.baseURL) { try await self.client.save(change) }
            if self.problems[.baseURL] == nil, self.baseURLDraft == draft {
                self.baseURLDraft = self.status.baseURL ?? ""
            }
        }
    }

    public func saveModel() async {
        await inTurn {
            guard self.canSaveModel else { return }
            let draft = self.modelDraft
            let change = SettingsChange(models: [self.id: draft.trimmingCharacters(in: .whitespacesAndNewlines)])
            await self.change(.model) { try await self.client.save(change) }
            if self.problems[.model] == nil, self.modelDraft == draft { self.modelDraft = self.status.model ?? "" }
        }
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
