// The colours of a terminal: what the theme says, and what follows from it.
import Foundation

/// What the names of colours stand for: red, green and blue, eight bits each, red highest.
public struct TerminalPalette: Hashable, Sendable {
    /// Of text without a colour.
    public let foreground: UInt32
    /// Of cells without a colour.
    public let background: UInt32
    public let cursor: UInt32
    /// Behind what is selected.
    public let selection: UInt32
    /// Black, red, green, yellow, blue, magenta, cyan, white; then the same, bright.
    public let ansi: [UInt32]

    public init(foreground: UInt32, background: UInt32, cursor: UInt32, selection: UInt32, ansi: [UInt32]) {
        self.foreground = foreground
        self.background = background
        self.cursor = cursor
        self.selection = selection
        self.ansi = ansi
    }

    /// Dark letters on white; every colour but the whites has a contrast of 4 and more.
    public static let light = TerminalPalette(
        foreground: 0x1D1D1F,
        background: 0xFFFFFF,
        cursor: 0x3A3A3C,
        selection: 0xB3D7FF,
        ansi: [
            0x1D1D1F, 0xB3261E, 0x1A7F37, 0x8A5A00, 0x0B57D0, 0x8E2DA8, 0x0B7285, 0xB8B8BD,
            0x6E6E73, 0xC9302C, 0x22863A, 0x9A6700, 0x1A66DD, 0xA13DBB, 0x0E7F94, 0xE5E5EA,
        ]
    )

    /// Light letters on near black.
    public static let dark = TerminalPalette(
        foreground: 0xE6E6E8,
        background: 0x1B1B1D,
        cursor: 0xD0D0D4,
        selection: 0x2F4F78,
        ansi: [
            0x3A3A3C, 0xFF6B61, 0x4CC38A, 0xE3B341, 0x6CA8FF, 0xD58CEB, 0x56C7D6, 0xD8D8DC,
            0x8A8A8F, 0xFF8C84, 0x6FDBA3, 0xF2CC60, 0x8FBEFF, 0xE3A9F4, 0x7CDCE8, 0xFFFFFF,
        ]
    )

    /// The colour of an index of the palette: 0 to 15 the theme's, then xterm's cube and greys.
    public func colour(at index: Int) -> UInt32 {
        let steps: [UInt32] = [0, 95, 135, 175, 215, 255]
        switch index {
        case 0..<16: return index < ansi.count ? ansi[index] : 0
        case 16..<232:
            let cube = index - 16
            return steps[cube / 36] << 16 | steps[cube / 6 % 6] << 8 | steps[cube % 6]
        case 232..<256:
            let grey = UInt32(8 + (index - 232) * 10)
            return grey << 16 | grey << 8 | grey
        case 257: return background
        case 258: return cursor
        default: return foreground
        }
    }
}

/// What a run is drawn with.
public struct TerminalInk: Hashable, Sendable {
    /// Red, green and blue.
    public var foreground: UInt32
    /// Nil where the terminal's own background shows.
    public var background: UInt32?
    public var underline: UInt32
}

extension TerminalPalette {
    /// What a style comes to on a screen, where programs may have changed colours.
    public func ink(of style: TerminalStyle, on state: TerminalState) -> TerminalInk {
        var foreground = rgb(style.foreground, default: 256, state, isBright: style.attributes.contains(.bold))
        var background = rgb(style.background, default: 257, state, isBright: false)
        let isInverse = style.attributes.contains(.inverse) != state.isReversed
        if isInverse { swap(&foreground, &background) }
        let isOwn = !isInverse && style.background == .standard && state.colours[257] == nil
        if style.attributes.contains(.dim) { foreground = Self.mix(foreground, background) }
        if style.attributes.contains(.hidden) { foreground = background }
        let underline =
            style.underlineColour == .standard
            ? foreground : rgb(style.underlineColour, default: 256, state, isBright: false)
        return TerminalInk(foreground: foreground, background: isOwn ? nil : background, underline: underline)
    }

    /// What is behind everything.
    public func ground(of state: TerminalState) -> UInt32 {
        let index = state.isReversed ? 256 : 257
        return state.colours[index] ?? colour(at: index)
    }

    /// Bold text in one of the first eight colours is bright, as in most terminals.
    private func rgb(_ colour: TerminalColour, default index: Int, _ state: TerminalState, isBright: Bool) -> UInt32 {
        switch colour.packed >> 24 {
        case 1:
            let named = Int(colour.packed & 0xFF)
            let index = isBright && named < 8 ? named + 8 : named
            return state.colours[index] ?? self.colour(at: index)
        case 2: return colour.packed & 0xFF_FFFF
        default: return state.colours[index] ?? self.colour(at: index)
        }
    }

    /// Half way between two colours.
    private static func mix(_ one: UInt32, _ other: UInt32) -> UInt32 {
        (one >> 1 & 0x7F_7F7F) + (other >> 1 & 0x7F_7F7F)
    }
}
