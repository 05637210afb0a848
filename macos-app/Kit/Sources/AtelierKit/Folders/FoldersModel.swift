// The folders that Atelier may use.
import Foundation
import Observation

/// The folders as menus and settings show them, and the system's access to them. One for the whole app.
@MainActor
@Observable
public final class FoldersModel {
    /// Absolute paths, the one that was allowed first at the beginning.
    public private(set) var paths: [String] = []
    /// What went wrong the last time; nil when nothing did, or the person cancelled.
    public var problem: String? { problems[.access] ?? problems[.loading] }
    public private(set) var isChoosing = false
    /// The folder that the person is asked about before it is forgotten.
    public var forgetting: String?
    /// Whether there is a panel to choose a folder with.
    public var canChoose: Bool { access != nil }

    private enum Field: Hashable { case loading, access }

    private var problems: [Field: String] = [:]
    @ObservationIgnored private let client: any WorkbenchClient
    @ObservationIgnored private let access: (any FolderAccess)?

    public init(client: any WorkbenchClient, access: (any FolderAccess)?) {
        self.client = client
        self.access = access
    }

    // MARK: What the person does

    /// Lets the person choose a folder, and allows it. Answers nil while another choice is open, and when the core could
    /// not be asked.
    @discardableResult
    public func add() async -> DirectoryAccess? {
        guard let access, !isChoosing else { return nil }
        isChoosing = true
        defer { isChoosing = false }
        let chosen = await access.chooseFolder()
        return await reporting(.access) {
            let allowed = try await client.requestDirectoryAccess(path: chosen?.path, bookmark: chosen?.bookmark)
            // Whoever cancels knows it.
            guard let chosen else { return (allowed, problem: nil) }
            guard allowed.problem == nil else { return (allowed, allowed.problem) }
            let started = try await begin(chosen.path)
            paths = try await client.folders().paths
            return (allowed, started.problem)
        }
    }

    /// Takes a folder out of those that are allowed, with the bookmarks that lead to it. Its files stay as they are.
    public func forget(_ path: String) async {
        await reporting(.access) {
            let bookmarks = try await client.folders().bookmarks.filter { access?.resolve($0)?.path == path }
            try await client.forgetDirectory(path, bookmarks: bookmarks)
            paths = try await client.folders().paths
            return ((), problem: nil)
        }
    }

    /// Reads which folders there are.
    public func load() async {
        await reporting(.loading) {
            paths = try await client.folders().paths
            return ((), problem: nil)
        }
    }

    /// Reads again whenever the settings change, until the task is cancelled.
    public func follow() async {
        do {
            for try await _ in client.settingsChanges() { await load() }
        } catch {
            problems[.loading] = error.sentence ?? problems[.loading]
        }
    }

    // MARK: The system's access

    /// Begins access to all folders that a bookmark leads to. Bookmarks that lead nowhere are forgotten without a word,
    /// stale ones replaced. Once, before anything works in the folders.
    public func restore() async {
        // Who needs no bookmarks can't tell where they lead, and leaves them to those who can.
        guard let access, access.usesBookmarks else { return }
        await reporting(.loading) {
            var stale: [String] = []
            for bookmark in try await client.folders().bookmarks {
                guard let folder = access.resolve(bookmark) else {
                    stale.append(bookmark)
                    continue
                }
                // A folder that can't be read now, such as one on a server, may be there the next time.
                let started = try await begin(folder.path)
                guard let renewed = folder.renewedBookmark, started.problem == nil else { continue }
                let kept = try await client.requestDirectoryAccess(path: folder.path, bookmark: renewed)
                if kept.problem == nil { stale.append(bookmark) }
            }
            if !stale.isEmpty { try await client.restoreBookmarksOnStartup(stale: stale) }
            return ((), problem: nil)
        }
    }

    /// Uses a folder, once for each call: the system's access begins with the first use.
    @discardableResult
    public func start(_ path: String) async -> DirectoryAccess? {
        await reporting(.access) {
            let started = try await begin(path)
            return (started, started.problem)
        }
    }

    /// Uses a folder once less: the system's access ends with the last use.
    public func stop(_ path: String) async {
        await reporting(.access) {
            try await client.stopAccessingDirectory(path)
            if try await !client.isAccessingDirectory(path) { access?.end(path) }
            return ((), problem: nil)
        }
    }

    private func begin(_ path: String) async throws -> DirectoryAccess {
        let isFirst = try await !client.isAccessingDirectory(path)
        if isFirst { access?.begin(path) }
        let started = try await client.startAccessingDirectory(path)
        if isFirst, started.problem != nil { access?.end(path) }
        return started
    }

    /// Runs what asks the core and takes over what was wrong; nil when the core could not be asked.
    @discardableResult
    private func reporting<Value: Sendable>(
        _ field: Field,
        _ ask: () async throws -> (Value, problem: String?)
    ) async -> Value? {
        do {
            let (value, problem) = try await ask()
            problems[field] = problem
            return value
        } catch {
            problems[field] = error.sentence ?? problems[field]
            return nil
        }
    }
}
