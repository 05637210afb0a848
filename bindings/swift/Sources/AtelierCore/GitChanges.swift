// What is changed in a repository, of the real core.
internal import AtelierBindings
import AtelierKit

extension LiveClient {
    public func changes(in folder: String) async throws -> GitChanges? {
        do {
            return try await Self.rethrowing { GitChanges(try await core.gitChanges(directory: folder)) }
        } catch let error as WorkbenchError where error.message.contains("not a git repository") {
            return nil
        }
    }

    public func diff(
        of file: AtelierKit.ChangedFile,
        _ side: AtelierKit.DiffSide,
        in folder: String,
        context: Int,
        page: UInt64?
    ) async throws -> AtelierKit.FileDiff {
        try await Self.rethrowing {
            let diff = try await core.gitFileChanges(
                directory: folder,
                path: file.path,
                from: file.oldPath,
                side: DiffSide(side),
                context: UInt32(clamping: context),
                page: page ?? 0
            )
            return FileDiff(diff)
        }
    }

    public func stage(_ paths: [String], in folder: String) async throws {
        try await Self.rethrowing { try await core.stageFiles(directory: folder, files: paths) }
    }

    public func unstage(_ paths: [String], in folder: String) async throws {
        try await Self.rethrowing { try await core.unstageFiles(directory: folder, files: paths) }
    }

    public func discard(_ paths: [String], in folder: String) async throws -> [AtelierKit.Discarded] {
        try await Self.rethrowing {
            try await core.discardFiles(directory: folder, files: paths).map(Discarded.init)
        }
    }

    public func stage(_ part: AtelierKit.DiffSelection, in folder: String) async throws {
        try await Self.rethrowing { try await core.stageLines(directory: folder, part: DiffSelection(part)) }
    }

    public func unstage(_ part: AtelierKit.DiffSelection, in folder: String) async throws {
        try await Self.rethrowing { try await core.unstageLines(directory: folder, part: DiffSelection(part)) }
    }

    public func discard(_ part: AtelierKit.DiffSelection, in folder: String) async throws -> [AtelierKit.Discarded] {
        try await Self.rethrowing {
            [Discarded(try await core.discardLines(directory: folder, part: DiffSelection(part)))]
        }
    }

    public func restore(_ discarded: AtelierKit.Discarded, in folder: String) async throws {
        try await Self.rethrowing {
            try await core.restoreDiscarded(directory: folder, discarded: Discarded(discarded))
        }
    }

    public func versions(
        ofConflict path: String,
        in folder: String
    ) async throws -> AtelierKit.ConflictVersions {
        try await Self.rethrowing {
            let found = try await core.conflictVersions(directory: folder, path: path)
            let content = { (version: FileVersion) in
                AtelierKit.ConflictVersions.Content(version.text, isCut: version.cut)
            }
            return AtelierKit.ConflictVersions(
                base: found.base.map(content),
                ours: found.ours.map(content),
                theirs: found.theirs.map(content)
            )
        }
    }

    public func resolve(_ path: String, taking side: AtelierKit.ConflictSide, in folder: String) async throws {
        try await Self.rethrowing {
            try await core.resolveConflict(directory: folder, path: path, side: ConflictSide(side))
        }
    }

    public func restoreConflict(_ path: String, in folder: String) async throws -> AtelierKit.Discarded {
        try await Self.rethrowing { Discarded(try await core.restoreConflict(directory: folder, path: path)) }
    }

    public func commit(_ request: CommitRequest, in folder: String) async throws -> String {
        try await Self.rethrowing {
            guard !request.amends else {
                try await core.amendCommit(directory: folder, message: request.message)
                return try await core.gitGraph(directory: folder, after: nil).rows.first?.hash ?? ""
            }
            let hash = try await core.commitStaged(directory: folder, message: request.message)
            guard !hash.isEmpty else {
                throw WorkbenchError(.invalidRequest, "Nothing is staged; stage what shall be committed.")
            }
            return hash
        }
    }

    public func lastCommitMessage(in folder: String) async throws -> String {
        try await Self.rethrowing { try await core.lastCommitMessage(directory: folder) }
    }

    public func suggestCommitMessage(for paths: [String], in folder: String) async throws -> String {
        try await Self.rethrowing {
            let lines = try await core.generateCommitMessage(directory: folder, files: paths)
            guard let subject = lines.first else { return "" }
            let highlights = lines.dropFirst().map { "- \($0)" }
            return highlights.isEmpty ? subject : ([subject, ""] + highlights).joined(separator: "\n")
        }
    }

    public func continueOperation(in folder: String) async throws {
        try await Self.rethrowing { try await core.continueOperation(directory: folder) }
    }

    public func skipOperation(in folder: String) async throws {
        try await Self.rethrowing { try await core.skipOperation(directory: folder) }
    }

    public func abortOperation(in folder: String) async throws {
        try await Self.rethrowing { try await core.abortOperation(directory: folder) }
    }
}

// MARK: Values

extension GitChanges {
    fileprivate init(_ changes: AtelierBindings.Changes) {
        self.init(
            root: changes.root,
            branch: changes.branch,
            upstream: changes.upstream,
            ahead: changes.ahead,
            behind: changes.behind,
            operation: changes.operation.map(GitOperation.init),
            steps: changes.operationTotal > 0 ? GitSteps(changes.operationStep, of: changes.operationTotal) : nil,
            staged: changes.staged.map(ChangedFile.init),
            unstaged: changes.unstaged.map(ChangedFile.init),
            untracked: changes.untracked.map(ChangedFile.init),
            conflicts: changes.conflicts.map { Conflict($0.path, $0.kind.words) },
            settled: changes.settled,
            isPartial: changes.omitted > 0
        )
    }
}

extension AtelierKit.ChangedFile {
    init(_ file: AtelierBindings.ChangedFile) {
        self.init(file.path, FileChange(file.change), from: file.from, added: file.added, removed: file.removed)
    }
}

extension AtelierKit.FileChange {
    fileprivate init(_ change: AtelierBindings.FileChange) {
        self =
            switch change {
            case .added: .added
            case .modified: .modified
            case .deleted: .deleted
            case .renamed: .renamed
            case .copied: .copied
            case .typeChanged: .typeChanged
            case .untracked: .untracked
            case .conflicted: .conflicted
            }
    }
}

extension AtelierBindings.ConflictKind {
    fileprivate var words: String {
        switch self {
        case .bothDeleted: "both deleted"
        case .addedByUs: "added by us"
        case .deletedByThem: "deleted by them"
        case .addedByThem: "added by them"
        case .deletedByUs: "deleted by us"
        case .bothAdded: "both added"
        case .bothModified: "both modified"
        }
    }
}

extension AtelierKit.GitOperation {
    fileprivate init(_ operation: AtelierBindings.GitOperation) {
        self =
            switch operation {
            case .merge: .merge
            case .rebase: .rebase
            case .cherryPick: .cherryPick
            case .revert: .revert
            case .bisect: .bisect
            case .apply: .applyMailbox
            }
    }
}

extension AtelierKit.Discarded {
    fileprivate init(_ discarded: AtelierBindings.Discarded) {
        self.init(path: discarded.path, blob: discarded.blob, mode: discarded.mode, left: discarded.left)
    }
}

extension AtelierBindings.Discarded {
    fileprivate init(_ discarded: AtelierKit.Discarded) {
        self.init(path: discarded.path, blob: discarded.blob, mode: discarded.mode, left: discarded.left)
    }
}

extension AtelierBindings.ConflictSide {
    fileprivate init(_ side: AtelierKit.ConflictSide) {
        self =
            switch side {
            case .ours: .ours
            case .theirs: .theirs
            case .asItIs: .asItIs
            }
    }
}
