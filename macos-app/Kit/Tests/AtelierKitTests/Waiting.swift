// Waiting for conditions, never for time.
import Foundation
import Testing

struct NeverHappened: Error, CustomStringConvertible {
    let description: String
}

/// Returns once the condition holds. The deadline only bounds a failure.
@MainActor
func eventually(
    _ what: String,
    within deadline: Duration = .seconds(300),
    _ condition: @MainActor () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + deadline
    while try await !condition() {
        guard ContinuousClock.now < end else { throw NeverHappened(description: "\(what) did not happen") }
        try await Task.sleep(for: .milliseconds(1))
    }
}
