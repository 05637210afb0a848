// A key as SwiftUI tells of it, as the core wants to know it.
import AtelierKit
import SwiftUI

extension TerminalKeyPress {
    /// Nil for keys that are the menus', and for those that say nothing.
    init?(_ press: KeyPress, optionIsMeta: Bool) {
        guard !press.modifiers.contains(.command) else { return nil }
        var modifiers: TerminalModifiers = []
        if press.modifiers.contains(.shift) { modifiers.insert(.shift) }
        if press.modifiers.contains(.control) { modifiers.insert(.control) }
        // Otherwise Option has already made another character of the key.
        if press.modifiers.contains(.option), optionIsMeta { modifiers.insert(.alt) }
        let event: Event = press.phase == .up ? .release : press.phase == .repeat ? .repeat : .press
        if let named = Self.named(press.key) {
            if press.modifiers.contains(.option) { modifiers.insert(.alt) }
            self.init(named, modifiers, event: event)
        } else {
            let typed = press.characters.first ?? press.key.character
            let isControl = typed.unicodeScalars.allSatisfy { $0.value < 0x20 || $0.value == 0x7F }
            let character = isControl || modifiers.contains(.alt) ? press.key.character : typed
            let lower = Character(String(character).lowercased().first.map(String.init) ?? String(character))
            self.init(
                .character(lower),
                modifiers,
                event: event,
                text: String(character),
                shifted: lower == character ? nil : character
            )
        }
    }

    private static func named(_ key: KeyEquivalent) -> TerminalKey? {
        switch key {
        case .return: .enter
        case .escape: .escape
        case .tab: .tab
        case .delete: .backspace
        case .deleteForward: .delete
        case .upArrow: .up
        case .downArrow: .down
        case .leftArrow: .left
        case .rightArrow: .right
        case .home: .home
        case .end: .end
        case .pageUp: .pageUp
        case .pageDown: .pageDown
        case .space: .character(" ")
        default: function(key.character)
        }
    }

    /// AppKit gives function keys characters of their own, F1 the first.
    private static func function(_ character: Character) -> TerminalKey? {
        guard let scalar = character.unicodeScalars.first?.value, (0xF704...0xF726).contains(scalar) else { return nil }
        return .function(Int(scalar - 0xF703))
    }
}
