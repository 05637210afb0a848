// Pulling what goes on out of the core.
import AtelierKit

/// One reader of something that is pulled. It is begun when the first batch is asked for, closed when the reading task is
/// cancelled, and freed with this object.
actor PulledReader<Source: Sendable> {
    private let open: @Sendable () async throws -> Source
    private let close: @Sendable (Source) -> Void
    private var source: Source?

    init(
        _ open: @escaping @Sendable () async throws -> Source,
        close: @escaping @Sendable (Source) -> Void
    ) {
        self.open = open
        self.close = close
    }

    /// The next batch. One that is to come `first` is answered as soon as it has begun.
    func next<Batch: Sendable>(
        first: Batch? = nil,
        _ pull: @Sendable (Source) async throws -> Batch?
    ) async throws -> Batch? {
        try await LiveClient.rethrowing {
            let hadBegun = source != nil
            let source = try await opened()
            if !hadBegun, let first { return first }
            // Cancelling a Swift task does not reach Rust by itself: closing ends the wait there.
            let close = close
            return try await withTaskCancellationHandler {
                try await pull(source)
            } onCancel: {
                close(source)
            }
        }
    }

    private func opened() async throws -> Source {
        if let source { return source }
        let opened = try await open()
        source = opened
        return opened
    }
}
