// The settings of the core in memory.
import Foundation

/// Decides like the core who answers and which key counts.
public struct MockSettings: Sendable {
    /// What is fixed about a provider.
    private struct Facts {
        let id: ProviderID
        let ownBaseURL: String?
        var isKeyRequired: Bool { ownBaseURL != nil }
    }

    /// In the order in which the core tries them.
    private static let facts = [
        Facts(id: "anthropic", ownBaseURL: "https://api.anthropic.com"),
        Facts(id: "openai", ownBaseURL: "https://api.openai.com/v1"),
        Facts(id: "google", ownBaseURL: "https://generativelanguage.googleapis.com"),
        Facts(id: "compatible", ownBaseURL: nil),
    ]

    /// A key that was there before Atelier, such as one in the environment.
    public struct FoundKey: Sendable {
        let provider: ProviderID
        let source: String?
        let masked: String?
        let problem: String?

        /// A key that can be used.
        public init(for provider: ProviderID, source: String, masked: String) {
            (self.provider, self.source, self.masked, problem) = (provider, source, masked, nil)
        }

        /// A key that can't be used, and why.
        public init(for provider: ProviderID, problem: String) {
            (self.provider, source, masked, self.problem) = (provider, nil, nil, problem)
        }
    }

    private var provider: ProviderChoice
    private var model: String?
    private var baseURLs: [ProviderID: String] = [:]
    private var savedKeys: [ProviderID: String] = [:]
    private let foundKeys: [FoundKey]

    public init(provider: ProviderChoice = .automatic, model: String? = nil, foundKeys: [FoundKey] = []) {
        self.provider = provider
        self.model = model
        self.foundKeys = foundKeys
    }

    public var current: WorkbenchSettings {
        WorkbenchSettings(provider: provider, model: model, active: active, providers: Self.facts.map(status))
    }

    private var active: ActiveModel {
        let chosen = Self.facts.first { $0.id == provider.rawValue }
        let first = provider == .automatic ? Self.facts.first { status(of: $0).isReady } : nil
        guard let facts = chosen ?? first else {
            return .demo
        }
        return ActiveModel(provider: facts.id, model: model ?? Self.defaultModel(of: facts.id) ?? "")
    }

    /// Who answers a prompt. Throws where the provider can't be asked.
    func answering(_ choice: ActiveModel?) throws -> ActiveModel {
        let model = choice ?? active
        guard !model.isDemo, try !isReady(model.provider) else { return model }
        throw WorkbenchError(
            .configuration,
            "No API key for \(ProviderChoice.name(of: model.provider)) is set: add one in Settings."
        )
    }

    private func isReady(_ provider: ProviderID) throws -> Bool {
        current.status(of: try Self.known(provider))?.isReady == true
    }

    private func status(of facts: Facts) -> ProviderStatus {
        let found = foundKeys.first { $0.provider == facts.id }
        let saved = savedKeys[facts.id]
        let server = baseURLs[facts.id] ?? facts.ownBaseURL
        let source = saved == nil ? found?.source : "the Keychain"
        return ProviderStatus(
            id: facts.id,
            isKeyRequired: facts.isKeyRequired,
            ownBaseURL: facts.ownBaseURL,
            source: source,
            masked: saved.map { $0.count < 16 ? "…" : "…\($0.suffix(4))" } ?? found?.masked,
            server: source != nil || !facts.isKeyRequired ? server : nil,
            baseURL: baseURLs[facts.id],
            isRemovable: saved != nil,
            problem: saved == nil ? found?.problem : nil
        )
    }

    mutating func apply(_ change: SettingsChange) throws -> WorkbenchSettings {
        for (id, wanted) in change.baseURLs {
            _ = try Self.known(id)
            guard !wanted.isEmpty, !Self.isAddress(wanted) else { continue }
            throw WorkbenchError(
                .configuration,
                "“\(wanted)” is not an address: the base URL starts with https:// or http://, like https://api.anthropic.com."
            )
        }
        provider = change.provider ?? provider
        if let wanted = change.model { model = wanted.isEmpty ? nil : wanted }
        for (id, wanted) in change.baseURLs { baseURLs[id] = wanted.isEmpty ? nil : wanted }
        return current
    }

    mutating func saveKey(_ key: String, for provider: ProviderID) throws -> WorkbenchSettings {
        guard !key.isBlank else { throw WorkbenchError(.configuration, "The key is empty; paste the whole key.") }
        savedKeys[try Self.known(provider)] = key
        return current
    }

    mutating func removeKey(for provider: ProviderID) throws -> WorkbenchSettings {
        savedKeys[try Self.known(provider)] = nil
        return current
    }

    private static func known(_ provider: ProviderID) throws -> ProviderID {
        guard facts.contains(where: { $0.id == provider }) else {
            let message = "“\(provider)” takes no key and has no server; choose another provider."
            throw WorkbenchError(.invalidRequest, message)
        }
        return provider
    }

    private static func isAddress(_ text: String) -> Bool {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased() else { return false }
        return (scheme == "https" || scheme == "http") && url.host()?.isEmpty == false
    }
}
