// Notices when something that a pass has read is about to change.

/// Tracks what evaluation reads, one pass at a time.
@MainActor
final class ObservationScope {
    /// Read by every pass and changed before the next one, which is how the earlier pass's registrations end:
    /// Observation itself only drops them when a property that was read changes, and some never do.
    @Observable
    final class Pulse {
        var beat = 0
    }

    /// One pass. Its notifications count until the next one begins.
    private final class Watch: @unchecked Sendable {
        private let lock = NSLock()
        private var isOver = false

        func end() { lock.withLock { isOver = true } }

        func notify(_ dirty: DirtyFlag) {
            if !lock.withLock({ isOver }) { dirty.set() }
        }
    }

    private let pulse = Pulse()
    private var watch = Watch()

    /// Runs `body`; `dirty` is set when anything observable that it read is about to change.
    func track<Result>(_ dirty: DirtyFlag, _ body: () -> Result) -> Result {
        cancel()
        let watch = watch
        return withObservationTracking {
            _ = pulse.beat
            return body()
        } onChange: {
            watch.notify(dirty)
        }
    }

    func cancel() {
        watch.end()
        watch = Watch()
        pulse.beat += 1
    }
}
