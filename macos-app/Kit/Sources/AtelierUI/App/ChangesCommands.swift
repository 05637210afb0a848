// The menu items of the Changes section.
import AtelierKit
import SwiftUI

/// What is staged, unstaged and discarded: everything that is chosen in the list.
struct StagingItems: View {
    let changes: ChangesModel?

    var body: some View {
        Button(isStaged ? "Unstage" : "Stage") { Task { await changes?.toggleStaged() } }
            .keyboardShortcut("s", modifiers: [.command, .option])
            .disabled(changes?.canToggleStaged != true)
        Button("Stage All") { Task { await changes?.stageAll() } }
            .disabled(changes?.canStageAll != true)
        Button("Unstage All") { Task { await changes?.unstageAll() } }
            .disabled(changes?.canUnstageAll != true)
        Button("Discard Changes…", role: .destructive) { changes?.askToDiscardChosen() }
            .keyboardShortcut(.delete, modifiers: [.command, .option])
            .disabled(changes?.canDiscardChosen != true)
        Button("Undo Discard") { Task { await changes?.restoreDiscarded() } }
            .disabled(changes?.canRestore != true)
        Toggle("Show Folders", isOn: Binding(get: { changes?.isTree == true }, set: { changes?.isTree = $0 }))
            .disabled(changes == nil)
    }

    private var isStaged: Bool { changes.map { $0.isAllStaged($0.chosen) } == true }
}

/// What is done with parts of the file that is shown.
struct HunkItems: View {
    let changes: ChangesModel?

    private var verb: String { changes?.selection?.group == .staged ? "Unstage" : "Stage" }

    var body: some View {
        Button("Next Hunk") { changes?.diff?.goToNextHunk() }
            .keyboardShortcut(.downArrow, modifiers: [.command, .option])
            .disabled(changes?.diff?.canGoToNextHunk != true)
        Button("Previous Hunk") { changes?.diff?.goToPreviousHunk() }
            .keyboardShortcut(.upArrow, modifiers: [.command, .option])
            .disabled(changes?.diff?.canGoToPreviousHunk != true)
        Button("\(verb) Hunk") { Task { await changes?.toggleStagedHunk() } }
            .keyboardShortcut("s", modifiers: [.command, .option, .shift])
            .disabled(changes?.canStageHunk != true)
        Button("Discard Hunk…", role: .destructive) { changes?.askToDiscardHunk() }
            .disabled(changes?.canDiscardHunk != true)
        Button("\(verb) Chosen Lines") { Task { await changes?.toggleStagedLines() } }
            .keyboardShortcut("s", modifiers: [.command, .control])
            .disabled(changes?.canStageLines != true)
        Button("Discard Chosen Lines…", role: .destructive) { changes?.askToDiscardLines() }
            .disabled(changes?.canDiscardLines != true)
    }
}
