// Pulling a session's events out of the core.
internal import AtelierBindings
import AtelierKit

/// One reader of one session. The core's stream is opened when the first batch is asked for, closed when the reading
/// task is cancelled, and freed with this object.
actor EventReader {
    private let core: AtelierBindings.Workbench
    private let session: SessionID
    private let start: UInt64
    private var stream: AtelierBindings.EventStream?

    init(core: AtelierBindings.Workbench, session: SessionID, after start: UInt64) {
        self.core = core
        self.session = session
        self.start = start
    }

    /// At least one event; nil when the task was cancelled or the core closed.
    func next() async throws -> [AtelierKit.SessionEvent]? {
        let batch = try await LiveClient.rethrowing {
            let stream = try await opened()
            // Cancelling a Swift task does not reach Rust by itself: closing the stream ends the wait there.
            return try await withTaskCancellationHandler {
                try await stream.nextBatch(max: LiveClient.batchSize)
            } onCancel: {
                stream.close()
            }
        }
        return batch.isEmpty ? nil : batch.map(SessionEvent.init)
    }

    private func opened() async throws -> AtelierBindings.EventStream {
        if let stream { return stream }
        let opened = try await core.follow(id: session, after: start)
        stream = opened
        return opened
    }
}
