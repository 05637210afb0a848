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
    /// The server chosen for the key that is saved in Atelier; nil means the provider's own.
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

/// Who answers a prompt.
public struct ActiveModel: Hashable, Sendable {
    /// The id of the built-in scripted model.
    public static let demoProvider: ProviderID = "demo"

    public var provider: ProviderID
    public var model: String
    /// True for the built-in scripted model, which must be labelled wherever it answers.
    public var isDemo: Bool { provider == Self.demoProvider }
    /// The provider and the model, for people.
    public var name: String { "\(provider.prefix(1).uppercased() + provider.dropFirst()) · \(model)" }

    public init(provider: ProviderID, model: String) {
        self.provider = provider
        self.model = model
    }
}

/// Whether a provider has a key, and from where.
public struct KeyStatus: Hashable, Sendable, Identifiable {
    public let provider: ProviderID
    /// The provider's name as people write it, “Anthropic”.
    public let name: String
    /// Where the key in use comes from, for people: “the Keychain”, “ANTHROPIC_API_KEY”. Nil while there is none.
    public var source: String?
    /// As much of the key in use as may be shown.
    public var masked: String?
    /// A key is saved in Atelier and can be removed there.
    public var isRemovable: Bool
    /// Why there is no usable key although one is configured; a sentence.
    public var problem: String?

    public var id: ProviderID { provider }

    public init(
        provider: ProviderID,
        name: String,
        source: String? = nil,
        masked: String? = nil,
        isRemovable: Bool = false,
        problem: String? = nil
    ) {
        self.provider = provider
        self.name = name
        self.source = source
        self.masked = masked
        self.isRemovable = isRemovable
        self.problem = problem
    }
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
