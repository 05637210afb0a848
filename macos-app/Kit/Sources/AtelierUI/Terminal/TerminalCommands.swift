// The menu of terminals. Every action of their views is here too, with its shortcut.
import AtelierKit
import SwiftUI

struct TerminalCommands: Commands {
    let desktop: (any Desktop)?

    var body: some Commands {
        CommandMenu("Shell") {
            TabItems()
            Divider()
            ScreenItems(desktop: desktop)
            Divider()
            FindItems()
            Divider()
            ScrollItems()
            Divider()
            FontItems()
        }
    }
}

private struct TabItems: View {
    @FocusedValue(\.workspaces) private var workspaces
    @FocusedValue(\.workspace) private var workspace
    @FocusedValue(\.terminals) private var terminals

    var body: some View {
        Button(workspaces?.section == .terminal ? "Hide Terminal" : "Show Terminal") { workspaces?.toggleTerminal() }
            .keyboardShortcut("`", modifiers: .control)
            .disabled(workspaces == nil || workspace == nil)
        Button("New Terminal Tab") { Task { await terminals?.newTab() } }
            .keyboardShortcut("t")
            .disabled(terminals == nil)
        Button("Split Right") { Task { await terminals?.split(.horizontal) } }
            .keyboardShortcut("d")
            .disabled(terminals?.focused == nil)
        Button("Split Down") { Task { await terminals?.split(.vertical) } }
            .keyboardShortcut("d", modifiers: [.command, .shift])
            .disabled(terminals?.focused == nil)
        Group {
            Button("Enlarge Pane") { terminals?.grow(by: 0.05) }
                .keyboardShortcut("=", modifiers: [.command, .control])
            Button("Reduce Pane") { terminals?.grow(by: -0.05) }
                .keyboardShortcut("-", modifiers: [.command, .control])
            Button("Even Out Panes") { terminals?.evenOut() }
        }
        .disabled((terminals?.selectedTab?.layout.panes.count ?? 0) < 2)
        Button("Close Pane") { Task { await terminals?.closeFocused() } }
            .keyboardShortcut("w", modifiers: [.command, .control])
            .disabled(terminals?.focused == nil)
        Divider()
        Button("Next Tab") { terminals?.selectTab(offset: 1) }
            .keyboardShortcut("]", modifiers: [.command, .shift])
            .disabled((terminals?.tabs.count ?? 0) < 2)
        Button("Previous Tab") { terminals?.selectTab(offset: -1) }
            .keyboardShortcut("[", modifiers: [.command, .shift])
            .disabled((terminals?.tabs.count ?? 0) < 2)
        Button("Next Pane") { terminals?.focusPane(offset: 1) }
            .keyboardShortcut("]")
            .disabled((terminals?.selectedTab?.layout.panes.count ?? 0) < 2)
        Button("Previous Pane") { terminals?.focusPane(offset: -1) }
            .keyboardShortcut("[")
            .disabled((terminals?.selectedTab?.layout.panes.count ?? 0) < 2)
    }
}

private struct ScreenItems: View {
    let desktop: (any Desktop)?
    @FocusedValue(\.terminals) private var terminals
    @FocusedValue(\.askAgent) private var askAgent

    private var terminal: TerminalModel? { terminals?.focused }

    var body: some View {
        Button("Ask the Agent About This Output") { ask() }
            .keyboardShortcut("a", modifiers: [.command, .option])
            .disabled(terminal == nil || askAgent == nil)
        if let desktop {
            Button("Copy Selection") { if let text = terminal?.selectedText() { desktop.copy(text) } }
                .disabled(terminal?.hasSelection != true)
        }
        Button("Select Everything") { terminal?.selectAll() }
            .disabled(terminal == nil)
        Button("Open Selected Address…") { openSelected() }
            .disabled(terminal?.hasSelection != true)
        Button("Clear") { terminal?.clear() }
            .keyboardShortcut("k")
            .disabled(terminal?.takesInput != true)
    }

    private func ask() {
        Task { if let block = await terminal?.askable() { askAgent?.action(block) } }
    }

    /// What a click with Command does.
    private func openSelected() {
        guard let terminal, let start = terminal.grid.state.selected?.start else { return }
        guard let row = terminal.grid.row(ofLine: start.line) else { return }
        Task { _ = await terminal.askToOpen(row: row, column: start.column) }
    }
}

private struct FindItems: View {
    @FocusedValue(\.terminals) private var terminals

    private var search: TerminalSearch? { terminals?.focused?.search }

    var body: some View {
        Button("Find…") { terminals?.focused?.beginSearch() }
            // Where no terminal is shown, it is that of sessions.
            .keyboardShortcut(terminals == nil ? nil : KeyboardShortcut("f"))
            .disabled(terminals?.focused == nil)
        Button("Find Previous") { Task { await search?.step(older: true) } }
            .keyboardShortcut("g")
            .disabled(search?.matches.isEmpty != false)
        Button("Find Next") { Task { await search?.step(older: false) } }
            .keyboardShortcut("g", modifiers: [.command, .shift])
            .disabled(search?.matches.isEmpty != false)
    }
}

private struct ScrollItems: View {
    @FocusedValue(\.terminals) private var terminals

    private var terminal: TerminalModel? { terminals?.focused }

    var body: some View {
        Group {
            Button("Page Up") { terminal?.scroll(pages: 1) }
                .keyboardShortcut(.pageUp)
            Button("Page Down") { terminal?.scroll(pages: -1) }
                .keyboardShortcut(.pageDown)
            Button("Oldest Line") { terminal?.scrollToTop() }
                .keyboardShortcut(.home)
            Button("Newest Line") { terminal?.scrollToEnd() }
                .keyboardShortcut(.end)
            Button("Previous Prompt") { terminal?.showPrompt(older: true) }
                .keyboardShortcut(.upArrow)
            Button("Next Prompt") { terminal?.showPrompt(older: false) }
                .keyboardShortcut(.downArrow)
        }
        .disabled(terminal == nil)
    }
}

private struct FontItems: View {
    @FocusedValue(\.terminals) private var terminals
    @AppStorage(TerminalDefaults.size) private var size = TerminalDefaults.usualSize

    var body: some View {
        Group {
            Button("Bigger Text") { size = min(size + 1, TerminalDefaults.sizes.upperBound) }
                .keyboardShortcut("+")
            Button("Smaller Text") { size = max(size - 1, TerminalDefaults.sizes.lowerBound) }
                .keyboardShortcut("-")
            Button("Usual Text Size") { size = TerminalDefaults.usualSize }
                .keyboardShortcut("0")
        }
        .disabled(terminals == nil)
    }
}
