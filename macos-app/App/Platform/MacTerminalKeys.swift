// AppKit's keys as the core wants to know them. Numbers of keys are those of Apple's keyboards (Carbon's kVK_…).
import AppKit
import AtelierKit

@MainActor
enum MacTerminalKeys {
    private static let named: [UInt16: TerminalKey] = [
        36: .enter, 48: .tab, 51: .backspace, 53: .escape, 114: .insert, 117: .delete,
        115: .home, 119: .end, 116: .pageUp, 121: .pageDown, 123: .left, 124: .right, 125: .down, 126: .up,
        122: .function(1), 120: .function(2), 99: .function(3), 118: .function(4), 96: .function(5), 97: .function(6),
        98: .function(7), 100: .function(8), 101: .function(9), 109: .function(10), 103: .function(11),
        111: .function(12), 105: .function(13), 107: .function(14), 113: .function(15), 106: .function(16),
        64: .function(17), 79: .function(18), 80: .function(19), 90: .function(20),
        65: .keypad(.decimal), 67: .keypad(.multiply), 69: .keypad(.add), 75: .keypad(.divide), 76: .keypad(.enter),
        78: .keypad(.subtract), 81: .keypad(.equal),
        82: .keypad(.digit(0)), 83: .keypad(.digit(1)), 84: .keypad(.digit(2)), 85: .keypad(.digit(3)),
        86: .keypad(.digit(4)), 87: .keypad(.digit(5)), 88: .keypad(.digit(6)), 89: .keypad(.digit(7)),
        91: .keypad(.digit(8)), 92: .keypad(.digit(9)),
    ]

    private static let modifierKeys: [UInt16: (TerminalKey, NSEvent.ModifierFlags)] = [
        56: (.modifier(.leftShift), .shift), 60: (.modifier(.rightShift), .shift),
        59: (.modifier(.leftControl), .control), 62: (.modifier(.rightControl), .control),
        58: (.modifier(.leftOption), .option), 61: (.modifier(.rightOption), .option),
        55: (.modifier(.leftCommand), .command), 54: (.modifier(.rightCommand), .command),
        57: (.capsLock, .capsLock),
    ]

    /// Nil for a key that types something.
    static func named(_ event: NSEvent) -> TerminalKey? { named[event.keyCode] }

    static func modifiers(_ flags: NSEvent.ModifierFlags, optionIsMeta: Bool) -> TerminalModifiers {
        var modifiers: TerminalModifiers = []
        if flags.contains(.shift) { modifiers.insert(.shift) }
        if flags.contains(.option), optionIsMeta { modifiers.insert(.alt) }
        if flags.contains(.control) { modifiers.insert(.control) }
        if flags.contains(.command) { modifiers.insert(.command) }
        if flags.contains(.capsLock) { modifiers.insert(.capsLock) }
        return modifiers
    }

    static func press(_ event: NSEvent, optionIsMeta: Bool) -> TerminalKeyPress {
        let kind: TerminalKeyPress.Event = event.type == .keyDown && event.isARepeat ? .repeat : .press
        if let key = named(event) {
            let modifiers = modifiers(event.modifierFlags, optionIsMeta: true)
            return TerminalKeyPress(key, modifiers, event: kind, text: "")
        }
        let modifiers = modifiers(event.modifierFlags, optionIsMeta: optionIsMeta)
        let plain = event.characters(byApplyingModifiers: [])?.first ?? " "
        let shifted = event.characters(byApplyingModifiers: .shift)?.first
        let typing = event.modifierFlags.intersection(
            optionIsMeta ? [.shift, .capsLock] : [.shift, .capsLock, .option]
        )
        return TerminalKeyPress(
            .character(plain.lowercased().first ?? plain),
            modifiers,
            event: kind,
            text: event.characters(byApplyingModifiers: typing) ?? String(plain),
            shifted: shifted == plain ? nil : shifted
        )
    }

    /// A modifier as a key: programs that speak Kitty's protocol may want to know.
    static func modifier(_ event: NSEvent) -> TerminalKeyPress? {
        guard let (key, flag) = modifierKeys[event.keyCode] else { return nil }
        let isDown = event.modifierFlags.contains(flag)
        let modifiers = modifiers(event.modifierFlags, optionIsMeta: true)
        return TerminalKeyPress(key, modifiers, event: isDown ? .press : .release, text: "")
    }
}
