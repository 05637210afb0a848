// Text with colours, as programs write it, as rows of cells.
import Foundation

enum MockText {
    /// The rows that a line takes.
    static func rows(of line: String, columns: Int) -> [TerminalRow] {
        var rows: [TerminalRow] = []
        var row = TerminalRow()
        for cell in cells(of: line) {
            if row.cells.count + (cell.attributes.contains(.wide) ? 2 : 1) > columns {
                row.isWrapped = true
                rows.append(filled(row, columns))
                row = TerminalRow()
            }
            row.cells.append(cell)
            if cell.attributes.contains(.wide) {
                var spacer = cell
                spacer.attributes = spacer.attributes.subtracting(.wide).union(.spacer)
                spacer.character = 0x20
                row.cells.append(spacer)
            }
        }
        return rows + [filled(row, columns)]
    }

    static func empty(_ columns: Int) -> TerminalRow { filled(TerminalRow(), columns) }

    /// Without what colours it.
    static func plain(_ line: String) -> String { rows(of: line, columns: 1_000)[0].text }

    /// How many cells are written to, a space at the end too.
    static func width(of row: TerminalRow) -> Int {
        row.cells.lastIndex { $0.foreground != .standard || $0.character != 0x20 || $0.extra == typed }.map { $0 + 1 }
            ?? 0
    }

    /// Marks a cell that was written: a space at the end is no empty cell.
    private static let typed: UInt16 = .max

    private static func filled(_ row: TerminalRow, _ columns: Int) -> TerminalRow {
        var row = row
        let empty = TerminalCell(
            character: 0x20,
            foreground: .standard,
            background: .standard,
            attributes: [],
            extra: 0
        )
        row.cells += Array(repeating: empty, count: max(0, columns - row.cells.count))
        return row
    }

    private static func cells(of line: String) -> [TerminalCell] {
        var cells: [TerminalCell] = []
        var style = TerminalCell(
            character: 0x20,
            foreground: .standard,
            background: .standard,
            attributes: [],
            extra: typed
        )
        var rest = line.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "\u{1B}", rest.first == "[", let end = rest.firstIndex(of: "m") {
                let numbers = String(rest[..<end].dropFirst()).split(separator: ";").compactMap { Int($0) }
                apply(numbers.isEmpty ? [0] : numbers, to: &style)
                rest = rest[end...].dropFirst()
                continue
            }
            style.character = scalar.value
            var cell = style
            if scalar.value >= 0x1100 { cell.attributes.insert(.wide) }
            cells.append(cell)
        }
        return cells
    }

    private static func apply(_ numbers: [Int], to style: inout TerminalCell) {
        if numbers.starts(with: [38, 5]), numbers.count == 3 {
            return style.foreground = .palette(UInt8(clamping: numbers[2]))
        }
        for number in numbers {
            switch number {
            case 0: (style.foreground, style.background, style.attributes) = (.standard, .standard, [])
            case 1: style.attributes.insert(.bold)
            case 2: style.attributes.insert(.dim)
            case 3: style.attributes.insert(.italic)
            case 4: style.attributes.insert(TerminalAttributes(rawValue: 1 << 6))
            case 7: style.attributes.insert(.inverse)
            case 30...37: style.foreground = .palette(UInt8(number - 30))
            case 40...47: style.background = .palette(UInt8(number - 40))
            case 90...97: style.foreground = .palette(UInt8(number - 82))
            default: break
            }
        }
    }
}
