// What the core keeps about folders that the person lets Atelier use.
import Foundation

/// The part of the core that is about folders. Nothing of it throws because of a folder: why one can't be used is told
/// in the answer. A core that is closed throws as everywhere.
public protocol FolderClient: Sendable {
    /// The folders that the person has allowed, and the bookmarks that lead back to them.
    func folders() async throws -> AllowedFolders

    /// Allows a folder from now on.
    ///
    /// - Parameters:
    ///   - path: the folder that was chosen; nil when the choice was cancelled.
    ///   - bookmark: leads back to it in a sandboxed app, in base64; nil where none is needed.
    /// - Returns: the folder's absolute path, or why it can't be used.
    /// - Throws: `.closed`, as everything does when the core is closed.
    func requestDirectoryAccess(path: String?, bookmark: String?) async throws -> DirectoryAccess

    /// Takes a folder out of those that are allowed, with the bookmarks that lead to it; one that is not among them is
    /// fine. Unlike the rest, this throws when the settings can't be written.
    func forgetDirectory(_ path: String, bookmarks: [String]) async throws

    /// Notes that a folder is in use, once for each call.
    func startAccessingDirectory(_ path: String) async throws -> DirectoryAccess

    /// Notes that a folder is in use once less; nothing happens when it is not in use.
    func stopAccessingDirectory(_ path: String) async throws

    /// Whether a folder was started more often than stopped.
    func isAccessingDirectory(_ path: String) async throws -> Bool

    /// Forgets the bookmarks that lead nowhere any more, or have been replaced.
    func restoreBookmarksOnStartup(stale: [String]) async throws
}

/// What the settings keep about folders.
public struct AllowedFolders: Sendable, Hashable {
    /// Absolute paths, the one that was allowed first at the beginning.
    public var paths: [String]
    /// In base64, in the order in which they came.
    public var bookmarks: [String]

    public init(paths: [String] = [], bookmarks: [String] = []) {
        self.paths = paths
        self.bookmarks = bookmarks
    }
}

/// What came of a wish to use a folder.
public struct DirectoryAccess: Sendable, Hashable {
    /// The folder's absolute path, where one was chosen and can be used.
    public let path: String?
    /// Why it can't be used; nil when it can.
    public let problem: String?

    public init(path: String? = nil, problem: String? = nil) {
        self.path = path
        self.problem = problem
    }
}
