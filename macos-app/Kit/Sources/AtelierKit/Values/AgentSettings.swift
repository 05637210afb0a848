// How agents work on this machine.

/// How much a turn may take; nil: as much as it does by default.
public struct AgentLimits: Hashable, Sendable {
    /// How many answers of the model, from 1 to 10,000.
    public var answers: UInt32?
    /// How many tokens its requests and answers may take together, at least 1.
    public var tokens: UInt64?
    /// How many seconds it may last, from 1 to 604,800.
    public var seconds: UInt64?

    public init(answers: UInt32? = nil, tokens: UInt64? = nil, seconds: UInt64? = nil) {
        self.answers = answers
        self.tokens = tokens
        self.seconds = seconds
    }
}

/// What is set for the agents of all folders.
public struct AgentSettings: Hashable, Sendable {
    /// Whether commands run in the sandbox.
    public enum Confinement: Hashable, Sendable, CaseIterable {
        /// Where that is possible; elsewhere they have the person's own rights.
        case whenPossible
        /// Elsewhere none is run.
        case always
        /// They have the person's own rights.
        case never
    }

    public var confinement: Confinement
    /// Confined commands reach the network.
    public var reachesNetwork: Bool
    /// More folders that confined commands may write in, absolute or beginning with “~/”.
    public var writable: [String]
    /// Agents may be let work without being asked anything.
    public var allowsBypass: Bool
    /// How hard models think; nil: as each does by itself.
    public var effort: Effort?
    public var limits: AgentLimits
    /// The program that is run when the person is wanted, with its arguments; empty for none.
    public var notify: [String]

    public init(
        confinement: Confinement = .whenPossible,
        reachesNetwork: Bool = false,
        writable: [String] = [],
        allowsBypass: Bool = false,
        effort: Effort? = nil,
        limits: AgentLimits = AgentLimits(),
        notify: [String] = []
    ) {
        self.confinement = confinement
        self.reachesNetwork = reachesNetwork
        self.writable = writable
        self.allowsBypass = allowsBypass
        self.effort = effort
        self.limits = limits
        self.notify = notify
    }
}
