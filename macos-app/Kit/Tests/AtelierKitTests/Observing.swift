// Counting what a view would be told.
import Foundation
import Observation

/// Counts how often something that `read` looks at is about to change.
@MainActor
final class ChangeCounter {
    private(set) var count = 0
    private let read: @MainActor () -> Void

    init(_ read: @escaping @MainActor () -> Void) {
        self.read = read
        watch()
    }

    private func watch() {
        withObservationTracking {
            read()
        } onChange: { [weak self] in
            MainActor.assumeIsolated {
                self?.count += 1
                self?.watch()
            }
        }
    }
}
