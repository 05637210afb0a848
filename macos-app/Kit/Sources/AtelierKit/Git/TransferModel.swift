// What goes over the network: how far it is, and what came of it.
import Foundation
import Observation

/// Push, pull and fetch of one folder; one at a time.
@MainActor
@Observable
public final class TransferModel {
    public private(set) var running: GitTransfer?
    public private(set) var progress: GitProgress?
    public var problem: String?
    /// What came of the last one.
    public private(set) var result: String?
    private var task: Task<Void, Never>?

    @ObservationIgnored private let changes: ChangesModel

    public init(changes: ChangesModel) { self.changes = changes }

    public var isRunning: Bool { running != nil }

    public func pull() async { await run(.pull) }

    public func fetch() async { await run(.fetch) }

    /// A branch that follows none at a remote follows the one that it is pushed to.
    public func push() async { await run(.push(setsUpstream: changes.changes?.upstream == nil)) }

    /// Ends what is running. What git has done by then stays.
    public func cancel() { task?.cancel() }

    private func run(_ transfer: GitTransfer) async {
        guard running == nil else { return }
        (running, progress, problem, result) = (transfer, nil, nil, nil)
        let (client, folder) = (changes.client, changes.folder)
        let work = Task {
            do {
                for try await step in client.transfer(transfer, in: folder) {
                    progress = step
                    result = step.result ?? result
                }
            } catch {
                // Who stopped it knows.
                if !Task.isCancelled { problem = error.sentence ?? problem }
            }
        }
        task = work
        await work.value
        (running, progress, task) = (nil, nil, nil)
        await changes.refresh()
    }
}
