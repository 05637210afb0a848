// A terminal's cells, and what is done there with keys and the pointer.
import AtelierKit
import SwiftUI

struct TerminalSurface: View {
    let model: TerminalModel
    let look: TerminalLook
    /// Keys go to it.
    let isFocused: Bool
    let focus: @MainActor () -> Void
    @FocusState private var hasKeys: Bool
    @AppStorage(TerminalDefaults.optionIsMeta) private var optionIsMeta = false
    @Environment(\.terminalPlatform) private var platform
    @Environment(\.desktop) private var desktop

    var body: some View {
        surface
            .onGeometryChange(for: CGSize.self, of: { $0.size }, action: resize)
            .dropDestination(for: URL.self) { urls, _ in drop(urls) }
            .accessibilityElement(children: .ignore)
            .accessibilityLabel("Terminal \(model.title)")
            .accessibilityValue(model.grid.text)
            .onChange(of: look, initial: true) {
                model.setLook(look.palette, cellWidth: Int(look.cell.width), cellHeight: Int(look.cell.height))
            }
    }

    @ViewBuilder private var surface: some View {
        if let platform {
            cells.overlay { platform.inputView(input) }
        } else {
            cells
                .focusable()
                .focused($hasKeys)
                .onKeyPress(phases: [.down, .repeat], action: press)
                .gesture(DragGesture(minimumDistance: 0).onChanged(select).onEnded(endSelecting))
                .pasteDestination(for: String.self) { model.paste($0.joined(separator: "\n")) }
                .onChange(of: isFocused, initial: true) { if isFocused { hasKeys = true } }
                .onChange(of: hasKeys) {
                    if hasKeys { focus() }
                    model.focus(hasKeys)
                }
        }
    }

    private var cells: some View {
        let state = model.grid.state
        let size = look.size(columns: state.columns, rows: state.rows)
        let drawing = TerminalDrawing(
            grid: model.grid,
            look: look,
            isFocused: isFocused && model.takesInput,
            match: model.search?.currentMatch
        )
        return ZStack(alignment: .topLeading) {
            Canvas { context, size in drawing.draw(in: &context, size) }
                .frame(width: size.width, height: size.height)
        }
        .frame(maxWidth: .infinity, maxHeight: .infinity, alignment: .topLeading)
        .background(Color(rgb: look.palette.ground(of: state)))
    }

    private var input: TerminalInput {
        TerminalInput(
            model: model,
            font: look.font,
            cell: look.cell,
            inset: TerminalLook.inset,
            optionIsMeta: optionIsMeta,
            isFocused: isFocused,
            focus: focus,
            copy: { desktop?.copy($0) }
        )
    }

    private func resize(_ size: CGSize) {
        let cells = look.cells(in: size)
        Task { await model.resize(columns: cells.columns, rows: cells.rows) }
    }

    private func press(_ press: KeyPress) -> KeyPress.Result {
        guard let key = TerminalKeyPress(press, optionIsMeta: optionIsMeta) else { return .ignored }
        model.press(key)
        return .handled
    }

    private func cell(_ point: CGPoint) -> (row: Int, column: Int, half: TerminalHalf) {
        look.cell(at: point, columns: model.grid.state.columns, rows: model.grid.state.rows)
    }

    /// A press alone takes the selection away; its first move begins another one.
    private func select(_ drag: DragGesture.Value) {
        guard drag.location != drag.startLocation else { return model.clearSelection() }
        let (start, end) = (cell(drag.startLocation), cell(drag.location))
        model.beginSelection(.cells, row: start.row, column: start.column, start.half)
        model.extendSelection(row: end.row, column: end.column, end.half)
    }

    private func endSelecting(_ drag: DragGesture.Value) { focus() }

    private func drop(_ urls: [URL]) -> Bool {
        let paths = urls.filter(\.isFileURL).map { $0.path(percentEncoded: false) }
        model.insert(paths: paths)
        return !paths.isEmpty && model.takesInput
    }
}
