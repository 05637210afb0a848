// State of the Settings window, and what the chats need to know of it.
import Foundation
import Observation

/// The settings as they are and as they are being edited. One for the whole app.
@MainActor
@Observable
public final class SettingsModel {
    /// Where a problem is shown.
    public enum Field: Hashable, Sendable { case loading, provider, model, baseURL, key, diagnostics }

    /// What is configured; nil until it was read.
    public private(set) var settings: WorkbenchSettings?
    public private(set) var diagnostics: [Diagnostic] = []
    /// What the core said about a field, until it is saved well.
    public private(set) var problems: [Field: String] = [:]
    public private(set) var isBusy = false
    /// The model as it is being written; empty means the default.
    public var modelDraft = ""
    /// The base URL as it is being written; empty means the default.
    public var baseURLDraft = ""
    /// Keys that are being entered, by provider; forgotten once they are saved.
    public var keyDrafts: [ProviderID: String] = [:]

    @ObservationIgnored private let client: any WorkbenchClient

    public init(client: any WorkbenchClient) { self.client = client }

    public var provider: ProviderChoice { settings?.provider ?? .automatic }
    public var isModelChanged: Bool { modelDraft != settings?.model ?? "" }
    public var isBaseURLChanged: Bool { baseURLDraft != settings?.baseURL ?? "" }
    /// The diagnostics as text, for someone who is asked for help.
    public var report: String {
        diagnostics.map { line in
            let remedy = line.remedy.map { " \($0)" } ?? ""
            return "[\(line.level.rawValue)] \(line.subject): \(line.finding)\(remedy)"
        }.joined(separator: "\n")
    }

    public var canSaveEdits: Bool { !isBusy && (isModelChanged || isBaseURLChanged) }

    public func canSaveKey(for provider: ProviderID) -> Bool { !isBusy && keyDrafts[provider]?.isBlank == false }

    // MARK: What the person does

    /// Reads what is configured. Edits that are not saved stay.
    public func load() async {
        await change(.loading) { try await client.settings() }
    }

    public func choose(_ provider: ProviderChoice) async {
        await change(.provider) { try await client.save(SettingsChange(provider: provider)) }
    }

    /// Saves the model and the base URL, whichever was edited. One that is refused does not keep the other from being
    /// saved.
    public func saveEdits() async {
        if isModelChanged {
            let wanted = modelDraft.trimmingCharacters(in: .whitespacesAndNewlines)
            await change(.model) { try await client.save(SettingsChange(model: wanted)) }
        }
        if isBaseURLChanged {
            let wanted = baseURLDraft.trimmingCharacters(in: .whitespacesAndNewlines)
            await change(.baseURL) { try await client.save(SettingsChange(baseURL: wanted)) }
        }
    }

    public func saveKey(for provider: ProviderID) async {
        guard canSaveKey(for: provider), let draft = keyDrafts[provider] else { return }
        let key = draft.trimmingCharacters(in: .whitespacesAndNewlines)
        await change(.key) { try await client.saveKey(key, for: provider) }
        if problems[.key] == nil { keyDrafts[provider] = nil }
    }

    public func removeKey(for provider: ProviderID) async {
        await change(.key) { try await client.removeKey(for: provider) }
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

    /// Takes over what a request answers. What is being written in other fields stays.
    private func change(_ field: Field, _ request: () async throws -> WorkbenchSettings) async {
        isBusy = true
        defer { isBusy = false }
        do {
            let changed = try await request()
            let keepsModel = isModelChanged && field != .model
            let keepsBaseURL = isBaseURLChanged && field != .baseURL
            settings = changed
            if !keepsModel { modelDraft = changed.model ?? "" }
            if !keepsBaseURL { baseURLDraft = changed.baseURL ?? "" }
            problems[field] = nil
        } catch {
            problems[field] = error.sentence
        }
    }
}
