// Draws a terminal's cells with Core Text: letters stand in their cells whatever their font measures.
import AppKit
import AtelierKit
import AtelierUI
import CoreText
import SwiftUI

/// A font of fixed width in its four styles, and what it measures.
struct MacTerminalFonts {
    /// A cell: the advance of the letters, and the height of a line in whole points.
    let cell: CGSize
    /// From the top of a cell to the line that letters stand on.
    let baseline: CGFloat
    private let styles: [CTFont]

    @MainActor
    init(_ font: TerminalFont) {
        let size = CGFloat(font.size)
        let manager = NSFontManager.shared
        let named = font.family.isEmpty ? nil : manager.font(withFamily: font.family, traits: [], weight: 5, size: size)
        let regular = named ?? NSFont.monospacedSystemFont(ofSize: size, weight: .regular)
        // A family without such a style keeps the one that it has.
        let bold = manager.convert(regular, toHaveTrait: .boldFontMask)
        let italic = manager.convert(regular, toHaveTrait: .italicFontMask)
        let both = manager.convert(bold, toHaveTrait: .italicFontMask)
        styles = [regular, bold, italic, both].map { $0 as CTFont }
        let (ascent, descent) = (CTFontGetAscent(styles[0]), CTFontGetDescent(styles[0]))
        let height = (ascent + descent + CTFontGetLeading(styles[0])).rounded(.up)
        let width = ("M" as NSString).size(withAttributes: [.font: regular]).width
        cell = CGSize(width: width, height: height)
        baseline = ((height - ascent - descent) / 2 + ascent).rounded()
    }

    func font(_ attributes: TerminalAttributes) -> CTFont {
        styles[(attributes.contains(.bold) ? 1 : 0) + (attributes.contains(.italic) ? 2 : 0)]
    }
}

/// Draws into a flipped view.
struct MacTerminalPen: TerminalPen {
    let context: CGContext
    let fonts: MacTerminalFonts

    func fill(_ rect: CGRect, _ colour: UInt32) {
        context.setFillColor(Self.colour(colour))
        context.fill([rect])
    }

    func outline(_ rect: CGRect, _ colour: UInt32) {
        context.setStrokeColor(Self.colour(colour))
        context.stroke(rect.insetBy(dx: 0.5, dy: 0.5), width: 1)
    }

    func wave(from start: CGPoint, width: CGFloat, _ colour: UInt32) {
        context.setStrokeColor(Self.colour(colour))
        context.setLineWidth(1)
        context.addPath(Path(waveFrom: start, width: width).cgPath)
        context.strokePath()
    }

    func write(_ text: String, in box: CGRect, _ attributes: TerminalAttributes, _ colour: UInt32) {
        context.saveGState()
        defer { context.restoreGState() }
        // Letters are drawn with their feet down: the view counts downwards.
        context.translateBy(x: box.minX, y: box.minY + fonts.baseline)
        context.scaleBy(x: 1, y: -1)
        context.textMatrix = .identity
        context.setFillColor(Self.colour(colour))
        let font = fonts.font(attributes)
        let units = Array(text.utf16)
        if units.allSatisfy({ $0 < 0x7F }), let glyphs = Self.glyphs(units, font) {
            let positions = units.indices.map { CGPoint(x: CGFloat($0) * fonts.cell.width, y: 0) }
            CTFontDrawGlyphs(font, glyphs, positions, glyphs.count, context)
        } else {
            writeOther(text, font, colour, width: box.width)
        }
    }

    /// What may come from another font, as one; where that is wider than its cells it is made narrower.
    private func writeOther(_ text: String, _ font: CTFont, _ colour: UInt32, width: CGFloat) {
        let attributes: [NSAttributedString.Key: Any] = [
            .font: font as NSFont,
            NSAttributedString.Key(kCTForegroundColorAttributeName as String): Self.colour(colour),
        ]
        let line = CTLineCreateWithAttributedString(NSAttributedString(string: text, attributes: attributes))
        let natural = CGFloat(CTLineGetTypographicBounds(line, nil, nil, nil))
        if natural > width + 0.5 { context.scaleBy(x: width / natural, y: 1) }
        context.textPosition = .zero
        CTLineDraw(line, context)
    }

    /// Nil where the font has not all of them.
    private static func glyphs(_ units: [UniChar], _ font: CTFont) -> [CGGlyph]? {
        var glyphs = [CGGlyph](repeating: 0, count: units.count)
        return CTFontGetGlyphsForCharacters(font, units, &glyphs, units.count) ? glyphs : nil
    }

    private static func colour(_ rgb: UInt32) -> CGColor {
        CGColor(
            srgbRed: CGFloat(rgb >> 16 & 0xFF) / 255,
            green: CGFloat(rgb >> 8 & 0xFF) / 255,
            blue: CGFloat(rgb & 0xFF) / 255,
            alpha: 1
        )
    }
}
