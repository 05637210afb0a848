// Who can be asked, and what it takes.
import Foundation

/// Names a model provider: `anthropic`, `demo`.
public typealias ProviderID = String

/// Who shall answer. The raw value of one that is a provider is its id.
public enum ProviderChoice: String, Hashable, Sendable, CaseIterable, Identifiable {
    /// The first provider that can be asked, else the demo model.
    case automatic
    case anthropic
    case openAI = "openai"
    case google
    /// A server that imitates OpenAI's, on this machine or elsewhere; its base URL says which.
    case compatible
    /// The built-in scripted model: offline, needs no key.
    case demo

    public var id: Self { self }

    /// The name that people read.
    public var name: String {
        switch self {
        case .automatic: "Automatic"
        case .anthropic: "Anthropic"
        case .openAI: "OpenAI"
        case .google: "Google"
        case .compatible: "Compatible Server"
        case .demo: "Demo"
        }
    }

    /// The name of a provider that may be of another version of Atelier.
    static func name(of provider: ProviderID) -> String { Self(rawValue: provider)?.name ?? provider }
}

/// Whether a provider can be asked: its key, and its server.
public struct ProviderStatus: Hashable, Sendable, Identifiable {
    public let id: ProviderID
    /// Whether it answers only to those who show a key.
    public let isKeyRequired: Bool
    /// Its own server; nil where the user has to say.
    public let ownBaseURL: String?
    /// Where the key in use comes from, for people: “the Keychain”, “ANTHROPIC_API_KEY”. Nil while there is none.
    public var source: String?
    /// As much of the key in use as may be shown.
    public var masked: String?
    /// The server that is asked, with that key or without one; nil while nobody can be asked.
    public var server: String?
    /// The server chosen for the key that is saved in Atelier; nil means its own.
    public var baseURL: String?
    /// The model chosen for it; nil leaves it to the model for all, or to its default.
    public var model: String?
    /// Its keys: those saved in Atelier by name, then those found elsewhere in the order in which they are tried.
    public var keys: [KeyEntry]
    /// Why there is no usable key although one is configured; a sentence.
    public var problem: String?

    /// The provider's name as people write it.
    public var name: String { ProviderChoice.name(of: id) }
    /// It can be asked now, as far as can be told without asking.
    public var isReady: Bool { server != nil && problem == nil }

    public init(
        id: ProviderID,
        isKeyRequired: Bool = true,
        ownBaseURL: String? = nil,
        source: String? = nil,
        masked: String? = nil,
        server: String? = nil,
        baseURL: String? = nil,
        model: String? = nil,
        keys: [KeyEntry] = [],
        problem: String? = nil
    ) {
        self.id = id
        self.isKeyRequired = isKeyRequired
        self.ownBaseURL = ownBaseURL
        self.source = source
        self.masked = masked
        self.server = server
        self.baseURL = baseURL
        self.model = model
        self.keys = keys
        self.problem = problem
    }
}
