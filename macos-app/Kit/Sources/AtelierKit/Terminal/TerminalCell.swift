// One row of a terminal's screen: its cells, and what they come to as text and as stretches to draw.
import Foundation

/// A colour as a cell names it: the theme's own, one of the palette's 256, or itself.
public struct TerminalColour: Hashable, Sendable {
    /// What it is in the highest byte (0 the theme's, 1 of the palette, 2 red, green and blue), its value below.
    public let packed: UInt32

    public init(packed: UInt32) { self.packed = packed }

    /// The theme's foreground or background; of an underline, the text's.
    public static let standard = TerminalColour(packed: 0)

    public static func palette(_ index: UInt8) -> TerminalColour { TerminalColour(packed: 1 << 24 | UInt32(index)) }

    public static func rgb(_ rgb: UInt32) -> TerminalColour { TerminalColour(packed: 2 << 24 | rgb & 0xFF_FFFF) }
}

/// How a cell looks beside its colours. The bits are the core's.
public struct TerminalAttributes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let bold = Self(rawValue: 1)
    public static let dim = Self(rawValue: 1 << 1)
    public static let italic = Self(rawValue: 1 << 2)
    /// Foreground and background are swapped.
    public static let inverse = Self(rawValue: 1 << 3)
    /// The text is not shown.
    public static let hidden = Self(rawValue: 1 << 4)
    public static let struck = Self(rawValue: 1 << 5)
    /// The character takes this cell and the next.
    public static let wide = Self(rawValue: 1 << 9)
    /// The second cell of a wide character.
    public static let spacer = Self(rawValue: 1 << 10)
    /// Left empty at the end of a row, for a wide character did not fit.
    public static let leadingSpacer = Self(rawValue: 1 << 11)
    /// It belongs to a shell's prompt, or to what was typed there.
    public static let prompt = Self(rawValue: 1 << 12)

    public var underline: TerminalUnderline { TerminalUnderline(rawValue: UInt8(rawValue >> 6 & 7)) ?? .none }

    /// What makes a difference to how text is drawn.
    var drawn: Self { Self(rawValue: rawValue & 0x1FF) }
}

/// How text is underlined.
public enum TerminalUnderline: UInt8, Sendable {
    case none, single, double, curly, dotted, dashed
}

/// A cell as it is packed; `TerminalRow` knows what it means.
struct TerminalCell: Hashable, Sendable {
    /// A Unicode scalar; with the highest bit set, a place in the row's texts.
    var character: UInt32
    var foreground: TerminalColour
    var background: TerminalColour
    var attributes: TerminalAttributes
    /// The number of its extra, from 1; 0 for none.
    var extra: UInt16

    static let inTexts: UInt32 = 1 << 31
}

/// What few cells have.
struct TerminalExtra: Hashable, Sendable {
    var underline: TerminalColour
    /// The number of its link, or 0.
    var link: UInt32
}

/// A row of cells.
public struct TerminalRow: Hashable, Sendable {
    var cells: [TerminalCell] = []
    var extras: [TerminalExtra] = []
    /// Each text after its length in bytes.
    var texts: [UInt8] = []
    /// It goes on in the next row.
    public internal(set) var isWrapped = false

    /// How many cells it has.
    public var count: Int { cells.count }

    /// The character in a cell with those that combine with it; empty in the second cell of a wide one.
    public func text(at column: Int) -> String {
        let cell = cells[column]
        if cell.attributes.contains(.spacer) { return "" }
        guard cell.character & TerminalCell.inTexts != 0 else {
            return Unicode.Scalar(cell.character).map { String($0) } ?? "\u{FFFD}"
        }
        let place = Int(cell.character & ~TerminalCell.inTexts)
        guard place < texts.count, place + Int(texts[place]) < texts.count else { return "\u{FFFD}" }
        return String(decoding: texts[(place + 1)...(place + Int(texts[place]))], as: UTF8.self)
    }

    /// The number of the link that a cell belongs to; 0 for none.
    public func link(at column: Int) -> UInt32 { extra(of: cells[column])?.link ?? 0 }

    /// What it says, without the spaces at its end.
    public var text: String {
        var text = ""
        for column in cells.indices { text += self.text(at: column) }
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }

    private func extra(of cell: TerminalCell) -> TerminalExtra? {
        let index = Int(cell.extra) - 1
        return extras.indices.contains(index) ? extras[index] : nil
    }
}

/// Neighbouring cells that are drawn alike.
public struct TerminalRun: Hashable, Sendable {
    /// Where it begins.
    public let column: Int
    /// How many cells it takes.
    public var width: Int
    /// What is drawn; spaces too.
    public var text: String
    public let style: TerminalStyle
}

/// How text is drawn.
public struct TerminalStyle: Hashable, Sendable {
    public let foreground: TerminalColour
    public let background: TerminalColour
    public let attributes: TerminalAttributes
    public let underlineColour: TerminalColour
    public let isLink: Bool

    /// Nothing is seen of a space that is drawn so.
    var isPlain: Bool {
        background == .standard && attributes.underline == .none && !isLink
            && attributes.isDisjoint(with: [.inverse, .struck])
    }
}

extension TerminalRow {
    /// What is to be drawn, from the left. Only characters that every fixed-width font has alike share a run: what
    /// comes from another font may be wider or narrower, and must not move what follows.
    public var runs: [TerminalRun] {
        var runs: [TerminalRun] = []
        var mayGrow = false
        for (column, cell) in cells.enumerated() {
            if cell.attributes.contains(.spacer) {
                runs.last.map { last in
                    if last.column + last.width == column, !mayGrow { runs[runs.count - 1].width += 1 }
                }
                continue
            }
            let style = style(of: cell)
            let isASCII = cell.character < 0x7F
            if isASCII, mayGrow, let last = runs.last, last.style == style, last.column + last.width == column {
                runs[runs.count - 1].width += 1
                runs[runs.count - 1].text.unicodeScalars.append(Unicode.Scalar(UInt8(cell.character)))
            } else {
                runs.append(TerminalRun(column: column, width: 1, text: text(at: column), style: style))
            }
            mayGrow = isASCII
        }
        return runs.filter { !$0.style.isPlain || !$0.text.isBlank }
    }

    private func style(of cell: TerminalCell) -> TerminalStyle {
        let extra = extra(of: cell)
        return TerminalStyle(
            foreground: cell.foreground,
            background: cell.background,
            attributes: cell.attributes.drawn,
            underlineColour: extra?.underline ?? .standard,
            isLink: (extra?.link ?? 0) != 0
        )
    }
}
