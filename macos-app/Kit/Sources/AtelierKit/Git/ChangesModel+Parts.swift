// What is done by keys with parts of the file that is shown: with lines that are chosen, and hunk by hunk.
import Foundation

extension ChangesModel {
    /// Whether parts of the file that is shown can be staged or unstaged. New files and conflicts are staged as a whole.
    public var canStageParts: Bool {
        guard !isBusy, let selection, let diff, diff.isByLine else { return false }
        return selection.group == .staged || selection.group == .unstaged
    }

    public var canStageHunk: Bool { canStageParts && diff?.current != nil }

    /// What is not staged can be discarded.
    public var canDiscardHunk: Bool { canStageHunk && selection?.group == .unstaged }

    public var canStageLines: Bool { canStageParts && diff?.selection != nil }

    public var canDiscardLines: Bool { canStageLines && selection?.group == .unstaged }

    /// Stages or unstages the hunk that the keys are about.
    public func toggleStagedHunk() async {
        guard canStageHunk, let part = currentHunk else { return }
        await toggleStaged(part)
    }

    public func askToDiscardHunk() {
        guard canDiscardHunk, let part = currentHunk else { return }
        askToDiscard(part)
    }

    /// Stages or unstages the lines that are chosen.
    public func toggleStagedLines() async {
        guard canStageLines, let part = diff?.selection else { return }
        await toggleStaged(part)
    }

    public func askToDiscardLines() {
        guard canDiscardLines, let part = diff?.selection else { return }
        askToDiscard(part)
    }

    private var currentHunk: DiffSelection? { diff.flatMap { diff in diff.current.map { diff.selection(of: $0.id) } } }
}
