// Git of the core in memory: what is changed, and what was committed.
import Foundation

extension MockClient {
    static let pageSize = 200

    public func changes(in folder: String) async throws -> GitChanges? {
        try await check(.git)
        guard let root = try? disk.root(of: folder) else { return nil }
        return try repository(folder).changes(root: root, disk: disk.tree(root))
    }

    public func diff(
        of file: ChangedFile,
        _ side: DiffSide,
        in folder: String,
        context: Int,
        page: UInt64?
    ) async throws -> FileDiff {
        try await check(.git)
        let (path, root) = (file.path, try disk.root(of: folder))
        let (old, new) = try repository(folder).sides(of: path, side, disk: disk.tree(root))
        var diff = FileDiff(path: path, stamp: String([old, new].hashValue))
        if let kind = try? disk.read("\(root)/\(path)").kind, kind != .text {
            diff.notice = kind == .image ? .image : kind == .tooLarge ? .tooLarge : .binary
            return diff
        }
        let hunks = MockDiff(old ?? "", new ?? "").hunks(context: context)
        let start = Int(page ?? 0)
        diff.hunks = Array(hunks.dropFirst(start).prefix(Self.pageSize))
        diff.nextPage = start + Self.pageSize < hunks.count ? UInt64(start + Self.pageSize) : nil
        return diff
    }

    public func stage(_ paths: [String], in folder: String) async throws {
        try await changingGit(folder) { repository, files in
            for path in Self.matching(paths, repository, files) { repository.stage(path, files[path]) }
        }
    }

    public func unstage(_ paths: [String], in folder: String) async throws {
        try await changingGit(folder) { repository, files in
            for path in Self.matching(paths, repository, files) { repository.unstage(path) }
        }
    }

    public func discard(_ paths: [String], in folder: String) async throws -> [Discarded] {
        let (root, index) = (try disk.root(of: folder), try repository(folder).index)
        let files = Self.matching(paths, try repository(folder), disk.tree(root))
        let before = disk.tree(root)
        try await changingGit(folder) { repository, tree in
            for path in files { tree[path] = index[path] }
        }
        return files.sorted().map { Discarded(path: $0, blob: before[$0], left: index[$0]) }
    }

    public func stage(_ part: DiffSelection, in folder: String) async throws {
        try await changingGit(folder) { repository, files in
            let text = try Self.text(part, .unstaged, repository, files, reversed: false)
            repository.stage(part.path, text)
        }
    }

    public func unstage(_ part: DiffSelection, in folder: String) async throws {
        try await changingGit(folder) { repository, files in
            let text = try Self.text(part, .staged, repository, files, reversed: true)
            repository.stage(part.path, text.isEmpty ? repository.headFiles[part.path].map { _ in "" } : text)
        }
    }

    public func discard(_ part: DiffSelection, in folder: String) async throws -> [Discarded] {
        try await changingGit(folder) { repository, files in
            let before = files[part.path]
            files[part.path] = try Self.text(part, .unstaged, repository, files, reversed: true)
            return [Discarded(path: part.path, blob: before, left: files[part.path])]
        }
    }

    public func restore(_ discarded: Discarded, in folder: String) async throws {
        try await changingGit(folder) { _, files in
            guard files[discarded.path] == discarded.left else {
                throw MockRepository.refusal("\(discarded.path) was changed since; it can't be brought back.")
            }
            files[discarded.path] = discarded.blob
        }
    }

    public func versions(ofConflict path: String, in folder: String) async throws -> ConflictVersions {
        try await check(.git)
        return try repository(folder).versions(ofConflict: path)
    }

    public func resolve(_ path: String, taking side: ConflictSide, in folder: String) async throws {
        try await changingGit(folder) { try $0.resolve(path, taking: side, disk: &$1) }
    }

    public func restoreConflict(_ path: String, in folder: String) async throws -> Discarded {
        try await changingGit(folder) { try $0.restoreConflict(path, disk: &$1) }
    }

    public func commit(_ request: CommitRequest, in folder: String) async throws -> String {
        guard !request.message.isBlank else {
            throw WorkbenchError(.invalidRequest, "Write a message that says what the commit does.")
        }
        return try await changingGit(folder) { repository, _ in try repository.commit(request) }
    }

    public func lastCommitMessage(in folder: String) async throws -> String {
        try await check(.git)
        guard let last = try repository(folder).head?.summary else { return "" }
        return last.body.isEmpty ? last.subject : "\(last.subject)\n\n\(last.body)"
    }

    public func suggestCommitMessage(for paths: [String], in folder: String) async throws -> String {
        try await check(.transfer)
        guard let first = paths.first else { throw WorkbenchError(.invalidRequest, "At least one file is required") }
        return "fix: change \(first.pathName)\n\n- Changes \(paths.count) files."
    }

    public func continueOperation(in folder: String) async throws {
        try await changingGit(folder) { try $0.continueOperation(disk: &$1) }
    }

    public func skipOperation(in folder: String) async throws {
        try await changingGit(folder) { try $0.skipOperation(disk: &$1) }
    }

    public func abortOperation(in folder: String) async throws {
        try await changingGit(folder) { try $0.abortOperation(disk: &$1) }
    }

    // MARK: History

    public func graph(in folder: String, page: String?) async throws -> GraphPage {
        try await check(.git)
        let repository = try repository(folder)
        let rows = MockGraph.rows(of: repository)
        let start = page.flatMap(Int.init) ?? 0
        let next = start + Self.pageSize < rows.count ? String(start + Self.pageSize) : nil
        return GraphPage(rows: Array(rows.dropFirst(start).prefix(Self.pageSize)), next: next)
    }

    public func files(of commit: String, in folder: String) async throws -> [ChangedFile] {
        try await check(.git)
        let repository = try repository(folder)
        guard let commit = repository.commit(commit) else {
            throw MockRepository.refusal("fatal: bad object \(commit)")
        }
        let parent = repository.commit(commit.summary.parents.first)
        return MockRepository.differences(parent?.files ?? [:], commit.files)
    }

    public func blame(_ path: String, in folder: String) async throws -> [BlameRun] {
        try await check(.git)
        let root = try disk.root(of: folder)
        return try MockGraph.blame(path, in: repository(folder), disk: disk.tree(root))
    }

    public func cherryPick(_ commit: CommitSummary, in folder: String) async throws {
        try await changingGit(folder) { try $0.cherryPick(commit.hash, disk: &$1) }
    }

    public func revert(_ commit: CommitSummary, in folder: String) async throws {
        try await changingGit(folder) { try $0.revert(commit.hash, disk: &$1) }
    }

    public func tags(in folder: String) async throws -> [GitTag] {
        try await check(.git)
        return try repository(folder).tags
    }

    public func createTag(_ name: String, at commit: String, message: String, in folder: String) async throws {
        try await changingGit(folder) { repository, _ in
            guard !repository.tags.contains(where: { $0.name == name }) else {
                throw MockRepository.refusal("fatal: tag '\(name)' already exists")
            }
            repository.tags.append(GitTag(name, hash: commit, message: message))
            repository.tags.sort { $0.name < $1.name }
        }
    }

    public func deleteTag(_ name: String, in folder: String) async throws {
        try await changingGit(folder) { repository, _ in repository.tags.removeAll { $0.name == name } }
    }
}

extension MockClient {
    func repository(_ folder: String) throws -> MockRepository {
        let root = try disk.root(of: folder)
        return disk.repositories[root] ?? MockRepository()
    }

    @discardableResult
    func changingGit<Value: Sendable>(
        _ folder: String,
        _ body: @Sendable (inout MockRepository, inout MockRepository.Files) throws -> Value
    ) async throws -> Value {
        try await check(.git)
        return try changeDisk { try $0.change(folder, body) }
    }

    /// A path may name a folder.
    private static func matching(
        _ paths: [String],
        _ repository: MockRepository,
        _ files: MockRepository.Files
    ) -> [String] {
        Set(files.keys).union(repository.index.keys).union(repository.headFiles.keys).filter { file in
            paths.contains { $0 == file || file.hasPrefix($0 + "/") }
        }
    }

    private static func text(
        _ part: DiffSelection,
        _ side: DiffSide,
        _ repository: MockRepository,
        _ files: MockRepository.Files,
        reversed: Bool
    ) throws -> String {
        let (old, new) = try repository.sides(of: part.path, side, disk: files)
        guard part.stamp == String([old, new].hashValue) else {
            throw MockRepository.refusal("The file was changed since the lines were chosen; choose them again.")
        }
        return MockDiff(old ?? "", new ?? "").applying(part.lines, context: DiffModel.context, reversed: reversed)
    }
}
