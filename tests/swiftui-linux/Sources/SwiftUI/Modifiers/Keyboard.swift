// Keys: shortcuts, and key presses that a focused view handles itself.

public struct KeyEquivalent: Hashable, Sendable, ExpressibleByExtendedGraphemeClusterLiteral {
    public let character: Character

    public init(_ character: Character) { self.character = character }

    public init(extendedGraphemeClusterLiteral character: Character) { self.character = character }

    public static let `return` = KeyEquivalent("↩")
    public static let escape = KeyEquivalent("⎋")
    public static let delete = KeyEquivalent("⌫")
    public static let tab = KeyEquivalent("⇥")
    public static let space = KeyEquivalent("␣")
    public static let upArrow = KeyEquivalent("↑")
    public static let downArrow = KeyEquivalent("↓")
    public static let leftArrow = KeyEquivalent("←")
    public static let rightArrow = KeyEquivalent("→")
    public static let deleteForward = KeyEquivalent("⌦")
    public static let home = KeyEquivalent("↖")
    public static let end = KeyEquivalent("↘")
    public static let pageUp = KeyEquivalent("⇞")
    public static let pageDown = KeyEquivalent("⇟")
}

public struct EventModifiers: OptionSet, Hashable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let shift = Self(rawValue: 2)
    public static let control = Self(rawValue: 4)
    public static let option = Self(rawValue: 8)
    public static let command = Self(rawValue: 16)

    /// In the order that menus write them.
    package var symbols: String {
        (contains(.control) ? "⌃" : "") + (contains(.option) ? "⌥" : "")
            + (contains(.shift) ? "⇧" : "") + (contains(.command) ? "⌘" : "")
    }
}

public struct KeyboardShortcut: Sendable {
    public var key: KeyEquivalent
    public var modifiers: EventModifiers

    public init(_ key: KeyEquivalent, modifiers: EventModifiers = .command) {
        self.key = key
        self.modifiers = modifiers
    }

    public static let defaultAction = KeyboardShortcut(.return, modifiers: [])
    public static let cancelAction = KeyboardShortcut(.escape, modifiers: [])

    /// As a menu writes it.
    var symbols: String { modifiers.symbols + String(key.character).uppercased() }
}

public struct KeyPress: Sendable {
    public let key: KeyEquivalent
    public let modifiers: EventModifiers
    /// What it types.
    public let characters: String
    public let phase: Phases

    package init(key: KeyEquivalent, modifiers: EventModifiers, characters: String? = nil, phase: Phases = .down) {
        self.key = key
        self.modifiers = modifiers
        self.characters = characters ?? String(key.character)
        self.phase = phase
    }

    public enum Result: Sendable {
        case handled
        case ignored
    }

    public struct Phases: OptionSet, Sendable {
        public let rawValue: Int

        public init(rawValue: Int) { self.rawValue = rawValue }

        public static let down = Phases(rawValue: 1)
        public static let `repeat` = Phases(rawValue: 2)
        public static let up = Phases(rawValue: 4)
        public static let all: Phases = [.down, .repeat, .up]
    }
}

extension View {
    public func keyboardShortcut(_ key: KeyEquivalent, modifiers: EventModifiers = .command) -> some View {
        keyboardShortcut(KeyboardShortcut(key, modifiers: modifiers))
    }

    public func keyboardShortcut(_ shortcut: KeyboardShortcut) -> some View {
        control { $0.shortcut = shortcut.symbols }
    }

    public func keyboardShortcut(_ shortcut: KeyboardShortcut?) -> some View {
        control { $0.shortcut = shortcut?.symbols }
    }

    public func onKeyPress(_ key: KeyEquivalent, action: @escaping () -> KeyPress.Result) -> some View {
        onKeyPress(keys: [key]) { _ in action() }
    }

    public func onKeyPress(
        _ key: KeyEquivalent,
        phases: KeyPress.Phases,
        action: @escaping (KeyPress) -> KeyPress.Result
    ) -> some View {
        onKeyPress(keys: [key], phases: phases, action: action)
    }

    /// All keys. The stand-in tells of no key that goes up.
    public func onKeyPress(
        phases: KeyPress.Phases = [.down, .repeat],
        action: @escaping (KeyPress) -> KeyPress.Result
    ) -> some View {
        addingKeyHandler(KeyHandler(keys: nil, handle: action))
    }

    /// Lets a view that is no control have the focus.
    public func focusable(_ isFocusable: Bool = true) -> some View {
        changingNodes { nodes, context in
            let node = context.single(nodes)
            node.isFocusable = isFocusable
            return [node]
        }
    }

    /// Inner views handle a key before outer ones.
    public func onKeyPress(
        keys: Set<KeyEquivalent>,
        phases: KeyPress.Phases = [.down, .repeat],
        action: @escaping (KeyPress) -> KeyPress.Result
    ) -> some View {
        addingKeyHandler(KeyHandler(keys: keys, handle: action))
    }

    private func addingKeyHandler(_ handler: KeyHandler) -> some View {
        changingNodes { nodes, context in
            let node = context.single(nodes)
            node.keyHandlers.append(handler)
            return [node]
        }
    }
}
