// The core's errors in the Kit's words.
internal import AtelierBindings
import AtelierKit

extension LiveClient {
    /// Runs a call to the core. What it throws arrives as a `WorkbenchError` with the core's sentence; a task that is
    /// already cancelled does not call at all.
    static func rethrowing<Value: Sendable>(
        isolation: isolated (any Actor)? = #isolation,
        _ call: () async throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        do {
            return try await call()
        } catch let error as CoreError {
            throw WorkbenchError(error)
        } catch let error as WorkbenchError {
            throw error
        } catch {
            throw WorkbenchError.defect
        }
    }
}

extension WorkbenchError {
    /// For UniFFI's own errors, a panic above all. Their text is for programmers and may hold what was worked on.
    static let defect = WorkbenchError(
        .internalDefect,
        "Atelier's core has a defect and could not do this. What was stored is safe; please report it."
    )

    init(_ error: AtelierBindings.CoreError) {
        switch error {
        case .SessionNotFound(let message): self.init(.sessionNotFound, message)
        // The Kit asks for no projects yet; one that is gone is then a request that names nothing.
        case .ProjectNotFound(let message): self.init(.invalidRequest, message)
        case .SessionBusy(let message): self.init(.sessionBusy, message)
        case .InvalidRequest(let message): self.init(.invalidRequest, message)
        case .Configuration(let message): self.init(.configuration, message)
        case .Storage(let message): self.init(.storage, message)
        case .Closed(let message): self.init(.closed, message)
        case .Internal(let message): self.init(.internalDefect, message)
        }
    }
}
