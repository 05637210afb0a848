// The settings of the core in memory.
import Foundation

/// Decides like the core who answers and which key counts.
public struct MockSettings: Sendable {
    private var provider: ProviderChoice
    private var model: String?
    private var baseURL: String?
    private var savedKey: String?
    /// A key that was there before Atelier, such as one in the environment.
    private let foundKey: KeyStatus?

    private static let anthropic: ProviderID = "anthropic"

    public init(provider: ProviderChoice = .automatic, model: String? = nil, foundKey: KeyStatus? = nil) {
        self.provider = provider
        self.model = model
        self.foundKey = foundKey
    }

    public var current: WorkbenchSettings {
        WorkbenchSettings(provider: provider, model: model, baseURL: baseURL, active: active, keys: [key])
    }

    private var active: ActiveModel {
        guard provider == .anthropic || (provider == .automatic && key.source != nil) else {
            return ActiveModel(provider: ActiveModel.demoProvider, model: "demo")
        }
        return ActiveModel(provider: Self.anthropic, model: model ?? "claude-sonnet-4-5")
    }

    private var key: KeyStatus {
        guard let savedKey else { return foundKey ?? KeyStatus(provider: Self.anthropic, name: "Anthropic") }
        return KeyStatus(
            provider: Self.anthropic,
            name: "Anthropic",
            source: "the Keychain",
            masked: savedKey.count < 16 ? "…" : "…\(savedKey.suffix(4))",
            isRemovable: true
        )
    }

    mutating func apply(_ change: SettingsChange) throws -> WorkbenchSettings {
        if let wanted = change.baseURL, !wanted.isEmpty, !Self.isAddress(wanted) {
            throw WorkbenchError(
                .configuration,
                "“\(wanted)” is not an address: the base URL starts with https:// or http://, like https://api.anthropic.com."
            )
        }
        provider = change.provider ?? provider
        if let wanted = change.model { model = wanted.isEmpty ? nil : wanted }
        if let wanted = change.baseURL { baseURL = wanted.isEmpty ? nil : wanted }
        return current
    }

    mutating func saveKey(_ key: String) throws -> WorkbenchSettings {
        guard !key.isBlank else { throw WorkbenchError(.configuration, "The key is empty; paste the whole key.") }
        savedKey = key
        return current
    }

    mutating func removeKey() -> WorkbenchSettings {
        savedKey = nil
        return current
    }

    private static func isAddress(_ text: String) -> Bool {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased() else { return false }
        return (scheme == "https" || scheme == "http") && url.host()?.isEmpty == false
    }
}
