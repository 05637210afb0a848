// Folders of the core and of the system in memory.
import Foundation

/// What the core in memory keeps about folders. Whether there is one, the real disk says.
public struct MockFolders: Sendable {
    public internal(set) var allowed: AllowedFolders
    var uses: [String: Int] = [:]

    public init(_ allowed: AllowedFolders = AllowedFolders()) { self.allowed = allowed }

    fileprivate mutating func allow(_ path: String, _ bookmark: String?) {
        if !allowed.paths.contains(path) { allowed.paths.append(path) }
        if let bookmark, !allowed.bookmarks.contains(bookmark) { allowed.bookmarks.append(bookmark) }
    }

    /// Why a folder can't be used, in the core's words; `failure` begins the sentence about one that can't be read.
    fileprivate static func problem(of path: String, failure: String) -> String? {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            return "Directory does not exist"
        }
        guard isDirectory.boolValue else { return "Path is not a directory" }
        return FileManager.default.isReadableFile(atPath: path) ? nil : "\(failure): Permission denied"
    }
}

extension MockClient {
    public func folders() async throws -> AllowedFolders {
        try await check(.folders)
        return mockFolders.allowed
    }

    public func requestDirectoryAccess(path: String?, bookmark: String?) async throws -> DirectoryAccess {
        try await check(.folders)
        guard let path, !path.isBlank else { return DirectoryAccess(problem: "Directory selection cancelled") }
        if let problem = MockFolders.problem(of: path, failure: "Cannot access directory") {
            return DirectoryAccess(problem: problem)
        }
        mockFolders.allow(path, bookmark)
        return DirectoryAccess(path: path)
    }

    public func forgetDirectory(_ path: String, bookmarks: [String]) async throws {
        try await check(.folders)
        mockFolders.allowed.paths.removeAll { $0 == path }
        mockFolders.allowed.bookmarks.removeAll(where: bookmarks.contains)
    }

    public func startAccessingDirectory(_ path: String) async throws -> DirectoryAccess {
        try await check(.folders)
        let problem = MockFolders.problem(of: path, failure: "Failed to access directory")
        if problem == nil { mockFolders.uses[path, default: 0] += 1 }
        return DirectoryAccess(problem: problem)
    }

    public func stopAccessingDirectory(_ path: String) async throws {
        try await check(.folders)
        mockFolders.uses[path] = mockFolders.uses[path].flatMap { $0 > 1 ? $0 - 1 : nil }
    }

    public func isAccessingDirectory(_ path: String) async throws -> Bool {
        try await check(.folders)
        return mockFolders.uses[path] != nil
    }

    public func restoreBookmarksOnStartup(stale: [String]) async throws {
        try await check(.folders)
        mockFolders.allowed.bookmarks.removeAll(where: stale.contains)
    }
}

/// A system in memory: a panel whose answers are set before, bookmarks that lead where a test says.
@MainActor
public final class MockFolderAccess: FolderAccess {
    public var usesBookmarks = true
    /// What the person chooses next; nil cancels.
    public var choice: ChosenFolder?
    /// Where bookmarks lead.
    public var targets: [String: ResolvedFolder]
    /// The folders that access has begun to and not ended, as often as that.
    public private(set) var begun: [String] = []

    public init(choice: ChosenFolder? = nil, targets: [String: ResolvedFolder] = [:]) {
        self.choice = choice
        self.targets = targets
    }

    public func chooseFolder() async -> ChosenFolder? { choice }

    public func resolve(_ bookmark: String) -> ResolvedFolder? { targets[bookmark] }

    public func begin(_ path: String) { begun.append(path) }

    public func end(_ path: String) {
        if let index = begun.firstIndex(of: path) { begun.remove(at: index) }
    }
}
