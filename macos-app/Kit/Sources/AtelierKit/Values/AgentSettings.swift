// How agents work on this machine.

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

    public init(
        confinement: Confinement = .whenPossible,
        reachesNetwork: Bool = false,
        writable: [String] = [],
        allowsBypass: Bool = false,
        effort: Effort? = nil
    ) {
        self.confinement = confinement
        self.reachesNetwork = reachesNetwork
        self.writable = writable
        self.allowsBypass = allowsBypass
        self.effort = effort
    }
}
