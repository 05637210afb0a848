// How terminals look, as the person has set it.
import AtelierKit
import SwiftUI

/// A font of fixed width.
public struct TerminalFont: Hashable, Sendable {
    /// Empty for the system's own.
    public var family: String
    /// In points.
    public var size: Double

    public init(family: String, size: Double) {
        self.family = family
        self.size = size
    }

    var font: Font {
        family.isEmpty ? .system(size: size, design: .monospaced) : .custom(family, fixedSize: size)
    }
}

/// Which colours terminals have.
enum TerminalTheme: String, CaseIterable {
    /// As the rest of the window.
    case system
    case light, dark

    var title: LocalizedStringKey {
        switch self {
        case .system: "Like the System"
        case .light: "Light"
        case .dark: "Dark"
        }
    }

    func palette(in scheme: ColorScheme) -> TerminalPalette {
        switch self {
        case .system: scheme == .dark ? .dark : .light
        case .light: .light
        case .dark: .dark
        }
    }
}

/// How the cursor is drawn.
enum TerminalCursorStyle: String, CaseIterable {
    /// As the program wants it.
    case program
    case block, underline, bar

    var title: LocalizedStringKey {
        switch self {
        case .program: "As Programs Want It"
        case .block: "Block"
        case .underline: "Underline"
        case .bar: "Bar"
        }
    }

    func shape(of cursor: TerminalCursor) -> TerminalCursor.Shape {
        TerminalCursor.Shape(rawValue: rawValue) ?? cursor.shape
    }
}

/// The names and first values of what is kept.
enum TerminalDefaults {
    static let family = "terminalFontFamily"
    static let size = "terminalFontSize"
    static let theme = "terminalTheme"
    static let cursor = "terminalCursor"
    static let scrollback = "terminalScrollback"
    static let blinks = "terminalCursorBlinks"
    static let bellSounds = "terminalBellSounds"
    static let bellBounces = "terminalBellBounces"
    static let optionIsMeta = "terminalOptionIsMeta"
    static let arrangements = "terminalArrangements"

    static let usualSize = 13.0
    static let sizes = 8.0...36.0
    static let usualScrollback = 10_000
    static let scrollbacks = [0, 1_000, 5_000, usualScrollback, 50_000]
}

/// All that drawing goes by.
struct TerminalLook: Equatable {
    var font: TerminalFont
    var palette: TerminalPalette
    var cursor: TerminalCursorStyle
    /// Of one cell.
    var cell: CGSize

    /// Around the cells.
    static let inset: CGFloat = 6

    /// How many cells fit.
    func cells(in size: CGSize) -> (columns: Int, rows: Int) {
        let (width, height) = (size.width - 2 * Self.inset, size.height - 2 * Self.inset)
        return (max(2, Int(width / cell.width)), max(1, Int(height / cell.height)))
    }

    /// What a number of cells takes.
    func size(columns: Int, rows: Int) -> CGSize {
        CGSize(
            width: CGFloat(columns) * cell.width + 2 * Self.inset,
            height: CGFloat(rows) * cell.height + 2 * Self.inset
        )
    }

    /// The cell at a point, and the half of it.
    func cell(at point: CGPoint, columns: Int, rows: Int) -> (row: Int, column: Int, half: TerminalHalf) {
        let x = max(0, point.x - Self.inset) / cell.width
        let row = min(max(0, Int((point.y - Self.inset) / cell.height)), max(0, rows - 1))
        guard Int(x) < columns else { return (row, max(0, columns - 1), .right) }
        return (row, Int(x), x - x.rounded(.down) < 0.5 ? .left : .right)
    }
}

extension Color {
    /// Red, green and blue, eight bits each, red highest.
    init(rgb: UInt32) {
        self.init(
            red: Double(rgb >> 16 & 0xFF) / 255,
            green: Double(rgb >> 8 & 0xFF) / 255,
            blue: Double(rgb & 0xFF) / 255
        )
    }
}
