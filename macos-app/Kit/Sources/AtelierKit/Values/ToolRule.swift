// What a person has decided about tools once and for all.

/// A rule about tool calls, and where it stands.
public struct ToolRule: Hashable, Sendable, Identifiable {
    /// What it says about the calls that it names.
    public enum Effect: String, Hashable, Sendable, CaseIterable {
        /// They are never made, whatever the mode.
        case deny
        /// The person is asked, whatever the mode.
        case ask
        /// They are made without asking.
        case allow
    }

    public enum Origin: Hashable, Sendable {
        /// The person set it for all folders.
        case everywhere
        /// The person set it for this folder.
        case folder
        /// It stands in a file of the folder itself.
        case folderFile
        /// It was given to this process alone.
        case process
    }

    public let effect: Effect
    /// About which calls: “Bash(git commit:*)”, “Edit(src/**)”, “write_file”.
    public let pattern: String
    public let origin: Origin
    /// Why it does not hold; nil where it does.
    public let problem: String?

    public var id: String { "\(origin) \(effect) \(pattern)" }
    /// It is the person's own, so that it can be removed here.
    public var isOwn: Bool { origin == .everywhere || origin == .folder }

    public init(effect: Effect, pattern: String, origin: Origin, problem: String? = nil) {
        self.effect = effect
        self.pattern = pattern
        self.origin = origin
        self.problem = problem
    }
}
