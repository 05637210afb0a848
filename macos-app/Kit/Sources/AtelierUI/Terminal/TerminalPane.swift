// One terminal with what is told about it: how it ended, what went wrong, what is looked for, what is asked.
import AtelierKit
import SwiftUI

struct TerminalPane: View {
    @Bindable var model: TerminalModel
    let isFocused: Bool
    let focus: @MainActor () -> Void
    let close: @MainActor () -> Void
    @AppStorage(TerminalDefaults.family) private var family = ""
    @AppStorage(TerminalDefaults.size) private var fontSize = TerminalDefaults.usualSize
    @AppStorage(TerminalDefaults.theme) private var theme = TerminalTheme.system
    @AppStorage(TerminalDefaults.cursor) private var cursor = TerminalCursorStyle.program
    @Environment(\.colorScheme) private var scheme
    @Environment(\.terminalPlatform) private var platform
    @Environment(\.desktop) private var desktop

    var body: some View {
        VStack(spacing: 0) {
            if let search = model.search { TerminalSearchBar(search: search, close: model.endSearch) }
            TerminalSurface(model: model, look: look, isFocused: isFocused, focus: focus)
                // What is shown of another terminal is another picture.
                .id(model.id)
            if let notice = model.notice {
                TerminalNoticeBar(text: notice, canClose: !model.takesInput, close: close)
            }
            if let problem = model.problem {
                ProblemBanner(message: problem, dismiss: { model.problem = nil })
                    .padding(.top, 8)
            }
        }
        .task { await model.follow() }
        .asking(model)
        .confirmationDialog(
            "Open This Address?",
            isPresented: Binding(get: { model.opening != nil }, set: { if !$0 { model.opening = nil } }),
            titleVisibility: .visible,
            presenting: model.opening
        ) { address in
            Button("Open") { open(address) }
            Button("Cancel", role: .cancel) {}
        } message: { address in
            Text(verbatim: address.shown)
        }
        .onChange(of: model.copied) {
            if let copied = model.copied { desktop?.copy(copied) }
            model.copied = nil
        }
        .onChange(of: model.notice) {
            if let notice = model.notice { AccessibilityNotification.Announcement(notice).post() }
        }
    }

    private var look: TerminalLook {
        let font = TerminalFont(family: family, size: fontSize)
        // What fonts of fixed width measure, where nobody can be asked.
        let usual = CGSize(width: fontSize * 0.602, height: (fontSize * 1.25).rounded())
        return TerminalLook(
            font: font,
            palette: theme.palette(in: scheme),
            cursor: cursor,
            cell: platform?.cellSize(of: font) ?? usual
        )
    }

    private func open(_ address: TerminalAddress) {
        switch address.target {
        case .address(let text): desktop?.open(address: text)
        case .file(let path): desktop?.reveal(path: path)
        }
    }
}

/// How the program ended, or that it is started anew.
private struct TerminalNoticeBar: View {
    let text: String
    let canClose: Bool
    let close: @MainActor () -> Void

    var body: some View {
        HStack {
            Label {
                Text(verbatim: text)
            } icon: {
                Image(systemName: "terminal")
            }
            .foregroundStyle(.secondary)
            Spacer()
            if canClose { Button("Close Pane") { close() } }
        }
        .padding(8)
        .background(.bar)
    }
}

/// What is looked for, above what is shown.
private struct TerminalSearchBar: View {
    @Bindable var search: TerminalSearch
    let close: @MainActor () -> Void
    @FocusState private var isFocused: Bool

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            HStack(spacing: 8) {
                TextField("Find in Terminal", text: $search.text)
                    .textFieldStyle(.roundedBorder)
                    .autocorrectionDisabled()
                    .focused($isFocused)
                    .onSubmit { Task { await search.step(older: true) } }
                    .onKeyPress(.escape) {
                        close()
                        return .handled
                    }
                Text(verbatim: search.summary)
                    .foregroundStyle(.secondary)
                    .monospacedDigit()
                    .fixedSize()
                Button("Previous Match", systemImage: "chevron.up") { Task { await search.step(older: true) } }
                    .labelStyle(.iconOnly)
                    .disabled(search.matches.isEmpty)
                Button("Next Match", systemImage: "chevron.down") { Task { await search.step(older: false) } }
                    .labelStyle(.iconOnly)
                    .disabled(search.matches.isEmpty)
                Button("Close Search", systemImage: "xmark") { close() }
                    .labelStyle(.iconOnly)
                    .buttonStyle(.borderless)
            }
            // In a line of their own: panes are narrow.
            HStack(spacing: 12) {
                Toggle("Match Case", isOn: $search.matchesCase)
                Toggle("Regular Expression", isOn: $search.isRegularExpression)
            }
            .lineLimit(1)
            .controlSize(.small)
            FieldProblem(message: search.problem)
        }
        .padding(8)
        .background(.bar)
        .task(id: search.pattern) { await search.find() }
        .onAppear { isFocused = true }
    }
}

#Preview("Shell") {
    TerminalsView(model: PreviewData.terminals, ask: { _ in })
        .frame(width: 800, height: 480)
}
