// The real core behind the Kit's protocol.
internal import AtelierBindings
import AtelierKit

/// An open Rust core. Close it before the process ends; what a process leaves undone that is killed is made good when
/// the next one opens.
public final class LiveClient: WorkbenchClient {
    /// Version and build of the linked core, for bug reports.
    public static var coreBuild: String { coreBuildId() }

    /// Most events that are asked for at once.
    static let batchSize: UInt32 = 256

    let core: AtelierBindings.Workbench

    private init(core: AtelierBindings.Workbench) { self.core = core }

    /// Opens settings and sessions, away from the main thread.
    ///
    /// - Throws: a `WorkbenchError`: `.storage` when the database can't be used, `.configuration` for the folders.
    public static func open(_ options: CoreOptions = CoreOptions()) async throws -> LiveClient {
        try await rethrowing { LiveClient(core: try AtelierBindings.Workbench.open(options: options.bindings)) }
    }

    /// What can be said about an installation that can't be opened.
    public static func diagnostics(for options: CoreOptions) async throws -> [AtelierKit.Diagnostic] {
        try await rethrowing { try diagnose(options: options.bindings).map(Diagnostic.init) }
    }

    /// Stops all turns, their partial answers kept, writes what is left to write and ends all events.
    public func close() async throws {
        try await Self.rethrowing { try await core.close() }
    }

    public func sessions() async throws -> [AtelierKit.SessionSummary] {
        try await Self.rethrowing { try await core.sessions().map(SessionSummary.init) }
    }

    public func createSession() async throws -> AtelierKit.SessionSummary {
        try await Self.rethrowing { SessionSummary(try await core.createSession()) }
    }

    public func send(
        _ prompt: String,
        to session: SessionID,
        choosing choice: AtelierKit.TurnChoice
    ) async throws {
        try await Self.rethrowing {
            try await core.send(id: session, prompt: prompt, choice: try TurnChoice(choice))
        }
    }

    public func interrupt(_ session: SessionID) async throws {
        try await Self.rethrowing { try await core.interrupt(id: session) }
    }

    public func totals(of session: SessionID) async throws -> AtelierKit.SessionTotals {
        try await Self.rethrowing { SessionTotals(try await core.totals(id: session)) }
    }

    public func events(
        of session: SessionID,
        after seq: UInt64
    ) -> AsyncThrowingStream<[AtelierKit.SessionEvent], any Error> {
        let reader = EventReader(core: core, session: session, after: seq)
        return AsyncThrowingStream { try await reader.next() }
    }

    public func models() async throws -> [AtelierKit.ModelEntry] {
        try await Self.rethrowing { try await core.models().map(ModelEntry.init) }
    }

    public func refreshModels() async throws -> [AtelierKit.ModelRefresh] {
        try await Self.rethrowing {
            try await core.refreshModels(provider: nil).map {
                ModelRefresh(name: $0.label, count: $0.models, problem: $0.problem)
            }
        }
    }

    public func diagnostics() async throws -> [AtelierKit.Diagnostic] {
        try await Self.rethrowing { try await core.diagnostics().map(Diagnostic.init) }
    }

    /// How many readers of events the core still holds for this client; for finding leaks.
    public var openReaderCount: Int { Int(clamping: core.openStreamCount()) }
}
