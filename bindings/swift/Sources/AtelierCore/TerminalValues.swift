// What crosses about terminals, in the Kit's words and in the core's.
internal import AtelierBindings
import AtelierKit
import Foundation

extension AtelierKit.TerminalFrame {
    init(_ frame: AtelierBindings.TerminalFrame) throws {
        try self.init(
            version: frame.version,
            isWhole: frame.whole,
            packed: frame.cells,
            state: TerminalState(frame.state),
            notices: frame.notices.map(TerminalNotice.init)
        )
    }
}

extension AtelierKit.TerminalNotice {
    fileprivate init(_ notice: AtelierBindings.TerminalNotice) {
        switch notice {
        case .bell: self = .bell
        case .clipboard(let text): self = .clipboard(text)
        case .commandEnded(let status): self = .commandEnded(status.map(Int.init))
        }
    }
}

extension AtelierKit.TerminalState {
    fileprivate init(_ state: AtelierBindings.TerminalState) {
        self.init(columns: Int(state.columns), rows: Int(state.rows), cursor: TerminalCursor(state.cursor))
        title = state.title
        isAlternateScreen = state.alternateScreen
        bracketsPastes = state.bracketedPaste
        wantsMouse = state.mouse
        isReversed = state.reversed
        scrolled = Int(state.scrolled)
        history = Int(state.history)
        selected = state.selected.map(TerminalRange.init)
        colours = Dictionary(state.colours.map { (Int($0.index), $0.rgb) }, uniquingKeysWith: { $1 })
        shell = TerminalShell(
            folder: state.shell.folder,
            isAtPrompt: state.shell.atPrompt,
            lastStatus: state.shell.lastStatus.map(Int.init)
        )
    }
}

extension AtelierKit.TerminalCursor {
    fileprivate init(_ cursor: AtelierBindings.TerminalCursor) {
        let shape: Shape =
            switch cursor.shape {
            case .block: .block
            case .underline: .underline
            case .bar: .bar
            }
        self.init(
            row: Int(cursor.row),
            column: Int(cursor.column),
            shape: shape,
            isBlinking: cursor.blinking,
            isVisible: cursor.visible
        )
    }
}

extension AtelierKit.TerminalRange {
    init(_ range: AtelierBindings.TerminalRange) {
        self.init(TerminalPlace(range.start), TerminalPlace(range.end), isBlock: range.block)
    }
}

extension AtelierKit.TerminalPlace {
    fileprivate init(_ place: AtelierBindings.TerminalPlace) {
        self.init(line: Int(place.line), column: Int(place.column))
    }
}

extension AtelierBindings.TerminalRange {
    init(_ range: AtelierKit.TerminalRange) {
        self.init(start: .init(range.start), end: .init(range.end), block: range.isBlock)
    }
}

extension AtelierBindings.TerminalPlace {
    init(_ place: AtelierKit.TerminalPlace) {
        self.init(line: Int32(clamping: place.line), column: UInt16(clamping: place.column))
    }
}

extension AtelierBindings.TerminalSelectionKind {
    init(_ kind: AtelierKit.TerminalSelectionKind) {
        switch kind {
        case .cells: self = .simple
        case .words: self = .word
        case .lines: self = .line
        case .block: self = .block
        }
    }
}

extension AtelierBindings.TerminalHalf {
    init(_ half: AtelierKit.TerminalHalf) { self = half == .left ? .left : .right }
}

extension AtelierBindings.TerminalKeyPress {
    init(_ press: AtelierKit.TerminalKeyPress) {
        let event: TerminalKeyEvent =
            switch press.event {
            case .press: .press
            case .repeat: .repeat
            case .release: .release
            }
        self.init(
            key: .init(press.key),
            modifiers: .init(press.modifiers),
            event: event,
            text: press.text,
            shifted: press.shifted.map(String.init),
            base: press.base.map(String.init)
        )
    }
}

extension AtelierBindings.TerminalKey {
    fileprivate init(_ key: AtelierKit.TerminalKey) {
        switch key {
        case .character(let character): self = .character(text: String(character))
        case .escape: self = .escape
        case .enter: self = .enter
        case .tab: self = .tab
        case .backspace: self = .backspace
        case .insert: self = .insert
        case .delete: self = .delete
        case .left: self = .left
        case .right: self = .right
        case .up: self = .up
        case .down: self = .down
        case .pageUp: self = .pageUp
        case .pageDown: self = .pageDown
        case .home: self = .home
        case .end: self = .end
        case .function(let number): self = .function(number: UInt8(clamping: number))
        case .keypad(let key): self = .keypad(key: .init(key))
        case .capsLock: self = .capsLock
        case .modifier(let key): self = .modifier(key: .init(key))
        }
    }
}

extension AtelierBindings.TerminalKeypadKey {
    fileprivate init(_ key: AtelierKit.TerminalKeypadKey) {
        switch key {
        case .digit(let digit): self = .digit(digit: UInt8(clamping: digit))
        case .decimal: self = .decimal
        case .divide: self = .divide
        case .multiply: self = .multiply
        case .subtract: self = .subtract
        case .add: self = .add
        case .enter: self = .enter
        case .equal: self = .equal
        }
    }
}

extension AtelierBindings.TerminalModifierKey {
    fileprivate init(_ key: AtelierKit.TerminalModifierKey) {
        switch key {
        case .leftShift: self = .leftShift
        case .leftControl: self = .leftControl
        case .leftOption: self = .leftOption
        case .leftCommand: self = .leftCommand
        case .rightShift: self = .rightShift
        case .rightControl: self = .rightControl
        case .rightOption: self = .rightOption
        case .rightCommand: self = .rightCommand
        }
    }
}

extension AtelierBindings.TerminalModifiers {
    fileprivate init(_ modifiers: AtelierKit.TerminalModifiers) {
        self.init(
            shift: modifiers.contains(.shift),
            alt: modifiers.contains(.alt),
            control: modifiers.contains(.control),
            command: modifiers.contains(.command),
            capsLock: modifiers.contains(.capsLock)
        )
    }
}

extension AtelierBindings.TerminalMouseReport {
    init(_ mouse: AtelierKit.TerminalMouse) {
        let action: TerminalMouseAction =
            switch mouse.action {
            case .press: .press
            case .release: .release
            case .move: .move
            }
        self.init(
            action: action,
            button: mouse.button.map { .init($0) },
            modifiers: .init(mouse.modifiers),
            column: UInt16(clamping: mouse.column),
            row: UInt16(clamping: mouse.row)
        )
    }
}

extension AtelierBindings.TerminalMouseButton {
    fileprivate init(_ button: AtelierKit.TerminalMouse.Button) {
        switch button {
        case .left: self = .left
        case .middle: self = .middle
        case .right: self = .right
        case .wheelUp: self = .wheelUp
        case .wheelDown: self = .wheelDown
        case .wheelLeft: self = .wheelLeft
        case .wheelRight: self = .wheelRight
        }
    }
}
