// What there is to draw of a terminal: areas, texts, lines, from the cells and the theme.
import AtelierKit
import SwiftUI

/// Draws what a picture consists of. Colours are red, green and blue, eight bits each, red highest.
public protocol TerminalPen {
    mutating func fill(_ rect: CGRect, _ colour: UInt32)
    /// A line of one point around cells, inside of them.
    mutating func outline(_ rect: CGRect, _ colour: UInt32)
    /// A wavy line of one point at a height.
    mutating func wave(from start: CGPoint, width: CGFloat, _ colour: UInt32)
    /// A text whose cells are `box`: nothing of it may move what stands in others.
    mutating func write(_ text: String, in box: CGRect, _ attributes: TerminalAttributes, _ colour: UInt32)
}

extension Path {
    /// A wavy line at a height.
    public init(waveFrom start: CGPoint, width: CGFloat) {
        self.init { path in
            path.move(to: start)
            for x in stride(from: start.x, to: start.x + width, by: 4) {
                path.addCurve(
                    to: CGPoint(x: x + 4, y: start.y),
                    control1: CGPoint(x: x + 1.5, y: start.y - 2.5),
                    control2: CGPoint(x: x + 2.5, y: start.y + 2.5)
                )
            }
        }
    }
}

/// One picture of a grid.
public struct TerminalPicture {
    public let grid: TerminalGrid
    let look: TerminalLook
    let isFocused: Bool
    /// Whether a cursor that blinks is seen.
    var isLit = true
    /// What was searched for and is shown.
    var match: TerminalRange?

    /// Behind what was found: letters of any colour are read on it.
    private var found: UInt32 { look.palette.background & 0xFF < 0x80 ? 0x4A3800 : 0xFFE9A8 }

    /// Around what was found.
    private static let frame: UInt32 = 0xFF9500

    public var font: TerminalFont { look.font }
    /// The size of a cell.
    public var cell: CGSize { look.cell }
    /// Around the cells.
    public var inset: CGFloat { TerminalLook.inset }
    /// What is behind everything.
    public var ground: UInt32 { look.palette.ground(of: grid.state) }

    /// Draws some rows. What was there before has been covered.
    public func draw(_ rows: Range<Int>, with pen: inout some TerminalPen) {
        for row in rows.clamped(to: grid.rows.indices) {
            let runs = grid.rows[row].runs
            for run in runs {
                guard let background = ink(of: run.style).background else { continue }
                pen.fill(rect(row, run.column, width: run.width), background)
            }
            drawMarks(row, &pen)
            for run in runs { drawText(of: run, row, &pen) }
            if row == grid.cursorRow { drawCursor(row, runs, &pen) }
        }
    }

    /// Where some cells of a row are.
    public func rect(_ row: Int, _ column: Int, width: Int) -> CGRect {
        CGRect(
            x: inset + CGFloat(column) * cell.width,
            y: inset + CGFloat(row) * cell.height,
            width: CGFloat(width) * cell.width,
            height: cell.height
        )
    }

    /// The rows that look otherwise than in an earlier picture; nil: all, and what is around them.
    public func changedRows(since earlier: TerminalPicture) -> [Int]? {
        let (now, before) = (grid.state, earlier.grid.state)
        guard look == earlier.look, now.columns == before.columns, grid.rows.count == earlier.grid.rows.count,
            now.colours == before.colours, now.isReversed == before.isReversed, now.selected == before.selected,
            match == earlier.match, now.scrolled == before.scrolled
        else { return nil }
        var changed = Set(grid.rows.indices.filter { grid.rows[$0] != earlier.grid.rows[$0] })
        let isSameCursor =
            now.cursor == before.cursor && isFocused == earlier.isFocused && isLit == earlier.isLit
        if !isSameCursor { changed.formUnion([grid.cursorRow, earlier.grid.cursorRow].compactMap { $0 }) }
        return changed.sorted()
    }

    private func ink(of style: TerminalStyle) -> TerminalInk { look.palette.ink(of: style, on: grid.state) }

    /// What is selected, and what was found.
    private func drawMarks(_ row: Int, _ pen: inout some TerminalPen) {
        let line = grid.line(ofRow: row)
        if let columns = grid.state.selected?.columns(of: line, in: grid.state.columns) {
            pen.fill(rect(row, columns.lowerBound, width: columns.count), look.palette.selection)
        }
        if let columns = match?.columns(of: line, in: grid.state.columns) {
            let box = rect(row, columns.lowerBound, width: columns.count)
            pen.fill(box, found)
            pen.outline(box, Self.frame)
        }
    }

    private func drawText(of run: TerminalRun, _ row: Int, _ pen: inout some TerminalPen) {
        let (ink, box) = (ink(of: run.style), rect(row, run.column, width: run.width))
        if !run.text.allSatisfy({ $0 == " " }) { pen.write(run.text, in: box, run.style.attributes, ink.foreground) }
        if run.style.attributes.contains(.struck) {
            pen.fill(CGRect(x: box.minX, y: box.midY, width: box.width, height: 1), ink.foreground)
        }
        let underline = run.style.attributes.underline
        drawUnderline(underline == .none && run.style.isLink ? .dotted : underline, below: box, ink.underline, &pen)
    }

    private func drawUnderline(
        _ underline: TerminalUnderline,
        below box: CGRect,
        _ colour: UInt32,
        _ pen: inout some TerminalPen
    ) {
        let y = box.maxY - 2
        switch underline {
        case .none: break
        case .single: line(box, y, colour, &pen)
        case .double:
            line(box, y, colour, &pen)
            line(box, y - 2, colour, &pen)
        case .dotted: line(box, y, dash: 1, gap: 2, colour, &pen)
        case .dashed: line(box, y, dash: 4, gap: 3, colour, &pen)
        case .curly: pen.wave(from: CGPoint(x: box.minX, y: y), width: box.width, colour)
        }
    }

    private func line(
        _ box: CGRect,
        _ y: CGFloat,
        dash: CGFloat? = nil,
        gap: CGFloat = 0,
        _ colour: UInt32,
        _ pen: inout some TerminalPen
    ) {
        let dash = dash ?? box.width
        for x in stride(from: box.minX, to: box.maxX, by: dash + gap) {
            pen.fill(CGRect(x: x, y: y, width: min(dash, box.maxX - x), height: 1), colour)
        }
    }

    private func drawCursor(_ row: Int, _ runs: [TerminalRun], _ pen: inout some TerminalPen) {
        guard isLit || !isFocused, grid.rows[row].count > 0 else { return }
        let column = min(grid.state.cursor.column, grid.rows[row].count - 1)
        let wide = runs.first { $0.column == column && $0.width == 2 && $0.text.count == 1 }
        let box = rect(row, column, width: wide?.width ?? 1)
        let colour = grid.state.colours[258] ?? look.palette.cursor
        guard isFocused else { return pen.outline(box, colour) }
        switch look.cursor.shape(of: grid.state.cursor) {
        case .bar: pen.fill(CGRect(x: box.minX, y: box.minY, width: 2, height: box.height), colour)
        case .underline:
            pen.fill(CGRect(x: box.minX, y: box.maxY - 2, width: box.width, height: 2), colour)
        case .block:
            pen.fill(box, colour)
            let text = grid.rows[row].text(at: column)
            if !text.allSatisfy({ $0 == " " }) { pen.write(text, in: box, [], ground) }
        }
    }
}
