// Draws a terminal's cells.
import AtelierKit
import SwiftUI

/// One picture of a grid. All of a terminal is drawn by one canvas, run by run.
struct TerminalDrawing {
    let grid: TerminalGrid
    let look: TerminalLook
    let isFocused: Bool
    /// What was searched for and is shown.
    var match: TerminalRange?

    private var cell: CGSize { look.cell }

    func draw(in context: inout GraphicsContext, _ size: CGSize) {
        let ground = look.palette.ground(of: grid.state)
        context.fill(Path(CGRect(origin: .zero, size: size)), with: .color(Color(rgb: ground)))
        for (row, cells) in grid.rows.enumerated() {
            let runs = cells.runs
            for run in runs { drawBackground(of: run, row, &context) }
            drawMarks(row, &context)
            for run in runs { drawText(of: run, row, &context) }
        }
        drawCursor(ground, &context)
    }

    private func rect(_ row: Int, _ column: Int, width: Int) -> CGRect {
        CGRect(
            x: TerminalLook.inset + CGFloat(column) * cell.width,
            y: TerminalLook.inset + CGFloat(row) * cell.height,
            width: CGFloat(width) * cell.width,
            height: cell.height
        )
    }

    private func ink(of style: TerminalStyle) -> TerminalInk { look.palette.ink(of: style, on: grid.state) }

    private func drawBackground(of run: TerminalRun, _ row: Int, _ context: inout GraphicsContext) {
        guard let background = ink(of: run.style).background else { return }
        context.fill(Path(rect(row, run.column, width: run.width)), with: .color(Color(rgb: background)))
    }

    /// What is selected, and what was found.
    private func drawMarks(_ row: Int, _ context: inout GraphicsContext) {
        let line = grid.line(ofRow: row)
        let marks = [(grid.state.selected, Color(rgb: look.palette.selection)), (match, Color.orange.opacity(0.55))]
        for (range, color) in marks {
            guard let columns = range?.columns(of: line, in: grid.state.columns) else { continue }
            context.fill(Path(rect(row, columns.lowerBound, width: columns.count)), with: .color(color))
        }
    }

    private func drawText(of run: TerminalRun, _ row: Int, _ context: inout GraphicsContext) {
        let (ink, box) = (ink(of: run.style), rect(row, run.column, width: run.width))
        let color = Color(rgb: ink.foreground)
        if !run.text.allSatisfy({ $0 == " " }) {
            let text = Text(verbatim: run.text)
                .font(look.font.font)
                .foregroundStyle(color)
                .bold(run.style.attributes.contains(.bold))
                .italic(run.style.attributes.contains(.italic))
            context.draw(text, at: box.origin, anchor: .topLeading)
        }
        if run.style.attributes.contains(.struck) {
            context.fill(Path(CGRect(x: box.minX, y: box.midY, width: box.width, height: 1)), with: .color(color))
        }
        let underline =
            run.style.attributes.underline == .none && run.style.isLink
            ? .dotted
            : run.style.attributes.underline
        drawUnderline(underline, below: box, Color(rgb: ink.underline), &context)
    }

    private func drawUnderline(
        _ underline: TerminalUnderline,
        below box: CGRect,
        _ color: Color,
        _ context: inout GraphicsContext
    ) {
        let y = box.maxY - 2
        func line(_ y: CGFloat, dash: CGFloat? = nil, gap: CGFloat = 0) {
            guard let dash else {
                return context.fill(Path(CGRect(x: box.minX, y: y, width: box.width, height: 1)), with: .color(color))
            }
            for x in stride(from: box.minX, to: box.maxX, by: dash + gap) {
                let width = min(dash, box.maxX - x)
                context.fill(Path(CGRect(x: x, y: y, width: width, height: 1)), with: .color(color))
            }
        }
        switch underline {
        case .none: break
        case .single: line(y)
        case .double:
            line(y)
            line(y - 2)
        case .dotted: line(y, dash: 1, gap: 2)
        case .dashed: line(y, dash: 4, gap: 3)
        case .curly:
            let wave = Path { path in
                path.move(to: CGPoint(x: box.minX, y: y))
                for x in stride(from: box.minX, to: box.maxX, by: 4) {
                    path.addCurve(
                        to: CGPoint(x: x + 4, y: y),
                        control1: CGPoint(x: x + 1.5, y: y - 2.5),
                        control2: CGPoint(x: x + 2.5, y: y + 2.5)
                    )
                }
            }
            context.stroke(wave, with: .color(color), lineWidth: 1)
        }
    }

    private func drawCursor(_ ground: UInt32, _ context: inout GraphicsContext) {
        guard let row = grid.cursorRow, grid.rows[row].count > 0 else { return }
        let column = min(grid.state.cursor.column, grid.rows[row].count - 1)
        let run = grid.rows[row].runs.first { $0.column == column && $0.width == 2 }
        let box = rect(row, column, width: run?.width ?? 1)
        let color = Color(rgb: grid.state.colours[258] ?? look.palette.cursor)
        guard isFocused else {
            let inner = CGRect(x: box.minX + 0.5, y: box.minY + 0.5, width: box.width - 1, height: box.height - 1)
            return context.stroke(Path(inner), with: .color(color), lineWidth: 1)
        }
        switch look.cursor.shape(of: grid.state.cursor) {
        case .bar:
            context.fill(Path(CGRect(x: box.minX, y: box.minY, width: 2, height: box.height)), with: .color(color))
        case .underline:
            context.fill(Path(CGRect(x: box.minX, y: box.maxY - 2, width: box.width, height: 2)), with: .color(color))
        case .block:
            context.fill(Path(box), with: .color(color))
            let text = Text(verbatim: grid.rows[row].text(at: column)).font(look.font.font)
            context.draw(text.foregroundStyle(Color(rgb: ground)), at: box.origin, anchor: .topLeading)
        }
    }
}
