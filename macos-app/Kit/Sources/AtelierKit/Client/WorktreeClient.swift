// What a person can do with working trees.

/// The part of the core that is about working trees. A folder that is in no repository, or that the person has not
/// allowed, is refused with `.invalidRequest`.
public protocol WorktreeClient: Sendable {
    /// The working trees of a repository, the main one first.
    func worktrees(of folder: String) async throws -> [Worktree]

    /// Makes a working tree with a branch of its own, named after what it is about, and a session in it. Nothing is run.
    func createWorktreeSession(about name: String, in folder: String) async throws -> WorktreeSession

    /// Keeps whether the project's script may be run. Throws `.invalidRequest` when it is another by now.
    func allowSetup(_ script: String, _ isAllowed: Bool, of folder: String) async throws

    /// Prepares a working tree by the script, ten minutes at most.
    func runSetup(of folder: String, in worktree: String) async throws -> SetupOutcome

    /// What a working tree has that the folder has not.
    func state(ofWorktree path: String, beside folder: String) async throws -> WorktreeState

    /// Merges the branch of a working tree into what is checked out in the folder; `asOneChange`: staged, for one commit.
    /// Throws `.invalidRequest` while something in it is not committed.
    func merge(worktree path: String, into folder: String, asOneChange: Bool) async throws -> WorktreeMerge

    /// The page where a pull request for a branch is opened; nil where the remote has none.
    func pullRequestPage(for branch: String, of folder: String) async throws -> String?

    /// Removes a working tree and deletes its branch. Changes and commits that are nowhere else are a refusal with
    /// `.invalidRequest`, unless `losingWork`. `deletingRemoteBranch`: the branch of that name at `origin` goes as well;
    /// that this failed is no failure. Throws `.sessionBusy` while an agent works there.
    func archive(
        worktree path: String,
        of folder: String,
        losingWork: Bool,
        deletingRemoteBranch: Bool
    ) async throws
}
