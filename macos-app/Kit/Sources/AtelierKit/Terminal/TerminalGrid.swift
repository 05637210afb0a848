// A terminal's screen as a window shows it: what all frames so far come to.
import Foundation

/// Cells and state, changed in place by each frame.
public struct TerminalGrid: Sendable, Equatable {
    /// What to ask for next; 0 for nothing yet.
    public private(set) var version: UInt64 = 0
    public private(set) var rows: [TerminalRow] = []
    public private(set) var state = TerminalState(columns: 80, rows: 24)

    public init() {}

    /// Takes over what has changed. On an error the grid is as before.
    ///
    /// - Throws: `TerminalFrameError` for a frame that does not belong to this grid.
    public mutating func apply(_ frame: TerminalFrame) throws {
        let fits = frame.rows.allSatisfy { index, row in
            (0..<frame.state.rows).contains(index) && row.count == frame.state.columns
        }
        guard fits, (frame.isWhole ? frame.rows.count : rows.count) == frame.state.rows else {
            throw TerminalFrameError()
        }
        if frame.isWhole { rows = Array(repeating: TerminalRow(), count: frame.state.rows) }
        for (index, row) in frame.rows { rows[index] = row }
        version = frame.version
        state = frame.state
    }

    /// What is shown as text, each row ended by a newline but the last; without empty rows at the end.
    public var text: String {
        var lines = rows.map(\.text)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    /// The line that a row shows.
    public func line(ofRow row: Int) -> Int { row - state.scrolled }

    /// The row that shows a line; nil when none does.
    public func row(ofLine line: Int) -> Int? {
        let row = line + state.scrolled
        return rows.indices.contains(row) ? row : nil
    }

    /// The row of the cursor; nil when it is hidden, or scrolled out of sight.
    public var cursorRow: Int? { state.cursor.isVisible ? row(ofLine: state.cursor.row) : nil }
}
