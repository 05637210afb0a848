// What `atelier doctor` and the Diagnostics tab tell.
import Foundation

/// One thing that was looked at.
public struct Diagnostic: Hashable, Sendable, Identifiable {
    public enum Level: String, Hashable, Sendable, CaseIterable {
        /// As it should be, or plain information.
        case good
        /// It works, but something is worth knowing.
        case notice
        /// It does not work until someone mends it.
        case problem
    }

    /// What was looked at, such as “Database”. Occurs once.
    public let subject: String
    public let level: Level
    /// What was found.
    public let finding: String
    /// What to do about it; nil when there is nothing to do.
    public let remedy: String?
    /// The file or folder it is about, if any: absolute.
    public let path: String?

    public var id: String { subject }

    public init(subject: String, level: Level, finding: String, remedy: String? = nil, path: String? = nil) {
        self.subject = subject
        self.level = level
        self.finding = finding
        self.remedy = remedy
        self.path = path
    }
}
