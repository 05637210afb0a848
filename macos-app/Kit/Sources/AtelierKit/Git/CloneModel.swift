// Cloning a repository into a new folder.
import Foundation
import Observation

/// The clone that is being asked for, or runs.
@MainActor
@Observable
public final class CloneModel: Identifiable {
    public var url = ""
    /// The folder that the new one is made in, absolute.
    public var parent: String
    public private(set) var progress: GitProgress?
    public private(set) var problem: String?
    /// The folder that was made, once it is there.
    public private(set) var cloned: String?
    private var task: Task<Void, Never>?

    @ObservationIgnored private let client: any TransferClient

    public init(parent: String, client: any TransferClient) {
        self.parent = parent
        self.client = client
    }

    public var isRunning: Bool { task != nil }

    public var canClone: Bool { !isRunning && !name.isEmpty && !parent.isBlank }

    /// What the new folder is called: the last part of the address.
    public var name: String {
        let last = url.trimmingCharacters(in: .whitespaces).split { $0 == "/" || $0 == ":" }.last.map(String.init) ?? ""
        return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
    }

    public func clone() async {
        guard canClone else { return }
        let (address, target) = (url.trimmingCharacters(in: .whitespaces), "\(parent)/\(name)")
        problem = nil
        let work = Task {
            do {
                for try await step in client.clone(address, to: target) { progress = step }
                try Task.checkCancellation()
                cloned = target
            } catch {
                // Who stopped it knows.
                if !Task.isCancelled { problem = error.sentence ?? problem }
            }
        }
        task = work
        await work.value
        (task, progress) = (nil, nil)
    }

    /// Ends what is running. What was cloned by then is taken away again.
    public func cancel() { task?.cancel() }
}
