// What went wrong, until it is read or goes well.
import Observation

/// What went wrong the last time.
public struct Problems: Hashable, Sendable {
    /// In what the person did.
    var doing: String?
    /// In reading what is shown. It is read anew whenever something changes, which must not hide the other.
    var reading: String?

    /// What the person did comes first.
    var first: String? { doing ?? reading }
}

/// A model that tells what went wrong.
@MainActor
public protocol Reporting: AnyObject, Observable {
    var problems: Problems { get set }
}

extension Reporting {
    /// What went wrong the last time; nil when nothing did, or the person has read it.
    public var problem: String? {
        get { problems.first }
        set { problems = Problems(doing: newValue) }
    }

    /// Runs something and keeps what was wrong. Answers whether it went well.
    @discardableResult
    func reporting(
        _ what: WritableKeyPath<Problems, String?> = \.doing,
        _ action: () async throws -> Void
    ) async -> Bool {
        do {
            try await action()
            problems[keyPath: what] = nil
            return true
        } catch {
            problems[keyPath: what] = error.sentence ?? problems[keyPath: what]
            return false
        }
    }
}
