// What is configured, and how it is changed. A key itself never appears here.
import Foundation

/// What is configured now.
public struct WorkbenchSettings: Hashable, Sendable {
    /// Who shall answer.
    public var provider: ProviderChoice
    /// The model asked for where a provider has none of its own; nil means the provider's default.
    public var model: String?
    /// Who answers the next prompt, after everything that counts was looked at.
    public var active: ActiveModel
    /// One for each provider that takes a key, in the order in which they are tried.
    public var providers: [ProviderStatus]

    public init(
        provider: ProviderChoice = .automatic,
        model: String? = nil,
        active: ActiveModel,
        providers: [ProviderStatus]
    ) {
        self.provider = provider
        self.model = model
        self.active = active
        self.providers = providers
    }

    /// What is known of one provider; nil for one that takes no key.
    public func status(of provider: ProviderID) -> ProviderStatus? { providers.first { $0.id == provider } }
}

/// Who answers a prompt.
public struct ActiveModel: Hashable, Sendable {
    /// The id of the built-in scripted model.
    public static let demoProvider: ProviderID = ProviderChoice.demo.rawValue
    /// The built-in scripted model.
    public static let demo = ActiveModel(provider: demoProvider, model: demoProvider)

    public var provider: ProviderID
    /// Empty where none is chosen and the provider has no default.
    public var model: String
    /// True for the built-in scripted model, which must be labelled wherever it answers.
    public var isDemo: Bool { provider == Self.demoProvider }
    /// The provider and the model, for people.
    public var name: String {
        let provider = ProviderChoice.name(of: provider)
        return model.isEmpty || isDemo ? provider : "\(provider) · \(model)"
    }

    public init(provider: ProviderID, model: String) {
        self.provider = provider
        self.model = model
    }
}

/// What shall be different from now on. Nil leaves a value as it is; an empty text takes it back to the default.
public struct SettingsChange: Hashable, Sendable {
    public var provider: ProviderChoice?
    public var model: String?
    /// Providers' models, which count before `model`. One that is not named keeps what it has.
    public var models: [ProviderID: String]
    /// Providers' servers. One that is not named keeps what it has.
    public var baseURLs: [ProviderID: String]

    public init(
        provider: ProviderChoice? = nil,
        model: String? = nil,
        models: [ProviderID: String] = [:],
        baseURLs: [ProviderID: String] = [:]
    ) {
        self.provider = provider
        self.model = model
        self.models = models
        self.baseURLs = baseURLs
    }
}
