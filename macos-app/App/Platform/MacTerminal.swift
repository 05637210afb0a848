// What macOS does for terminals: what fonts measure, and a view that takes keys, mouse and wheel as AppKit has them.
import AppKit
import AtelierUI
import SwiftUI

/// Fonts and input of the Mac, behind the protocol of AtelierUI.
final class MacTerminal: TerminalPlatform {
    private var sizes: [TerminalFont: CGSize] = [:]

    private(set) lazy var fontFamilies =
        NSFontManager.shared
        .availableFontNames(with: .fixedPitchFontMask)
        .map { names in Set(names.compactMap { NSFont(name: $0, size: 12)?.familyName }).sorted() } ?? []

    func cellSize(of font: TerminalFont) -> CGSize {
        if let known = sizes[font] { return known }
        let measured = Self.measure(font)
        sizes[font] = measured
        return measured
    }

    func inputView(_ input: TerminalInput) -> AnyView { AnyView(TerminalInputView(input: input)) }

    private static func measure(_ font: TerminalFont) -> CGSize {
        let size = CGFloat(font.size)
        let found =
            font.family.isEmpty
            ? nil
            : NSFontManager.shared.font(
                withFamily: font.family,
                traits: [],
                weight: 5,
                size: size
            )
        let measured = found ?? NSFont.monospacedSystemFont(ofSize: size, weight: .regular)
        let width = ("M" as NSString).size(withAttributes: [.font: measured]).width
        return CGSize(width: width, height: NSLayoutManager().defaultLineHeight(for: measured).rounded(.up))
    }
}

/// The AppKit view in SwiftUI.
private struct TerminalInputView: NSViewRepresentable {
    let input: TerminalInput

    func makeNSView(context: Context) -> MacTerminalView { MacTerminalView(input: input) }

    func updateNSView(_ view: MacTerminalView, context: Context) { view.update(input) }
}
