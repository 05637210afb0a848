// The terminals of a project: tabs above, and the panes of the tab in front.
import AtelierKit
import SwiftUI

struct TerminalsView: View {
    @Bindable var model: TerminalsModel
    /// Puts a block into the prompt of the session.
    let ask: @MainActor (String) -> Void
    @AppStorage(TerminalDefaults.scrollback) private var scrollback = TerminalDefaults.usualScrollback
    @AppStorage(TerminalDefaults.arrangements) private var arrangements = TerminalArrangements()

    var body: some View {
        VStack(spacing: 0) {
            TerminalTabs(model: model, ask: ask)
            Divider()
            if let problem = model.problem {
                ProblemBanner(message: problem, dismiss: { model.problem = nil })
                    .padding(.top, 8)
            }
            if let tab = model.selectedTab {
                TerminalPanes(model: model, layout: tab.layout, focused: tab.focused)
                    .id(tab.id)
                    .frame(maxWidth: .infinity, maxHeight: .infinity)
            } else {
                empty
            }
        }
        .focusedSceneValue(\.terminals, model)
        .focusedSceneValue(\.askAgent, AskAgent(action: ask))
        .task(id: scrollback) { await model.keep(lines: scrollback) }
        .task { await model.openFirst(as: arrangements[model.folder]) }
        .onChange(of: model.wishes) { Task { await model.openFirst(as: arrangements[model.folder]) } }
        .onChange(of: model.arrangement) {
            if let arrangement = model.arrangement { arrangements[model.folder] = arrangement }
        }
    }

    @ViewBuilder private var empty: some View {
        if model.isOpening {
            ProgressView("Starting a shell…")
                .frame(maxWidth: .infinity, maxHeight: .infinity)
        } else {
            ContentUnavailableView {
                Label("No Terminal", systemImage: "terminal")
            } description: {
                Text("A terminal runs your shell in this session’s folder.")
            } actions: {
                Button("New Terminal") { Task { await model.newTab() } }
            }
        }
    }
}

/// The tabs, and what makes more of them.
private struct TerminalTabs: View {
    let model: TerminalsModel
    let ask: @MainActor (String) -> Void

    var body: some View {
        HStack(spacing: 6) {
            // As many as there are; the buttons beside them stay in sight.
            ScrollView(.horizontal) {
                HStack(spacing: 6) {
                    ForEach(model.tabs) { tab in
                        HStack(spacing: 4) {
                            if model.hasRung(tab) {
                                Image(systemName: "bell.fill")
                                    .foregroundStyle(.orange)
                                    .accessibilityLabel("Rang")
                            }
                            Toggle(
                                isOn: Binding(
                                    get: { model.selection == tab.id },
                                    set: { _ in model.selection = tab.id }
                                )
                            ) {
                                Text(verbatim: model.title(of: tab))
                                    .lineLimit(1)
                            }
                            .toggleStyle(.button)
                            .help(model.details(of: tab))
                            Button("Close \(model.title(of: tab))", systemImage: "xmark") {
                                Task { await model.close(tab: tab.id) }
                            }
                            .labelStyle(.iconOnly)
                            .buttonStyle(.borderless)
                            .help("End this tab’s shells")
                        }
                    }
                    Button("New Terminal Tab", systemImage: "plus") { Task { await model.newTab() } }
                        .labelStyle(.iconOnly)
                        .buttonStyle(.borderless)
                        .help("New Terminal Tab")
                        .disabled(model.isOpening)
                }
            }
            .scrollIndicators(.never)
            .frame(maxWidth: .infinity)
            Button("Ask the Agent About This Output", systemImage: "text.bubble") {
                Task { if let block = await model.focused?.askable() { ask(block) } }
            }
            .labelStyle(.iconOnly)
            .help("Put what is selected, or what the last command printed, into the prompt")
            .disabled(model.focused == nil)
            Button("Split Right", systemImage: "rectangle.split.2x1") { Task { await model.split(.horizontal) } }
                .labelStyle(.iconOnly)
                .help("Split Right")
                .disabled(model.focused == nil || model.isOpening)
            Button("Split Down", systemImage: "rectangle.split.1x2") { Task { await model.split(.vertical) } }
                .labelStyle(.iconOnly)
                .help("Split Down")
                .disabled(model.focused == nil || model.isOpening)
        }
        .padding(8)
    }
}

/// A pane, or two parts with a divider that can be dragged.
private struct TerminalPanes: View {
    let model: TerminalsModel
    let layout: TerminalLayout<UUID>
    let focused: UUID

    var body: some View {
        switch layout {
        case .pane(let pane):
            if let terminal = model.model(of: pane) {
                TerminalPane(
                    model: terminal,
                    isFocused: pane == focused,
                    focus: { model.focus(pane) },
                    close: { Task { await model.close(pane) } }
                )
                .frame(maxWidth: .infinity, maxHeight: .infinity)
            }
        case .split(let axis, let share, let first, let second):
            TerminalSplitView(axis: axis, share: share) { share in
                if let pane = second.panes.first { model.share(share, before: pane) }
            } first: {
                part(first)
            } second: {
                part(second)
            }
        }
    }

    /// Views that contain themselves need a type of their own in between.
    private func part(_ layout: TerminalLayout<UUID>) -> AnyView {
        AnyView(TerminalPanes(model: model, layout: layout, focused: focused))
    }
}

/// Puts a block of a terminal's into the prompt of the session in front.
struct AskAgent {
    let action: @MainActor (String) -> Void
}

extension FocusedValues {
    /// The terminals that the window in front shows.
    @Entry var terminals: TerminalsModel?
    @Entry var askAgent: AskAgent?
}

extension EnvironmentValues {
    /// Shows what a command of the agent prints in a terminal; nil where there is none.
    @Entry var showInTerminal: (@MainActor (ChatCall) -> Void)? = nil
}

#Preview("Splits") {
    TerminalsView(model: PreviewData.splitTerminals, ask: { _ in })
        .frame(width: 900, height: 560)
}

#Preview("No terminal") {
    TerminalsView(model: PreviewData.brokenTerminals, ask: { _ in })
        .frame(width: 800, height: 480)
}
