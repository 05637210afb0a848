// The files of a folder as a tree, read as far as it is opened.
import Foundation
import Observation

/// A tree of files. Folders are read when they are opened, and again when they change.
@MainActor
@Observable
public final class FileTreeModel: Asking {
    /// A line of the tree.
    public struct Row: Identifiable, Hashable, Sendable {
        public let entry: FileEntry
        /// How many folders it lies in, below the root.
        public let depth: Int
        public let isExpanded: Bool
        public let badge: FileBadge?

        public var id: String { entry.path }
    }

    /// A name that is being typed.
    public enum Naming: Hashable, Sendable {
        case newFile(folder: String)
        case newFolder(folder: String)
        case renaming(path: String)
        case copying(path: String)
        case moving(path: String)
    }

    /// The folder whose files are shown, absolute.
    public let root: String
    /// The path that is chosen.
    public var selection: String?
    /// What is being named; nil when nothing is.
    public private(set) var naming: Naming? { didSet { problems.doing = nil } }
    /// The name, or for a move the path from the root, as it is being typed.
    public var draft = ""
    public var question: Question?
    public var problems = Problems()
    /// The root was read.
    public private(set) var isLoaded = false

    private var entries: [String: [FileEntry]] = [:]
    private var expanded: Set<String> = []
    @ObservationIgnored private let changes: ChangesModel
    private var client: any WorkspaceClient { changes.client }

    /// The tree of the folder that `changes` is about; its rows tell what git says of them.
    public init(changes: ChangesModel) {
        root = changes.folder
        self.changes = changes
    }

    /// What is seen of the tree, from top to bottom.
    public var rows: [Row] {
        var rows: [Row] = []
        append(root, depth: 0, to: &rows)
        return rows
    }

    public func isExpanded(_ path: String) -> Bool { expanded.contains(path) }

    /// The entry that is chosen, if it is seen.
    public var selected: FileEntry? { selection.flatMap(entry) }

    /// Where a new file goes: into the folder that is chosen, or beside the file.
    public var targetFolder: String {
        guard let selected else { return root }
        return selected.isFolder ? selected.path : selected.path.parentPath
    }

    // MARK: Looking

    /// Reads the root, and what is open, again.
    public func load() async {
        await reporting(\.reading) {
            for folder in [root] + expanded.sorted() { try await read(folder) }
            isLoaded = true
        }
    }

    public func toggle(_ path: String) async {
        if expanded.contains(path) { collapse(path) } else { await expand(path) }
    }

    public func expand(_ path: String) async {
        guard entry(path)?.isFolder == true || path == root else { return }
        await reporting(\.reading) {
            try await read(path)
            expanded.insert(path)
        }
    }

    public func collapse(_ path: String) { expanded.remove(path) }

    /// Opens the folders that a file lies in, and chooses it.
    public func show(_ path: String) async {
        guard let inner = path.path(in: root) else { return }
        var folder = root
        for name in inner.pathNames.dropLast() {
            folder = folder.appendingPath(name)
            await expand(folder)
        }
        selection = path
    }

    /// Reads what has changed, as far as it is seen.
    public func take(_ change: WorkspaceChange) async {
        if change.isEverything { return await load() }
        let seen = change.folders.filter { entries[$0] != nil }
        await reporting(\.reading) {
            for folder in seen.sorted() { try await read(folder) }
        }
    }

    private func read(_ folder: String) async throws {
        do {
            // What git keeps for itself is no file of the project.
            let found = try await client.entries(of: folder).filter { $0.name != ".git" }
            entries[folder] = found.filter(\.isFolder) + found.filter { !$0.isFolder }
        } catch let error as WorkbenchError {
            // A folder that went away takes its entries with it; only the root must be there.
            entries[folder] = nil
            expanded.remove(folder)
            if folder == root { throw error }
        }
    }

    private func append(_ folder: String, depth: Int, to rows: inout [Row]) {
        for entry in entries[folder] ?? [] {
            let isExpanded = entry.isFolder && expanded.contains(entry.path)
            rows.append(Row(entry: entry, depth: depth, isExpanded: isExpanded, badge: changes.badges[entry.path]))
            if isExpanded { append(entry.path, depth: depth + 1, to: &rows) }
        }
    }

    private func entry(_ path: String) -> FileEntry? {
        entries[path.parentPath]?.first { $0.path == path }
    }

    // MARK: Changing

    public func begin(_ naming: Naming) {
        self.naming = naming
        switch naming {
        case .newFile, .newFolder: draft = ""
        case .renaming(let path): draft = path.pathName
        case .copying(let path): draft = Self.copyName(of: path.pathName)
        case .moving(let path): draft = path.path(in: root) ?? path
        }
    }

    public func cancelNaming() { naming = nil }

    public var canFinishNaming: Bool { naming != nil && !draft.isBlank }

    /// Does what was named. What was typed stays when it fails.
    public func finishNaming() async {
        guard let naming, canFinishNaming else { return }
        let done = await reporting {
            let path = try await act(on: naming, draft.trimmingCharacters(in: .whitespaces))
            for folder in affected(by: naming, path) { try await read(folder) }
            await show(path)
        }
        if done { self.naming = nil }
    }

    /// Asks, then puts a file or folder into the Trash.
    public func askToTrash(_ path: String) {
        let name = path.pathName
        question = Question(
            "Move “\(name)” to the Trash?",
            "You can put it back from the Trash.",
            "Move to Trash"
        ) { [weak self] in await self?.trash(path) }
    }

    private func trash(_ path: String) async {
        await reporting {
            try await client.trashFile(path)
            if selection == path { selection = nil }
            try await read(path.parentPath)
        }
    }

    /// Answers the path that there is then.
    private func act(on naming: Naming, _ name: String) async throws -> String {
        switch naming {
        case .newFile(let folder):
            let path = folder.appendingPath(name)
            _ = try await client.writeFile("", to: path, replacing: nil)
            return path
        case .newFolder(let folder):
            let path = folder.appendingPath(name)
            try await client.createFolder(path)
            return path
        case .renaming(let path):
            let target = path.parentPath.appendingPath(name)
            if target != path { try await client.renameFile(path, to: name) }
            return target
        case .copying(let path):
            let target = path.parentPath.appendingPath(name)
            try await client.copyFile(path, to: target)
            return target
        case .moving(let path):
            let target = root.appendingPath(name)
            if target != path { try await client.moveFile(path, to: target) }
            return target
        }
    }

    private func affected(by naming: Naming, _ path: String) -> Set<String> {
        switch naming {
        case .moving(let old): [old.parentPath, path.parentPath]
        default: [path.parentPath]
        }
    }

    /// “main.swift” → “main copy.swift”, as Finder names copies.
    static func copyName(of name: String) -> String {
        guard let dot = name.dropFirst().lastIndex(of: ".") else { return "\(name) copy" }
        return "\(name[..<dot]) copy\(name[dot...])"
    }
}
