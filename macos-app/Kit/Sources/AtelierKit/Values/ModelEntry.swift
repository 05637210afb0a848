// The models that can be asked for.
import Foundation

/// A model that Atelier knows. Others work as well, by the id their provider gives them.
public struct ModelEntry: Hashable, Sendable, Identifiable {
    /// Its provider and its id there.
    public let id: ActiveModel
    /// The name that people read.
    public let label: String
    /// The provider can be asked: it has a key, or needs none.
    public let isAvailable: Bool
    /// It is the provider's model when none is chosen.
    public let isDefault: Bool
    /// How many tokens fit.
    public let contextWindow: UInt64
    /// Today's price of a million input tokens of a short request; nil where it is not known.
    public let inputPrice: Dollars?
    /// The same of output tokens.
    public let outputPrice: Dollars?

    public init(
        id: ActiveModel,
        label: String,
        isAvailable: Bool,
        isDefault: Bool = false,
        contextWindow: UInt64,
        inputPrice: Dollars? = nil,
        outputPrice: Dollars? = nil
    ) {
        self.id = id
        self.label = label
        self.isAvailable = isAvailable
        self.isDefault = isDefault
        self.contextWindow = contextWindow
        self.inputPrice = inputPrice
        self.outputPrice = outputPrice
    }

    /// How much fits and what it costs, in a few words: “200K context, $3 in, $15 out per million tokens”.
    public var facts: String {
        let context = "\(contextWindow.formatted(.number.notation(.compactName))) context"
        guard let inputPrice, let outputPrice else { return context }
        return "\(context), \(inputPrice.price) in, \(outputPrice.price) out per million tokens"
    }
}

/// What asking a provider for its models came to.
public struct ModelRefresh: Hashable, Sendable, Identifiable {
    /// The provider's name for people.
    public let name: String
    /// How many models it lists.
    public let count: UInt64
    /// Why there is no new list; what an earlier one said stays.
    public let problem: String?

    public var id: String { name }

    public init(name: String, count: UInt64 = 0, problem: String? = nil) {
        self.name = name
        self.count = count
        self.problem = problem
    }
}
