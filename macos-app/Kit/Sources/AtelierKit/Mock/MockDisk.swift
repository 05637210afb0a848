// A disk in memory, with repositories on it.
import Foundation

/// Files and folders by absolute path.
public struct MockDisk: Sendable {
    private(set) var files: [String: String] = [:]
    private var folders: Set<String> = []
    /// What was put into the Trash, by the path at which it was.
    public private(set) var trash: [String: String] = [:]
    /// By the folder that each belongs to.
    var repositories: [String: MockRepository] = [:]
    /// What can't be shown as text.
    private var kinds: [String: FileText.Kind] = [:]
    /// Counts changes.
    private(set) var version: UInt64 = 0
    /// The newest changes, oldest first.
    private var log: [(version: UInt64, folder: String)] = []
    private static let longestLog = 1_000
    /// What who watches a folder is told, as where the system watches no more.
    public var notice: String?

    public init() {}

    // MARK: What there is

    func isFolder(_ path: String) -> Bool { folders.contains(path) }

    func exists(_ path: String) -> Bool { files[path] != nil || isFolder(path) }

    func entries(of folder: String) throws -> [FileEntry] {
        guard isFolder(folder) else { throw MockRepository.refusal("Directory not found") }
        let inside = { (path: String) in path.parentPath == folder }
        let all =
            folders.filter(inside).map { FileEntry(name: $0.pathName, path: $0, isFolder: true) }
            + files.keys.filter(inside).map { path in
                FileEntry(name: path.pathName, path: path, isFolder: false, size: size(of: path))
            }
        return all.sorted { $0.name < $1.name }
    }

    func read(_ path: String) throws -> FileText {
        guard let text = files[path] else { throw MockRepository.refusal("The file \(path) is not there any more.") }
        let kind = kinds[path] ?? .text
        let shown = kind == .text ? text : ""
        return FileText(path: path, text: shown, size: size(of: path) ?? 0, kind: kind, stamp: stamp(of: path))
    }

    private func size(of path: String) -> UInt64? {
        kinds[path] == .tooLarge ? 312_000_000 : files[path].map { UInt64($0.utf8.count) }
    }

    private func stamp(of path: String) -> String { String(files[path].hashValue) }

    /// The repository that a folder belongs to.
    func root(of folder: String) throws -> String {
        guard let root = repositories.keys.first(where: { folder == $0 || folder.hasPrefix($0 + "/") }) else {
            throw MockRepository.refusal("fatal: not a git repository (or any of the parent directories): .git")
        }
        return root
    }

    func tree(_ root: String) -> MockRepository.Files {
        files.reduce(into: [:]) { tree, file in
            if file.key.hasPrefix(root + "/") { tree[String(file.key.dropFirst(root.count + 1))] = file.value }
        }
    }

    func changes(after version: UInt64, in folder: String) -> WorkspaceChange {
        let news = log.filter { $0.version > version && ($0.folder + "/").hasPrefix(folder + "/") }
        let isLost = (log.first?.version ?? 0) > version + 1
        return WorkspaceChange(folders: Set(news.map(\.folder)), isEverything: isLost, concernsGit: !news.isEmpty)
    }

    // MARK: What changes it

    public mutating func makeFolder(_ path: String) {
        guard path.count > 1, folders.insert(path).inserted else { return }
        note(path.parentPath)
        makeFolder(path.parentPath)
    }

    public mutating func put(_ text: String?, at path: String, _ kind: FileText.Kind = .text) {
        makeFolder(path.parentPath)
        guard files[path] != text else { return }
        files[path] = text
        kinds[path] = kind == .text ? nil : kind
        note(path.parentPath)
    }

    mutating func write(_ text: String, to path: String, replacing stamp: String?) throws -> String {
        guard stamp == (files[path] == nil ? nil : self.stamp(of: path)) else {
            throw MockRepository.refusal("The file was changed since it was read; read it again.")
        }
        put(text, at: path)
        return self.stamp(of: path)
    }

    mutating func move(_ path: String, to target: String, copying: Bool) throws {
        guard exists(path) else { throw MockRepository.refusal("There is no \(path).") }
        guard !exists(target) else { throw MockRepository.refusal("There is something at \(target) already.") }
        let inside = files.keys.filter { $0 == path || $0.hasPrefix(path + "/") }
        if isFolder(path) { makeFolder(target) }
        for file in inside {
            put(files[file], at: target + file.dropFirst(path.count), kinds[file] ?? .text)
        }
        if !copying { remove(path) }
    }

    mutating func trash(_ path: String) throws {
        guard exists(path) else { throw MockRepository.refusal("There is no \(path).") }
        for (file, text) in files where file == path || file.hasPrefix(path + "/") { trash[file] = text }
        remove(path)
    }

    private mutating func remove(_ path: String) {
        for file in files.keys where file == path || file.hasPrefix(path + "/") { put(nil, at: file) }
        folders = folders.filter { $0 != path && !$0.hasPrefix(path + "/") }
        note(path.parentPath)
    }

    /// Lets a repository change itself and the files that belong to it.
    mutating func change<Value>(
        _ folder: String,
        _ body: (inout MockRepository, inout MockRepository.Files) throws -> Value
    ) throws -> Value {
        let root = try root(of: folder)
        guard var repository = repositories[root] else { throw MockRepository.refusal("fatal: not a git repository") }
        let before = tree(root)
        var after = before
        let value = try body(&repository, &after)
        repositories[root] = repository
        for path in Set(before.keys).union(after.keys) where before[path] != after[path] {
            put(after[path], at: "\(root)/\(path)")
        }
        note(root)
        return value
    }

    private mutating func note(_ folder: String) {
        version += 1
        log.append((version, folder))
        if log.count > Self.longestLog { log.removeFirst() }
    }
}
