// Folders that the person allows, of the real core.
internal import AtelierBindings
import AtelierKit
import Foundation

extension LiveClient {
    public func folders() async throws -> AllowedFolders {
        try await Self.rethrowing {
            let loaded = try await core.loadSettings()
            let settings = try JSONDecoder().decode(LoadedSettings.self, from: Data(loaded.utf8)).settings
            return AllowedFolders(
                paths: settings.approvedDirectories,
                bookmarks: settings.securityScopedBookmarks
            )
        }
    }

    public func requestDirectoryAccess(
        path: String?,
        bookmark: String?
    ) async throws -> AtelierKit.DirectoryAccess {
        try await Self.rethrowing {
            DirectoryAccess(try await core.requestDirectoryAccess(path: path, bookmark: bookmark))
        }
    }

    public func forgetDirectory(_ path: String, bookmarks: [String]) async throws {
        try await Self.rethrowing { try await core.forgetDirectory(path: path, bookmarks: bookmarks) }
    }

    public func startAccessingDirectory(_ path: String) async throws -> AtelierKit.DirectoryAccess {
        try await Self.rethrowing { DirectoryAccess(try await core.startAccessingDirectory(path: path)) }
    }

    public func stopAccessingDirectory(_ path: String) async throws {
        try await Self.rethrowing { _ = try await core.stopAccessingDirectory(path: path) }
    }

    public func isAccessingDirectory(_ path: String) async throws -> Bool {
        try await Self.rethrowing { try await core.isAccessingDirectory(path: path) }
    }

    public func restoreBookmarksOnStartup(stale: [String]) async throws {
        try await Self.rethrowing { try await core.restoreBookmarksOnStartup(stale: stale) }
    }
}

/// What the core answers about the shared settings, as far as it is about folders. It always has both lists.
private struct LoadedSettings: Decodable {
    struct Settings: Decodable {
        let approvedDirectories: [String]
        let securityScopedBookmarks: [String]
    }

    let settings: Settings
}

extension AtelierKit.DirectoryAccess {
    fileprivate init(_ access: AtelierBindings.DirectoryAccess) {
        self.init(path: access.path, problem: access.error)
    }
}
