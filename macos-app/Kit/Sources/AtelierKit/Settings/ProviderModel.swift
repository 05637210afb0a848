// State of one provider in the Settings window: its key and its server.
import Foundation
import Observation

/// A provider as it is configured and as it is being edited.
@MainActor
@Observable
public final class ProviderModel: Identifiable {
    /// Where a problem is shown.
    public enum Field: Hashable, Sendable { case key, baseURL }

    public nonisolated let id: ProviderID
    /// What is configured.
    public private(set) var status: ProviderStatus
    /// What the core said about a field, until it is saved well.
    public private(set) var problems: [Field: String] = [:]
    public private(set) var isBusy = false
    /// A key that is being entered; forgotten once it is saved.
    public var keyDraft = ""
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
    }

    public var isBaseURLChanged: Bool { baseURLDraft != status.baseURL ?? "" }
    public var canSaveKey: Bool { !isBusy && !keyDraft.isBlank }
    public var canSaveBaseURL: Bool { !isBusy && isBaseURLChanged }

    // MARK: What the person does

    public func saveKey() async {
        guard canSaveKey else { return }
        let key = keyDraft.trimmingCharacters(in: .whitespacesAndNewlines)
        await change(.key) { try await client.saveKey(key, for: id) }
        if problems[.key] == nil { keyDraft = "" }
    }

    public func removeKey() async {
        await change(.key) { try await client.removeKey(for: id) }
    }

    public func saveBaseURL() async {
        guard canSaveBaseURL else { return }
        let wanted = baseURLDraft.trimmingCharacters(in: .whitespacesAndNewlines)
        await change(.baseURL) { try await client.save(SettingsChange(baseURLs: [id: wanted])) }
        if problems[.baseURL] == nil { baseURLDraft = status.baseURL ?? "" }
    }

    /// What is configured now. A base URL that is being written stays.
    func update(_ status: ProviderStatus) {
        let isEdited = isBaseURLChanged
        self.status = status
        if !isEdited { baseURLDraft = status.baseURL ?? "" }
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
