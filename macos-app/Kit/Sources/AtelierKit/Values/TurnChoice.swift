// Who answers a prompt, and how hard they think.

/// How hard a model thinks. One that can't think that hard takes the nearest that it can.
public enum Effort: String, Hashable, Sendable, CaseIterable {
    case nothing, minimal, low, medium, high, veryHigh, max
}

/// What is different for one turn; what is nil is as the settings have it.
public struct TurnChoice: Hashable, Sendable {
    public var provider: ProviderID?
    /// The model's id or another name for it.
    public var model: String?
    public var effort: Effort?
    /// The calls that need no question, as rules.
    public var allowed: [String]

    public init(
        provider: ProviderID? = nil,
        model: String? = nil,
        effort: Effort? = nil,
        allowed: [String] = []
    ) {
        self.provider = provider
        self.model = model
        self.effort = effort
        self.allowed = allowed
    }

    /// This model, thinking this hard.
    public init(_ model: ActiveModel?, effort: Effort? = nil) {
        self.init(provider: model?.provider, model: model?.model, effort: effort)
    }
}
