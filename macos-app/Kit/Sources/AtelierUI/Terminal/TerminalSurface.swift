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
    /// Whether a cursor that blinks is seen.
    @State private var isLit = true
    /// The program took the press that a drag began with.
    @State private var isReporting = false
    @AppStorage(TerminalDefaults.optionIsMeta) private var optionIsMeta = false
    @AppStorage(TerminalDefaults.blinks) private var mayBlink = true
    @Environment(\.accessibilityReduceMotion) private var reduceMotion
    /// What the wheel was turned by that is no line yet.
    @State private var turned: CGFloat = 0
    @Environment(\.terminalPlatform) private var platform
    @Environment(\.terminalWheel) private var wheel
    @Environment(\.desktop) private var desktop

    var body: some View {
        surface
            .onGeometryChange(for: CGSize.self, of: { $0.size }, action: resize)
            .dropDestination(for: URL.self) { urls, _ in drop(urls) }
            .accessibilityElement(children: .ignore)
            .accessibilityLabel("Terminal \(model.title)")
            .accessibilityValue(model.grid.text)
            .task(id: blinking) { await blink() }
            .onChange(of: look, initial: true) {
                model.setLook(look.palette, cellWidth: Int(look.cell.width), cellHeight: Int(look.cell.height))
            }
    }

    @ViewBuilder private var surface: some View {
        if let platform {
            platform.screenView(input)
                .background(Color(rgb: picture.ground))
        } else {
            canvas
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

    @ViewBuilder private var canvas: some View {
        if let wheel {
            wheel(AnyView(TerminalCanvas(picture: picture)), turn)
        } else {
            TerminalCanvas(picture: picture)
        }
    }

    private var picture: TerminalPicture {
        TerminalPicture(
            grid: model.grid,
            look: look,
            isFocused: isFocused && model.takesInput,
            isLit: isLit,
            match: model.search?.currentMatch
        )
    }

    /// What the blinking begins anew with: a cursor that has just moved is seen. Nil where nothing blinks.
    private var blinking: TerminalCursor? {
        let cursor = model.grid.state.cursor
        return mayBlink && !reduceMotion && isFocused && model.takesInput && cursor.isBlinking ? cursor : nil
    }

    private func blink() async {
        isLit = true
        while blinking != nil, (try? await Task.sleep(for: .milliseconds(530))) != nil { isLit.toggle() }
    }

    private var input: TerminalInput {
        TerminalInput(
            model: model,
            picture: picture,
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

    private func report(_ action: TerminalMouse.Action, at point: CGPoint) -> Bool {
        let place = cell(point)
        return model.report(TerminalMouse(action, .left, row: place.row, column: place.column))
    }

    /// The mouse is the program's if it wants it. Else a press alone takes the selection away, and its first move begins
    /// another one.
    private func select(_ drag: DragGesture.Value) {
        if isReporting {
            _ = report(.move, at: drag.location)
            return
        }
        guard drag.location != drag.startLocation else {
            isReporting = model.grid.state.wantsMouse && report(.press, at: drag.location)
            return isReporting ? () : model.clearSelection()
        }
        let (start, end) = (cell(drag.startLocation), cell(drag.location))
        model.beginSelection(.cells, row: start.row, column: start.column, start.half)
        model.extendSelection(row: end.row, column: end.column, end.half)
    }

    private func endSelecting(_ drag: DragGesture.Value) {
        if isReporting { _ = report(.release, at: drag.location) }
        isReporting = false
        focus()
    }

    private func turn(_ points: CGFloat, at place: CGPoint) {
        turned += points / look.cell.height
        let lines = Int(turned)
        turned -= CGFloat(lines)
        let cell = cell(place)
        model.wheel(lines, row: cell.row, column: cell.column)
    }

    private func drop(_ urls: [URL]) -> Bool {
        let paths = urls.filter(\.isFileURL).map { $0.path(percentEncoded: false) }
        model.insert(paths: paths)
        return !paths.isEmpty && model.takesInput
    }
}
