// The keys there are, as far as they may be told, and the servers that need none.
import Foundation

/// A key of a provider. The key itself never appears here.
public struct KeyEntry: Hashable, Sendable, Identifiable {
    /// The name of a key to which nobody gave another.
    public static let defaultName = "default"

    /// What the person called it; nil for one that was found elsewhere and not saved in Atelier.
    public let name: String?
    /// Where it is, for people: “the Keychain”, “environment variable OPENAI_API_KEY”.
    public let source: String
    /// As much of it as may be shown.
    public let masked: String
    /// The next prompt to its provider takes it.
    public let isInUse: Bool
    /// When its provider last accepted it; nil where nobody asked.
    public let lastAccepted: Date?
    /// Why it can't be read now; a sentence.
    public let problem: String?

    /// It is saved in Atelier, so that it can be chosen and removed there.
    public var isSaved: Bool { name != nil }
    public var id: String { name.map { "saved \($0)" } ?? source }

    public init(
        name: String?,
        source: String,
        masked: String,
        isInUse: Bool,
        lastAccepted: Date? = nil,
        problem: String? = nil
    ) {
        self.name = name
        self.source = source
        self.masked = masked
        self.isInUse = isInUse
        self.lastAccepted = lastAccepted
        self.problem = problem
    }
}

/// A program on this machine that can be asked, once the person says so.
public struct LocalServer: Hashable, Sendable, Identifiable {
    /// Which program it is, for people: “Ollama”.
    public let name: String
    public let baseURL: String
    /// The ids of its models.
    public let models: [String]

    public var id: String { baseURL }

    public init(name: String, baseURL: String, models: [String]) {
        self.name = name
        self.baseURL = baseURL
        self.models = models
    }
}
