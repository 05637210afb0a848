// What is configured, and how it is changed. A key itself never appears here.
import Foundation

/// Names a model provider: `anthropic`, `demo`.
public typealias ProviderID = String

/// What is configured now.
public struct WorkbenchSettings: Hashable, Sendable {
    /// Who shall answer.
    public var provider: ProviderChoice
    /// The model asked for; nil means the provider's default.
    public var model: String?
    /// Where the provider's API is; nil means the provider's own address.
    public var baseURL: String?
    /// Who answers the next prompt, after everything that counts was looked at.
    public var active: ActiveModel
    /// One line for each provider that needs a key.
    public var keys: [KeyStatus]

    public init(
        provider: ProviderChoice = .automatic,
        model: String? = nil,
        baseURL: String? = nil,
        active: ActiveModel,
        keys: [KeyStatus]
    ) {
        self.provider = provider
        self.model = model
        self.baseURL = baseURL
        self.active = active
        self.keys = keys
    }
}

/// Who shall answer.
public enum ProviderChoice: String, Hashable, Sendable, CaseIterable, Identifiable {
    /// Anthropic when there is a key, else the demo model.
    case automatic
    case anthropic
    /// The built-in scripted model: offline, needs no key.
    case demo

    public var id: Self { self }
}

/// Who answers the next prompt.
public struct ActiveModel: Hashable, Sendable {
    public var provider: ProviderID
    public var model: String
    /// True for the built-in scripted model, which must be labelled wherever it answers.
    public var isDemo: Bool

    public init(provider: ProviderID, model: String, isDemo: Bool) {
        self.provider = provider
        self.model = model
        self.isDemo = isDemo
    }
}

/// Whether a provider has a key, and from where.
public struct KeyStatus: Hashable, Sendable, Identifiable {
    public let provider: ProviderID
    /// The provider's name as people write it, “Anthropic”.
    public let name: String
    /// Where the key in use comes from; nil when there is none.
    public let source: KeySource?
    /// Its first and last characters, such as “sk-ant-…3kQA”; nil when there is none.
    public let masked: String?

    public var id: ProviderID { provider }

    public init(provider: ProviderID, name: String, source: KeySource? = nil, masked: String? = nil) {
        self.provider = provider
        self.name = name
        self.source = source
        self.masked = masked
    }
}

/// Where a key comes from.
public enum KeySource: Hashable, Sendable {
    /// Saved in Atelier. `place` says where that is, such as “Keychain”.
    case saved(place: String)
    /// An environment variable.
    case environment(variable: String)
    /// Another program's file.
    case file(path: String)
}

/// What shall be different from now on. Nil leaves a value as it is; an empty text takes it back to the default.
public struct SettingsChange: Hashable, Sendable {
    public var provider: ProviderChoice?
    public var model: String?
    public var baseURL: String?

    public init(provider: ProviderChoice? = nil, model: String? = nil, baseURL: String? = nil) {
        self.provider = provider
        self.model = model
        self.baseURL = baseURL
    }
}
