// What opens in front of a window: quick open, the search in its folder, and worktrees.
import AtelierKit
import SwiftUI

extension View {
    /// Shows the palettes of a window, and leads it where they lead.
    func windowSheets(
        finding: FindingModel,
        worktrees: WorktreesModel,
        library: LibraryModel,
        open: @escaping @MainActor (FoundPlace) -> Void
    ) -> some View {
        WindowSheets(finding: finding, worktrees: worktrees, library: library, open: open, content: self)
    }
}

private struct WindowSheets<Content: View>: View {
    @Bindable var finding: FindingModel
    @Bindable var worktrees: WorktreesModel
    let library: LibraryModel
    let open: @MainActor (FoundPlace) -> Void
    let content: Content

    var body: some View {
        content
            .focusedSceneValue(\.finding, finding)
            .focusedSceneValue(\.worktrees, worktrees)
            .sheet(item: $finding.palette) { palette in
                switch palette {
                case .quickOpen: QuickOpenView(finding: finding)
                case .search: ProjectSearchView(finding: finding)
                }
            }
            .sheet(isPresented: $worktrees.isShown) { WorktreesView(model: worktrees) }
            .onChange(of: finding.leadsTo) {
                if let place = finding.takeLead() { open(place) }
            }
            .onChange(of: worktrees.leadsTo) {
                if let session = worktrees.takeLead() { Task { await library.show(session) } }
            }
    }
}

extension FocusedValues {
    @Entry var finding: FindingModel?
    @Entry var worktrees: WorktreesModel?
}

// The items are views, because views are told when a model changes.

struct OpenQuicklyItem: View {
    @FocusedValue(\.library) private var library
    @FocusedValue(\.finding) private var finding

    var body: some View {
        Button("Open Quickly…") { finding?.show(.quickOpen, in: library?.chat?.project) }
            .keyboardShortcut("p")
            .disabled(finding == nil)
    }
}

struct FindInFolderItem: View {
    @FocusedValue(\.library) private var library
    @FocusedValue(\.finding) private var finding

    var body: some View {
        Button("Find in Folder…") { finding?.show(.search, in: library?.chat?.project) }
            .keyboardShortcut("f", modifiers: [.command, .shift])
            .disabled(finding == nil)
    }
}

struct WorktreesItem: View {
    @FocusedValue(\.library) private var library
    @FocusedValue(\.worktrees) private var worktrees

    var body: some View {
        Button("New Session in Worktree…") { worktrees?.show(in: library?.chat?.project) }
            .keyboardShortcut("n", modifiers: [.command, .option])
            .disabled(worktrees == nil)
    }
}
