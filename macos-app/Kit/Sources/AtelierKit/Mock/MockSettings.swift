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
    private var chosenModels: [ProviderID: String] = [:]
    private var baseURLs: [ProviderID: String] = [:]
    private var savedKeys: [ProviderID: [String: String]] = [:]
    /// The names of the keys that were chosen.
    private var chosenKeys: [ProviderID: String] = [:]
    private var lastAccepted: [String: Date] = [:]
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
        let chosenModel = chosenModels[facts.id] ?? model
        return ActiveModel(provider: facts.id, model: chosenModel ?? Self.defaultModel(of: facts.id) ?? "")
    }

    /// Who answers a prompt. Throws where the provider can't be asked.
    func answering(_ choice: TurnChoice) throws -> ActiveModel {
        let provider = choice.provider ?? active.provider
        let ownModel = provider == active.provider ? active.model : Self.defaultModel(of: provider) ?? ""
        let model = ActiveModel(provider: provider, model: choice.model ?? ownModel)
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
        let keys = keys(of: facts.id)
        let used = keys.first(where: \.isInUse)
        let server = baseURLs[facts.id] ?? facts.ownBaseURL
        return ProviderStatus(
            id: facts.id,
            isKeyRequired: facts.isKeyRequired,
            ownBaseURL: facts.ownBaseURL,
            source: used?.source,
            masked: used?.masked,
            server: used != nil || !facts.isKeyRequired ? server : nil,
            baseURL: baseURLs[facts.id],
            model: chosenModels[facts.id],
            keys: keys,
            problem: used == nil ? foundKeys.first { $0.provider == facts.id }?.problem : nil
        )
    }

    private func keys(of provider: ProviderID) -> [KeyEntry] {
        let (saved, chosen) = (savedKeys[provider] ?? [:], chosenKeys[provider])
        let entries = saved.sorted { $0.key < $1.key }.map { name, key in
            KeyEntry(
                name: name,
                source: "the Keychain",
                masked: key.count < 16 ? "…" : "…\(key.suffix(4))",
                isInUse: name == chosen,
                lastAccepted: lastAccepted["\(provider) \(name)"]
            )
        }
        let found = foundKeys.filter { $0.provider == provider }.compactMap { key -> KeyEntry? in
            guard let source = key.source, let masked = key.masked else { return nil }
            return KeyEntry(name: nil, source: source, masked: masked, isInUse: chosen == nil)
        }
        return entries + found
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
        for id in change.models.keys { _ = try Self.known(id) }
        provider = change.provider ?? provider
        if let wanted = change.model { model = wanted.isEmpty ? nil : wanted }
        for (id, wanted) in change.models { chosenModels[id] = wanted.isEmpty ? nil : wanted }
        for (id, wanted) in change.baseURLs { baseURLs[id] = wanted.isEmpty ? nil : wanted }
        return current
    }

    mutating func saveKey(_ key: String, named name: String, for provider: ProviderID) throws -> WorkbenchSettings {
        guard !key.isBlank else { throw WorkbenchError(.configuration, "The key is empty; paste the whole key.") }
        savedKeys[try Self.known(provider), default: [:]][try Self.checked(name)] = key
        chosenKeys[provider] = chosenKeys[provider] ?? name
        return current
    }

    mutating func removeKey(named name: String, for provider: ProviderID) throws -> WorkbenchSettings {
        savedKeys[try Self.known(provider)]?[name] = nil
        if chosenKeys[provider] == name {
            let isThere = savedKeys[provider]?[KeyEntry.defaultName] != nil
            chosenKeys[provider] = isThere ? KeyEntry.defaultName : nil
        }
        return current
    }

    mutating func useKey(named name: String, for provider: ProviderID) throws -> WorkbenchSettings {
        guard savedKeys[try Self.known(provider)]?[name] != nil else {
            throw WorkbenchError(.invalidRequest, "No key of that name is saved; save it first.")
        }
        chosenKeys[provider] = name
        return current
    }

    /// Takes note of what a provider says of a key.
    mutating func checkKey(named name: String?, for provider: ProviderID, isAccepted: Bool) throws -> Bool {
        let keys = try current.status(of: Self.known(provider))?.keys ?? []
        guard let key = keys.first(where: { name == nil ? $0.isInUse : $0.name == name }) else {
            throw WorkbenchError(.configuration, "There is no such key; save one first.")
        }
        if isAccepted, let name = key.name { lastAccepted["\(provider) \(name)"] = .now }
        return isAccepted
    }

    private static func checked(_ name: String) throws -> String {
        guard !name.isBlank, name.count <= 64 else {
            throw WorkbenchError(.invalidRequest, "A key's name has 1 to 64 visible characters; choose another.")
        }
        return name
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
