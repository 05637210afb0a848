// Files in conflict, and what a repository is in the middle of.
import Foundation

extension ChangesModel {
    /// Asks, then takes one side of a file in conflict.
    public func askToResolve(_ path: String, taking version: ConflictVersion) {
        guard let side = version.side else { return }
        question = Question(
            "Use \(version == .ours ? "ours" : "theirs") for “\(path.pathName)”?",
            "The whole file becomes that of \(meaning(of: version)). "
                + "What you have changed in it to resolve the conflict is lost. “Restore Conflict” only brings back the "
                + "conflict itself.",
            version == .ours ? "Use Ours" : "Use Theirs"
        ) { [weak self] in
            guard let self else { return }
            await act { try await self.client.resolve(path, taking: side, in: self.folder) }
        }
    }

    /// The person has resolved the conflict in the file.
    public func markResolved(_ path: String) async {
        await act { try await client.resolve(path, taking: .asItIs, in: folder) }
    }

    /// Files whose conflict can be restored.
    public var settled: [String] { changes?.settled ?? [] }

    /// Asks, then makes a settled file one in conflict again.
    public func askToRestoreConflict(_ path: String) {
        question = Question(
            "Restore the conflict in “\(path.pathName)”?",
            "The file gets git’s marks again and has to be resolved anew. "
                + "Undo Discard brings back what it holds now, until Atelier quits.",
            "Restore Conflict"
        ) { [weak self] in
            guard let self else { return }
            await act { self.discarded = [try await self.client.restoreConflict(path, in: self.folder)] }
        }
    }

    /// What git calls “ours” and “theirs” depends on what is under way.
    public func meaning(of version: ConflictVersion) -> String {
        switch (version, changes?.operation) {
        case (.base, _): "what both began with"
        case (.ours, .rebase), (.ours, .applyMailbox): "what your commits are put on"
        case (.ours, _): changes?.branch ?? "what is checked out"
        case (.theirs, .rebase): "your commit"
        case (.theirs, .cherryPick): "the commit that is repeated"
        case (.theirs, .revert): "the time before the commit"
        case (.theirs, .applyMailbox): "the patch"
        case (.theirs, .merge): "the branch that is merged in"
        case (.theirs, _): "what is brought in"
        }
    }

    // MARK: What is under way

    public var canContinue: Bool { changes?.operation != nil && files(.conflicts).isEmpty && !isBusy }

    public func continueOperation() async { await act { try await client.continueOperation(in: folder) } }

    public var canSkip: Bool { changes?.operation?.hasCommits == true && !isBusy }

    /// Asks, then leaves out the commit that is being repeated.
    public func askToSkip() {
        guard canSkip, let operation = changes?.operation else { return }
        question = Question(
            "Skip this commit?",
            "The \(operation.title) goes on without it. What you have changed to resolve its conflicts is lost.",
            "Skip Commit"
        ) { [weak self] in
            guard let self else { return }
            await act { try await self.client.skipOperation(in: self.folder) }
        }
    }

    /// Asks, then gives up.
    public func askToAbort() {
        guard let operation = changes?.operation else { return }
        question = Question(
            "Give up the \(operation.title)?",
            "The repository goes back to where it was before. What was resolved so far is lost.",
            "Give Up"
        ) { [weak self] in
            guard let self else { return }
            await act { try await self.client.abortOperation(in: self.folder) }
        }
    }
}

extension ConflictVersion {
    /// Nil for what both began with: that is no outcome.
    fileprivate var side: ConflictSide? {
        switch self {
        case .base: nil
        case .ours: .ours
        case .theirs: .theirs
        }
    }
}

extension GitOperation {
    /// In a sentence.
    public var title: String {
        switch self {
        case .merge: "merge"
        case .rebase: "rebase"
        case .cherryPick: "cherry-pick"
        case .revert: "revert"
        case .bisect: "bisect"
        case .applyMailbox: "application of patches"
        }
    }

    /// It repeats commits, one of which can be left out.
    fileprivate var hasCommits: Bool {
        switch self {
        case .rebase, .cherryPick, .revert, .applyMailbox: true
        case .merge, .bisect: false
        }
    }
}
