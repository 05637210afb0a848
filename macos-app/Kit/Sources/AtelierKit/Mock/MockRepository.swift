// A repository in memory. Its working files lie on the `MockDisk`.
import Foundation

/// Commits, branches and what is staged. What is on disk is passed in and given back by each operation.
public struct MockRepository: Sendable {
    /// Text by path from the root.
    public typealias Files = [String: String]

    struct Commit: Sendable {
        let summary: CommitSummary
        let files: Files
    }

    /// Oldest first.
    private(set) var commits: [Commit] = []
    /// The branch that is checked out; it exists once it has a commit.
    private(set) var branch = "main"
    /// Hashes of the newest commits.
    var branches: [String: String] = [:]
    var remotes: [String: String] = [:]
    var tags: [GitTag] = []
    private(set) var stashes: [(stash: GitStash, index: Files, files: Files)] = []
    private(set) var index: Files = [:]
    private(set) var conflicts: [Conflict] = []
    /// Conflicts of what is under way that are settled.
    private var settled: [Conflict] = []
    private(set) var operation: GitOperation?
    private var steps: GitSteps?
    /// What a rebase has still to repeat, how much that was at first, and where the branch was before.
    private var rebase: (rest: [Commit], total: Int, before: String?) = ([], 0, nil)
    /// What the operation merges in.
    private var mergeHead: String?
    private var message = ""
    var identity = CurrentIdentity(userName: "Ada Lovelace", userEmail: "ada@example.com")

    public init() {}

    // MARK: What there is

    func commit(_ hash: String?) -> Commit? { commits.first { $0.summary.hash == hash } }

    var head: Commit? { commit(branches[branch]) }
    var headFiles: Files { head?.files ?? [:] }
    var upstream: String? { remotes["origin/\(branch)"] == nil ? nil : "origin/\(branch)" }

    /// What is reachable from a commit, itself first, newest first.
    func history(of hash: String?) -> [Commit] {
        var wanted = Set([hash].compactMap(\.self))
        return commits.reversed().filter { commit in
            guard wanted.contains(commit.summary.hash) else { return false }
            wanted.formUnion(commit.summary.parents)
            return true
        }
    }

    /// How many commits of one are not in the other.
    func distance(from base: String?, to tip: String?) -> UInt64 {
        let known = Set(history(of: base).map(\.summary.hash))
        return UInt64(history(of: tip).count { !known.contains($0.summary.hash) })
    }

    func changes(root: String, disk: Files) -> GitChanges {
        let inConflict = Set(conflicts.map(\.path))
        let remote = upstream.flatMap { remotes[$0] }
        return GitChanges(
            root: root,
            branch: branch,
            upstream: upstream,
            ahead: remote == nil ? 0 : distance(from: remote, to: branches[branch]),
            behind: remote == nil ? 0 : distance(from: branches[branch], to: remote),
            operation: operation,
            steps: steps,
            staged: Self.differences(headFiles, index).filter { !inConflict.contains($0.path) },
            unstaged: Self.differences(index, disk).filter { $0.change != .added && !inConflict.contains($0.path) },
            untracked: disk.keys.filter { index[$0] == nil && !inConflict.contains($0) }.sorted()
                .map { ChangedFile($0, .untracked) },
            conflicts: conflicts,
            settled: settled.map(\.path)
        )
    }

    static func differences(_ old: Files, _ new: Files) -> [ChangedFile] {
        Set(old.keys).union(new.keys).sorted().compactMap { path in
            guard old[path] != new[path] else { return nil }
            let diff = MockDiff(old[path] ?? "", new[path] ?? "")
            let change: FileChange = old[path] == nil ? .added : new[path] == nil ? .deleted : .modified
            return ChangedFile(path, change, added: diff.added, removed: diff.removed)
        }
    }

    /// The two states that a diff compares.
    func sides(of path: String, _ side: DiffSide, disk: Files) throws -> (old: String?, new: String?) {
        switch side {
        case .staged: return (headFiles[path], index[path])
        case .unstaged: return (index[path], disk[path])
        case .commit(let hash):
            guard let commit = commit(hash) else { throw Self.refusal("fatal: bad object \(hash)") }
            return (self.commit(commit.summary.parents.first)?.files[path], commit.files[path])
        }
    }

    // MARK: What is staged

    mutating func stage(_ path: String, _ text: String?) {
        index[path] = text
        settled += conflicts.filter { $0.path == path }
        conflicts.removeAll { $0.path == path }
    }

    mutating func unstage(_ path: String) { index[path] = headFiles[path] }

    // MARK: Commits

    @discardableResult
    mutating func commit(_ request: CommitRequest, at date: Date = Date()) throws -> String {
        guard conflicts.isEmpty else { throw Self.refusal("Committing is not possible: there are unmerged files.") }
        let amended = request.amends ? head : nil
        guard index != headFiles || amended != nil || operation != nil else {
            throw Self.refusal("Nothing is staged; stage what shall be committed.")
        }
        let parents = amended?.summary.parents ?? [branches[branch], mergeHead].compactMap(\.self)
        defer { end() }
        return append(request.message, index, parents, at: date)
    }

    mutating func append(_ message: String, _ files: Files, _ parents: [String], at date: Date) -> String {
        let lines = message.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let summary = CommitSummary(
            hash: String(format: "%08x%032x", commits.count + 0x5a1c_0d01, commits.count * 7_919 + 104_729),
            subject: lines.first.map(String.init) ?? "",
            body: lines.count > 1 ? lines[1].trimmingCharacters(in: .newlines) : "",
            author: identity.userName ?? "",
            email: identity.userEmail ?? "",
            date: date,
            parents: parents
        )
        commits.append(Commit(summary: summary, files: files))
        branches[branch] = summary.hash
        index = files
        return summary.hash
    }

    private mutating func end() {
        (operation, steps, mergeHead, message) = (nil, nil, nil, "")
        (conflicts, settled) = ([], [])
    }

    // MARK: Branches

    mutating func checkOut(_ name: String, disk: inout Files) throws {
        let local = remotes[name] == nil ? name : name.split(separator: "/").dropFirst().joined(separator: "/")
        guard let target = branches[local] ?? remotes[name] else {
            throw Self.refusal("error: pathspec '\(name)' did not match any file(s) known to git")
        }
        let lost = Self.differences(index, disk).contains { $0.change != .added }
        guard !lost, index == headFiles else {
            throw Self.refusal("error: Your local changes would be overwritten by checkout. Commit or stash them.")
        }
        branches[local] = target
        branch = local
        put(commit(target)?.files ?? [:], on: &disk)
    }

    mutating func createBranch(_ name: String, from start: String?, disk: inout Files) throws {
        guard branches[name] == nil else { throw Self.refusal("fatal: a branch named '\(name)' already exists") }
        guard let start else {
            branches[name] = branches[branch]
            branch = name
            return
        }
        branches[name] = branches[start] ?? remotes[start] ?? start
        try checkOut(name, disk: &disk)
    }

    mutating func deleteBranch(_ name: String, forced: Bool) throws {
        guard let tip = branches[name] else { throw Self.refusal("error: branch '\(name)' not found") }
        guard name != branch else { throw Self.refusal("error: cannot delete branch '\(name)' used by worktree") }
        guard forced || distance(from: branches[branch], to: tip) == 0 else {
            throw Self.refusal("error: the branch '\(name)' is not fully merged")
        }
        branches[name] = nil
    }

    // MARK: What can end in conflicts

    mutating func merge(_ name: String, disk: inout Files) throws {
        guard let theirs = branches[name] ?? remotes[name] else {
            throw Self.refusal("merge: \(name) - not something we can merge")
        }
        let known = Set(history(of: branches[branch]).map(\.summary.hash))
        if known.contains(theirs) { return }
        if history(of: theirs).contains(where: { $0.summary.hash == branches[branch] }) {
            branches[branch] = theirs
            return put(commit(theirs)?.files ?? [:], on: &disk)
        }
        let base = history(of: theirs).first { known.contains($0.summary.hash) }
        mergeHead = theirs
        try apply(base?.files ?? [:], commit(theirs)?.files ?? [:], .merge, "Merge branch '\(name)'", &disk)
    }

    mutating func rebase(onto name: String, disk: inout Files) throws {
        guard let target = branches[name] ?? remotes[name] else {
            throw Self.refusal("fatal: invalid upstream '\(name)'")
        }
        let known = Set(history(of: target).map(\.summary.hash))
        let own = Array(history(of: branches[branch]).filter { !known.contains($0.summary.hash) }.reversed())
        rebase = (own, own.count, branches[branch])
        branches[branch] = target
        put(commit(target)?.files ?? [:], on: &disk)
        try repeatRest(&disk)
    }

    private mutating func repeatRest(_ disk: inout Files) throws {
        while operation == nil, !rebase.rest.isEmpty {
            try pick(rebase.rest.removeFirst(), .rebase, &disk)
            if operation != nil { steps = GitSteps(UInt64(rebase.total - rebase.rest.count), of: UInt64(rebase.total)) }
        }
    }

    mutating func cherryPick(_ hash: String, disk: inout Files) throws {
        guard let commit = commit(hash) else { throw Self.refusal("fatal: bad object \(hash)") }
        try pick(commit, .cherryPick, &disk)
    }

    mutating func revert(_ hash: String, disk: inout Files) throws {
        guard let commit = commit(hash) else { throw Self.refusal("fatal: bad object \(hash)") }
        let parent = self.commit(commit.summary.parents.first)?.files ?? [:]
        try apply(commit.files, parent, .revert, "Revert \"\(commit.summary.subject)\"", &disk)
    }

    mutating func continueOperation(disk: inout Files) throws {
        guard operation != nil else { throw Self.refusal("There is nothing to go on with.") }
        try commit(CommitRequest(message: message))
        try repeatRest(&disk)
    }

    mutating func skipOperation(disk: inout Files) throws {
        guard operation != .merge else {
            throw Self.refusal("A merge has no step to leave out; continue it or give it up.")
        }
        guard operation != nil else { throw Self.refusal("There is nothing to skip.") }
        end()
        put(headFiles, on: &disk)
        try repeatRest(&disk)
    }

    mutating func abortOperation(disk: inout Files) throws {
        guard let operation else { throw Self.refusal("There is nothing to give up.") }
        if operation == .rebase { branches[branch] = rebase.before }
        rebase.rest = []
        end()
        put(headFiles, on: &disk)
    }

    private mutating func pick(_ commit: Commit, _ kind: GitOperation, _ disk: inout Files) throws {
        let parent = self.commit(commit.summary.parents.first)?.files ?? [:]
        try apply(parent, commit.files, kind, commit.summary.subject, &disk)
    }

    /// Makes the change from `base` to `theirs` on top of what is checked out.
    private mutating func apply(
        _ base: Files,
        _ theirs: Files,
        _ kind: GitOperation,
        _ message: String,
        _ disk: inout Files
    ) throws {
        guard index == headFiles else {
            throw Self.refusal("error: your local changes would be overwritten; commit or stash them.")
        }
        var merged = index
        for path in Set(base.keys).union(theirs.keys) where base[path] != theirs[path] {
            if index[path] == base[path] || index[path] == theirs[path] {
                merged[path] = theirs[path]
            } else {
                conflicts.append(Conflict(path, "both modified"))
                (baseVersions[path], theirVersions[path]) = (base[path], theirs[path])
                disk[path] = marked(path)
            }
        }
        conflicts.sort { $0.path < $1.path }
        let inConflict = Set(conflicts.map(\.path))
        put(merged, on: &disk, except: inConflict)
        (operation, self.message) = (kind, message)
        if conflicts.isEmpty { try commit(CommitRequest(message: message)) }
    }

    private var baseVersions: Files = [:]
    private var theirVersions: Files = [:]

    func versions(ofConflict path: String) throws -> ConflictVersions {
        guard conflicts.contains(where: { $0.path == path }) else {
            throw Self.refusal("\(path) is not in conflict.")
        }
        let content = { (text: String?) in text.map { ConflictVersions.Content($0) } }
        return ConflictVersions(
            base: content(baseVersions[path]),
            ours: content(headFiles[path]),
            theirs: content(theirVersions[path])
        )
    }

    mutating func resolve(_ path: String, taking side: ConflictSide, disk: inout Files) throws {
        let text =
            switch side {
            case .ours: headFiles[path]
            case .theirs: theirVersions[path]
            case .asItIs: disk[path]
            }
        guard text?.contains("<<<<<<< ") != true else {
            throw Self.refusal("\(path) still has the marks of a conflict; take them out first.")
        }
        disk[path] = text
        stage(path, text)
    }

    mutating func restoreConflict(_ path: String, disk: inout Files) throws -> Discarded {
        guard let conflict = settled.first(where: { $0.path == path }) else {
            throw Self.refusal("\(path) has no settled conflict to restore; look at the changes again.")
        }
        settled.removeAll { $0.path == path }
        conflicts = (conflicts + [conflict]).sorted { $0.path < $1.path }
        index[path] = headFiles[path]
        let before = disk[path]
        disk[path] = marked(path)
        return Discarded(path: path, blob: before, left: disk[path])
    }

    private func marked(_ path: String) -> String {
        "<<<<<<< ours\n\(headFiles[path] ?? "")=======\n\(theirVersions[path] ?? "")>>>>>>> theirs\n"
    }

    // MARK: Stash

    mutating func saveStash(_ message: String, disk: inout Files) throws {
        guard disk != headFiles || index != headFiles else { throw Self.refusal("No local changes to save") }
        let hash = String(format: "%040x", stashes.count + commits.count * 31 + 17)
        stashes.insert((GitStash(message, at: Date(), hash: hash), index, disk), at: 0)
        put(headFiles, on: &disk)
        for path in disk.keys where headFiles[path] == nil { disk[path] = nil }
    }

    mutating func applyStash(_ hash: String, dropping: Bool, disk: inout Files) throws {
        guard let kept = stashes.first(where: { $0.stash.hash == hash }) else {
            throw Self.refusal("There is no such stash any more.")
        }
        for change in Self.differences(headFiles, kept.files) { disk[change.path] = kept.files[change.path] }
        if dropping { try dropStash(hash) }
    }

    mutating func dropStash(_ hash: String) throws {
        guard stashes.contains(where: { $0.stash.hash == hash }) else {
            throw Self.refusal("There is no such stash any more.")
        }
        stashes.removeAll { $0.stash.hash == hash }
    }

    /// Puts tracked files on disk into this state.
    private mutating func put(_ files: Files, on disk: inout Files, except kept: Set<String> = []) {
        for path in Set(index.keys).union(files.keys) where !kept.contains(path) { disk[path] = files[path] }
        index = files
    }

    static func refusal(_ message: String) -> WorkbenchError { WorkbenchError(.invalidRequest, message) }
}
