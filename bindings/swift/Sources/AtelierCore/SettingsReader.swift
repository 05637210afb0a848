// Pulling changes of the settings out of the core.
internal import AtelierBindings
import AtelierKit

/// One follower of the settings. The core's stream is opened when the first change is asked for, closed when the reading
/// task is cancelled, and freed with this object.
actor SettingsReader {
    private let core: AtelierBindings.Workbench
    private var stream: AtelierBindings.SettingsStream?

    init(core: AtelierBindings.Workbench) { self.core = core }

    /// Waits for a change; nil when the task was cancelled or the core closed.
    func next() async throws -> Void? {
        try await LiveClient.rethrowing {
            let stream = try await opened()
            // Cancelling a Swift task does not reach Rust by itself: closing the stream ends the wait there.
            return try await withTaskCancellationHandler {
                try await Self.change(of: stream)
            } onCancel: {
                stream.close()
            }
        }
    }

    /// Settings that have changed and can't be read have changed, too: who reads them then is told why they can't.
    private static func change(of stream: AtelierBindings.SettingsStream) async throws -> Void? {
        do {
            return try await stream.changed().map { _ in }
        } catch CoreError.Closed {
            return nil
        } catch is CoreError {
            return ()
        }
    }

    private func opened() async throws -> AtelierBindings.SettingsStream {
        if let stream { return stream }
        let opened = try await core.followSettings()
        stream = opened
        return opened
    }
}
