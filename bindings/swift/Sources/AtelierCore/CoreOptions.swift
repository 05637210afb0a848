// Where a core is opened.
internal import AtelierBindings
import AtelierKit

/// How to open a core. As it stands: as a user expects it, and as the command `atelier` does.
public struct CoreOptions: Sendable {
    /// What to take for the process's environment.
    public struct Environment: Sendable {
        /// The home folder, an absolute path.
        public var home: String
        /// All variables there are.
        public var variables: [String: String]

        public init(home: String, variables: [String: String]) {
            self.home = home
            self.variables = variables
        }
    }

    /// Says where settings, sessions and keys are; nil means the process's own.
    public var environment: Environment?
    /// The pause between two pieces of the demo's answers, up to a day; nil means its own, close to a model's.
    public var demoPause: Duration?

    public init(environment: Environment? = nil, demoPause: Duration? = nil) {
        self.environment = environment
        self.demoPause = demoPause
    }

    var bindings: AtelierBindings.OpenOptions {
        OpenOptions(
            environment: environment.map { EnvironmentValues(home: $0.home, variables: $0.variables) },
            demoPauseMs: demoPause.map { UInt64(min(max($0 / Duration.milliseconds(1), 0), 86_400_000)) }
        )
    }
}
