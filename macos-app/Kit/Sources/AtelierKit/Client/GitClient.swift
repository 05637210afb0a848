// What a person can do with a repository.
import Foundation

/// The part of the core that is about git. `folder` is the absolute path of a folder in a repository; paths of files
/// start from the repository's root. What git refuses throws `.invalidRequest` with git's own words.
public protocol GitClient: ChangesClient, HistoryClient, BranchesClient, TransferClient, IdentityClient {}

/// What is changed, and what becomes of it.
public protocol ChangesClient: Sendable {
    /// What differs from the last commit, and what the repository is in the middle of; nil where there is no repository.
    func changes(in folder: String) async throws -> GitChanges?

    /// A page of how a file differs, with so many lines around each change; nil is the first page.
    func diff(
        of file: ChangedFile,
        _ side: DiffSide,
        in folder: String,
        context: Int,
        page: UInt64?
    ) async throws -> FileDiff

    /// Puts files as they are into the next commit.
    func stage(_ paths: [String], in folder: String) async throws
    /// Takes files out of the next commit. On disk they stay as they are.
    func unstage(_ paths: [String], in folder: String) async throws
    /// Puts files on disk back to what is staged; untracked ones are deleted. Answers what brings it back.
    func discard(_ paths: [String], in folder: String) async throws -> [Discarded]
    /// Puts some lines into the next commit.
    func stage(_ part: DiffSelection, in folder: String) async throws
    /// Takes some lines out of the next commit.
    func unstage(_ part: DiffSelection, in folder: String) async throws
    /// Puts some lines on disk back to what is staged. Answers what brings them back.
    func discard(_ part: DiffSelection, in folder: String) async throws -> [Discarded]
    /// Brings back what was discarded, as long as the file wasn't changed since.
    func restore(_ discarded: Discarded, in folder: String) async throws
    /// The three versions of a file in conflict.
    func versions(ofConflict path: String, in folder: String) async throws -> ConflictVersions
    /// Takes one version of a file in conflict, and stages it.
    func resolve(_ path: String, taking side: ConflictSide, in folder: String) async throws
    /// Makes a settled file one in conflict again, with git's marks, as long as what led to the conflict is under way.
    /// Answers what brings back what the file held.
    func restoreConflict(_ path: String, in folder: String) async throws -> Discarded

    /// Commits what is staged; answers the commit's hash.
    func commit(_ request: CommitRequest, in folder: String) async throws -> String
    /// The message of the last commit; empty when there is none.
    func lastCommitMessage(in folder: String) async throws -> String
    /// Lets the model suggest a message for what is changed in files.
    func suggestCommitMessage(for paths: [String], in folder: String) async throws -> String

    /// Goes on with what the repository is in the middle of.
    func continueOperation(in folder: String) async throws
    /// Leaves out the commit that a rebase, cherry-pick or revert stands at, and goes on with the rest. A merge has none:
    /// that is refused with `.invalidRequest`.
    func skipOperation(in folder: String) async throws
    /// Gives up what the repository is in the middle of, and goes back to where it was.
    func abortOperation(in folder: String) async throws
}

/// What was committed.
public protocol HistoryClient: Sendable {
    /// A page of the history of all branches, newest first; nil is the first page. Empty before the first commit.
    func graph(in folder: String, page: String?) async throws -> GraphPage
    /// The files that a commit changed, against its first parent.
    func files(of commit: String, in folder: String) async throws -> [ChangedFile]
    /// Who wrote which line of a file on disk. `path` starts from the root.
    func blame(_ path: String, in folder: String) async throws -> [BlameRun]
    /// Repeats a commit on the branch that is checked out; of a merge what it brought to its first parent.
    func cherryPick(_ commit: CommitSummary, in folder: String) async throws
    /// Makes a commit that takes another one back; of a merge what it brought to its first parent.
    func revert(_ commit: CommitSummary, in folder: String) async throws

    func tags(in folder: String) async throws -> [GitTag]
    /// A tag with no message is a lightweight one.
    func createTag(_ name: String, at commit: String, message: String, in folder: String) async throws
    func deleteTag(_ name: String, in folder: String) async throws
}

/// Branches, and changes that were put aside.
public protocol BranchesClient: Sendable {
    /// Those here first, then those at remotes.
    func branches(in folder: String) async throws -> [GitBranch]
    /// Makes a branch and checks it out; nil starts from where the folder is.
    func createBranch(_ name: String, from start: String?, in folder: String) async throws
    /// Checks a branch out; of a remote one, a new one here that follows it.
    func checkOut(_ branch: GitBranch, in folder: String) async throws
    /// Deletes a branch here. Throws `.invalidRequest` with “not fully merged” when commits would be lost and it isn't
    /// `forced`.
    func deleteBranch(_ name: String, forced: Bool, in folder: String) async throws
    /// Deletes a branch at its remote.
    func deleteRemoteBranch(_ branch: GitBranch, in folder: String) async throws
    /// Merges a branch into the one that is checked out. Conflicts are no error: `changes` tells of them.
    func merge(_ branch: String, in folder: String) async throws
    /// Puts the commits of the branch that is checked out on top of another one. Conflicts are no error.
    func rebase(onto branch: String, in folder: String) async throws

    func stashes(in folder: String) async throws -> [GitStash]
    /// Puts all changes aside, untracked files too.
    func saveStash(_ message: String, in folder: String) async throws
    /// Brings changes back; they stay in the list unless `dropping`.
    func applyStash(_ stash: GitStash, dropping: Bool, in folder: String) async throws
    /// Deletes changes that were put aside.
    func dropStash(_ stash: GitStash, in folder: String) async throws
}

/// What goes over the network. Each tells how far it is until it is done; it stops when the reading task is cancelled.
public protocol TransferClient: Sendable {
    func transfer(_ transfer: GitTransfer, in folder: String) -> AsyncThrowingStream<GitProgress, any Error>
    /// Clones a repository to a path that must not exist.
    func clone(_ url: String, to path: String) -> AsyncThrowingStream<GitProgress, any Error>
    /// Makes a folder a repository.
    func makeRepository(_ folder: String) async throws
}

/// Who commits.
public protocol IdentityClient: Sendable {
    /// In the order in which they were made.
    func identities() async throws -> [GitIdentity]
    /// Throws `.invalidRequest` when name or address are missing.
    func createIdentity(_ identity: GitIdentity) async throws
    func updateIdentity(_ identity: GitIdentity) async throws
    func deleteIdentity(_ id: String) async throws
    /// What git is set to for all repositories.
    func globalIdentity() async throws -> CurrentIdentity
    /// Who commits in a folder now.
    func currentIdentity(in folder: String) async throws -> CurrentIdentity
    /// From now on commits in the folder are made so.
    func setIdentity(_ id: String, in folder: String) async throws
}
