// What macOS does for terminals: fonts, the bell, and a view that draws and takes keys, mouse and wheel as AppKit has them.
import AppKit
import AtelierUI
import SwiftUI

/// Fonts and input of the Mac, behind the protocol of AtelierUI.
final class MacTerminal: TerminalPlatform {
    private var fonts: [TerminalFont: MacTerminalFonts] = [:]

    private(set) lazy var fontFamilies =
        NSFontManager.shared
        .availableFontNames(with: .fixedPitchFontMask)
        .map { names in Set(names.compactMap { NSFont(name: $0, size: 12)?.familyName }).sorted() } ?? []

    func cellSize(of font: TerminalFont) -> CGSize { fonts(of: font).cell }

    private func fonts(of font: TerminalFont) -> MacTerminalFonts {
        if let known = fonts[font] { return known }
        let made = MacTerminalFonts(font)
        fonts[font] = made
        return made
    }

    func ring(sounds: Bool, bounces: Bool) {
        if sounds { NSSound.beep() }
        // Once, and not until somebody comes.
        if bounces, !NSApp.isActive { NSApp.requestUserAttention(.informationalRequest) }
    }

    func screenView(_ input: TerminalInput) -> AnyView {
        AnyView(TerminalScreenView(input: input, fonts: fonts(of: input.picture.font)))
    }
}

/// The AppKit view in SwiftUI.
private struct TerminalScreenView: NSViewRepresentable {
    let input: TerminalInput
    let fonts: MacTerminalFonts

    func makeNSView(context: Context) -> MacTerminalView { MacTerminalView(input: input, fonts: fonts) }

    func updateNSView(_ view: MacTerminalView, context: Context) { view.update(input, fonts) }
}
