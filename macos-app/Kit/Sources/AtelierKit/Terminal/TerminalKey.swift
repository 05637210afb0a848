// Keys and the mouse as they are reported to the core, which knows what programs want to be sent.
import Foundation

/// What happened to a key, and what came of it.
public struct TerminalKeyPress: Hashable, Sendable {
    public enum Event: Hashable, Sendable {
        case press, `repeat`, release
    }

    public var key: TerminalKey
    public var modifiers: TerminalModifiers
    public var event: Event
    /// What it types in the person's layout with these modifiers, Control and Command left out; empty if nothing.
    public var text: String
    /// What it types with Shift, if that is another character.
    public var shifted: Character?
    /// What it types in the layout of a US keyboard, if that is another character.
    public var base: Character?

    public init(
        _ key: TerminalKey,
        _ modifiers: TerminalModifiers = [],
        event: Event = .press,
        text: String? = nil,
        shifted: Character? = nil,
        base: Character? = nil
    ) {
        self.key = key
        self.modifiers = modifiers
        self.event = event
        self.shifted = shifted
        self.base = base
        if case .character(let character) = key, text == nil {
            self.text = String(character)
        } else {
            self.text = text ?? ""
        }
    }
}

/// A key, whatever the modifiers make of it.
public enum TerminalKey: Hashable, Sendable {
    /// What it types without Shift, in lower case.
    case character(Character)
    case escape, enter, tab, backspace, insert
    /// Forward.
    case delete
    case left, right, up, down, pageUp, pageDown, home, end
    /// F1 to F35.
    case function(Int)
    case keypad(TerminalKeypadKey)
    case capsLock
    case modifier(TerminalModifierKey)
}

/// A key of the keypad.
public enum TerminalKeypadKey: Hashable, Sendable {
    case digit(Int)
    case decimal, divide, multiply, subtract, add, enter, equal
}

/// A modifier as a key.
public enum TerminalModifierKey: Hashable, Sendable {
    case leftShift, leftControl, leftOption, leftCommand
    case rightShift, rightControl, rightOption, rightCommand
}

/// Which modifiers are down.
public struct TerminalModifiers: OptionSet, Hashable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let shift = Self(rawValue: 1)
    /// Option, where it acts as Alt.
    public static let alt = Self(rawValue: 2)
    public static let control = Self(rawValue: 4)
    public static let command = Self(rawValue: 8)
    /// It is on.
    public static let capsLock = Self(rawValue: 16)
}

/// Something that the mouse did.
public struct TerminalMouse: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
        case press, release
        /// It came to another cell.
        case move
    }

    public enum Button: Hashable, Sendable {
        case left, middle, right
        case wheelUp, wheelDown, wheelLeft, wheelRight
    }

    public var action: Action
    /// Of a move, the one that is down.
    public var button: Button?
    public var modifiers: TerminalModifiers
    /// From the top of what is shown.
    public var row: Int
    public var column: Int

    public init(_ action: Action, _ button: Button?, row: Int, column: Int, modifiers: TerminalModifiers = []) {
        self.action = action
        self.button = button
        self.modifiers = modifiers
        self.row = row
        self.column = column
    }
}

/// What a selection grows by.
public enum TerminalSelectionKind: Hashable, Sendable {
    case cells, words, lines
    /// A rectangle.
    case block
}

/// The half of a cell that the pointer is in.
public enum TerminalHalf: Hashable, Sendable {
    case left, right
}

/// What to look for.
public struct TerminalPattern: Hashable, Sendable {
    public var text: String
    public var isRegularExpression: Bool
    public var matchesCase: Bool

    public init(_ text: String, isRegularExpression: Bool = false, matchesCase: Bool = false) {
        self.text = text
        self.isRegularExpression = isRegularExpression
        self.matchesCase = matchesCase
    }
}
