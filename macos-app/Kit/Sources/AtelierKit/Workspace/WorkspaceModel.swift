// Everything that a window shows of one folder beside the chat.
import Foundation
import Observation

/// What a window shows of a session.
public enum WorkspaceSection: String, CaseIterable, Hashable, Sendable, Identifiable {
    case chat, files, changes, history, branches, terminal

    public var id: String { rawValue }
}

/// Files, changes, history and branches of one folder, kept up to date together.
@MainActor
@Observable
public final class WorkspaceModel: Identifiable {
    /// One attempt to follow one folder.
    public struct Attempt: Hashable, Sendable {
        let folder: String
        let number: Int
    }

    /// Absolute.
    public let folder: String
    public let tree: FileTreeModel
    public let viewer: FileViewerModel
    public let changes: ChangesModel
    public let commit: CommitModel
    public let history: HistoryModel
    public let branches: BranchesModel
    public let transfers: TransferModel
    /// Why the folder is not watched; nil while it is.
    public private(set) var problem: String?
    /// Why changes are seen late, until the person has read it.
    public private(set) var notice: String?

    /// Who follows starts anew when it changes.
    public private(set) var attempt: Attempt

    @ObservationIgnored private let client: any WorkspaceClient & GitClient
    /// The shortest time between two looks at git.
    @ObservationIgnored private let pause: Duration

    nonisolated public var id: String { folder }

    public init(
        folder: String,
        client: any WorkspaceClient & GitClient,
        pause: Duration = .milliseconds(200)
    ) {
        self.folder = folder
        self.client = client
        self.pause = pause
        attempt = Attempt(folder: folder, number: 0)
        viewer = FileViewerModel(client: client)
        changes = ChangesModel(folder: folder, client: client)
        tree = FileTreeModel(changes: changes)
        transfers = TransferModel(changes: changes)
        commit = CommitModel(changes: changes, transfers: transfers)
        history = HistoryModel(changes: changes)
        branches = BranchesModel(changes: changes)
    }

    /// Reads all, then what changes, until the task is cancelled. Once the folder is watched all is looked at again, for
    /// what changed before.
    public func follow() async {
        await load()
        do {
            for try await change in client.workspaceChanges(in: folder) {
                problem = nil
                notice = change.notice ?? notice
                await take(change)
                try await Task.sleep(for: pause)
            }
        } catch {
            problem = error.sentence ?? problem
        }
    }

    /// Lets who follows try again.
    public func retry() {
        problem = nil
        attempt = Attempt(folder: folder, number: attempt.number + 1)
    }

    public func dismissProblem() { problem = nil }

    public func dismissNotice() { notice = nil }

    public func load() async {
        await tree.load()
        await changes.refresh()
        await commit.load()
    }

    private func take(_ change: WorkspaceChange) async {
        await tree.take(change)
        await viewer.take(change)
        guard change.concernsGit || change.isEverything else { return }
        await changes.refresh()
        if history.isLoaded { await history.load() }
        if branches.isLoaded { await branches.load() }
    }

    /// Shows a file in the tree and the viewer, at a line where one is named.
    public func show(_ path: String, line: Int? = nil) async {
        await tree.show(path)
        await viewer.open(path)
        if let line { viewer.go(to: line) }
    }
}
