// A terminal's output as text, for those who show no screen: tools, tests, other programs.
internal import AtelierBindings
import AtelierKit

/// Something that a reader of a terminal's output is told.
public enum TerminalEvent: Hashable, Sendable {
    /// First, and after each new shell in the place of a lost one.
    case connected
    /// Output in order, escape sequences included; never a part of a character.
    case output(String)
    /// The shell has ended with its exit code, and the signal that ended it, if one did. Nothing comes after it.
    case ended(code: Int, signal: Int?)
    /// The shell was lost, and another one is started.
    case reconnecting(attempt: Int, of: Int)
}

extension LiveClient {
    /// A terminal's output from now on, in batches; the first reader of a terminal gets what was kept for it. While
    /// nothing is asked for, the program waits. Ends with the terminal, or when the reading task is cancelled.
    public func output(of terminal: TerminalID) -> AsyncThrowingStream<[TerminalEvent], any Error> {
        let reader = OutputReader(core: core, terminal: terminal)
        return AsyncThrowingStream { try await reader.next() }
    }
}

/// One reader. The core's stream is opened when the first batch is asked for, closed when the reading task is cancelled,
/// and freed with this object.
private actor OutputReader {
    private let core: AtelierBindings.Workbench
    private let terminal: TerminalID
    private var stream: AtelierBindings.TerminalStream?

    init(core: AtelierBindings.Workbench, terminal: TerminalID) {
        self.core = core
        self.terminal = terminal
    }

    func next() async throws -> [TerminalEvent]? {
        let batch = try await LiveClient.rethrowing {
            let stream = try await opened()
            // Cancelling a Swift task does not reach Rust by itself: closing the stream ends the wait there.
            return try await withTaskCancellationHandler {
                try await stream.nextBatch()
            } onCancel: {
                stream.close()
            }
        }
        return batch.isEmpty ? nil : batch.map(TerminalEvent.init)
    }

    private func opened() async throws -> AtelierBindings.TerminalStream {
        if let stream { return stream }
        let opened = try await core.connectTerminalStream(id: terminal)
        stream = opened
        return opened
    }
}

extension TerminalEvent {
    fileprivate init(_ event: AtelierBindings.TerminalEvent) {
        switch event {
        case .connected: self = .connected
        case .output(let text): self = .output(text)
        case .ended(let code, let signal): self = .ended(code: Int(code), signal: signal.map(Int.init))
        case .reconnecting(let attempt, let most): self = .reconnecting(attempt: Int(attempt), of: Int(most))
        }
    }
}
