// Whether terminals come back when the app is started again, and those that can.
import Foundation
import Observation

/// The setting, and what was kept because of it.
@MainActor
@Observable
public final class KeptTerminalsModel: Asking {
    /// Whether what terminals show is kept; nil until it was read.
    public private(set) var isKeeping: Bool?
    /// Terminals of before that were not opened again, the newest first.
    public private(set) var kept: [KeptTerminal] = []
    public var question: Question?
    public var problems = Problems()

    @ObservationIgnored private let client: any WorkbenchClient

    public init(client: any WorkbenchClient) { self.client = client }

    public func load() async {
        await reporting(\.reading) {
            isKeeping = try await client.keepsTerminals()
            kept = try await client.keptTerminals()
        }
    }

    /// Keeps what terminals show, or not. What would be deleted is asked about first.
    public func keep(_ areKept: Bool) async {
        guard !areKept, !kept.isEmpty else { return await save(areKept) }
        question = Question(
            "Delete What Was Kept?",
            "What \(kept.count == 1 ? "one terminal" : "\(kept.count) terminals") showed before is deleted.",
            "Delete"
        ) { [weak self] in await self?.save(false) }
    }

    /// Deletes what one terminal showed.
    public func forget(_ terminal: KeptTerminal) async {
        await change { try await client.forgetKeptTerminal(terminal.id) }
    }

    private func save(_ areKept: Bool) async {
        await change { try await client.keepTerminals(areKept) }
    }

    /// What is shown is what there is, also after a failure.
    private func change(_ change: () async throws -> Void) async {
        await reporting(\.doing, change)
        await load()
    }
}
