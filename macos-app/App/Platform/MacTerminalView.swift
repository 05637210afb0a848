// A terminal's cells, and what is done there with keys, mouse, wheel and pasteboard.
import AppKit
import AtelierKit
import AtelierUI

/// Draws the rows that have changed, and what an input method is composing.
final class MacTerminalView: NSView {
    private(set) var input: TerminalInput
    private(set) var fonts: MacTerminalFonts
    /// What an input method is composing; drawn at the cursor until it is typed.
    var marked = NSAttributedString()
    /// What of it is chosen, or where its insertion point is.
    var markedSelection = NSRange(location: 0, length: 0)
    /// The key that is being interpreted.
    private(set) var pressed: NSEvent?
    /// The button whose press the program took, until it goes up.
    private var reported: TerminalMouse.Button?
    private var lastCell: (row: Int, column: Int)?
    /// Parts of a line that a trackpad has scrolled.
    private var scrolled: CGFloat = 0

    var model: TerminalModel { input.model }

    init(input: TerminalInput, fonts: MacTerminalFonts) {
        self.input = input
        self.fonts = fonts
        super.init(frame: .zero)
        wantsLayer = true
        layerContentsRedrawPolicy = .onSetNeedsDisplay
        setAccessibilityElement(false)
    }

    @available(*, unavailable)
    required init?(coder: NSCoder) { nil }

    override var isFlipped: Bool { true }
    override var acceptsFirstResponder: Bool { true }

    override var isOpaque: Bool { true }

    func update(_ input: TerminalInput, _ fonts: MacTerminalFonts) {
        let earlier = self.input
        self.input = input
        self.fonts = fonts
        if let rows = input.picture.changedRows(since: earlier.picture) {
            rows.forEach { setNeedsDisplay(strip($0)) }
        } else {
            needsDisplay = true
        }
        if !marked.string.isEmpty { needsDisplay = true }
        if input.isFocused, !earlier.isFocused { window?.makeFirstResponder(self) }
    }

    /// A row in the view's whole width.
    private func strip(_ row: Int) -> NSRect {
        let cells = input.picture.rect(row, 0, width: 1)
        return NSRect(x: 0, y: cells.minY, width: bounds.width, height: cells.height)
    }

    override func draw(_ dirty: NSRect) {
        guard let context = NSGraphicsContext.current?.cgContext else { return }
        let picture = input.picture
        var pen = MacTerminalPen(context: context, fonts: fonts)
        context.saveGState()
        context.clip(to: dirty)
        pen.fill(dirty, picture.ground)
        // Letters reach into their neighbours' rows.
        let first = Int(((dirty.minY - picture.inset) / picture.cell.height).rounded(.down)) - 1
        let last = Int(((dirty.maxY - picture.inset) / picture.cell.height).rounded(.up)) + 1
        picture.draw(max(0, first)..<max(0, first, last), with: &pen)
        context.restoreGState()
        drawMarked()
    }

    override func setFrameSize(_ size: NSSize) {
        super.setFrameSize(size)
        needsDisplay = true
    }

    override func viewDidMoveToWindow() {
        super.viewDidMoveToWindow()
        if input.isFocused { window?.makeFirstResponder(self) }
    }

    override func becomeFirstResponder() -> Bool {
        input.focus()
        model.focus(true)
        return true
    }

    override func resignFirstResponder() -> Bool {
        // What was being composed is typed, as in text fields.
        if !marked.string.isEmpty { insertText(marked, replacementRange: NSRange(location: NSNotFound, length: 0)) }
        inputContext?.discardMarkedText()
        model.focus(false)
        return true
    }

    override func updateTrackingAreas() {
        super.updateTrackingAreas()
        trackingAreas.forEach(removeTrackingArea)
        let options: NSTrackingArea.Options = [.mouseMoved, .activeInKeyWindow, .inVisibleRect]
        addTrackingArea(NSTrackingArea(rect: bounds, options: options, owner: self))
    }

    override func resetCursorRects() { addCursorRect(bounds, cursor: .iBeam) }

    // MARK: Keys

    override func keyDown(with event: NSEvent) {
        NSCursor.setHiddenUntilMouseMoves(true)
        let isMeta = input.optionIsMeta && event.modifierFlags.contains(.option)
        let isControl = event.modifierFlags.contains(.control)
        if marked.string.isEmpty, isControl || isMeta || MacTerminalKeys.named(event) != nil {
            model.press(MacTerminalKeys.press(event, optionIsMeta: input.optionIsMeta))
            return
        }
        // Dead keys and input methods: what comes of it arrives by `insertText`.
        pressed = event
        interpretKeyEvents([event])
        pressed = nil
    }

    override func keyUp(with event: NSEvent) {
        var press = MacTerminalKeys.press(event, optionIsMeta: input.optionIsMeta)
        press.event = .release
        model.press(press)
    }

    override func flagsChanged(with event: NSEvent) {
        if let press = MacTerminalKeys.modifier(event) { model.press(press) }
    }

    /// Keys that mean something to text fields mean nothing here; they were sent as keys.
    override func doCommand(by selector: Selector) {
        guard let pressed else { return }
        model.press(MacTerminalKeys.press(pressed, optionIsMeta: input.optionIsMeta))
    }

    // MARK: Mouse

    private func cell(of event: NSEvent) -> (row: Int, column: Int, half: TerminalHalf) {
        let point = convert(event.locationInWindow, from: nil)
        let state = model.grid.state
        let x = max(0, point.x - input.picture.inset) / input.picture.cell.width
        let row = Int(max(0, point.y - input.picture.inset) / input.picture.cell.height)
        let column = min(Int(x), state.columns - 1)
        let isRight = Int(x) > column || x - x.rounded(.down) >= 0.5
        return (min(row, state.rows - 1), column, isRight ? .right : .left)
    }

    /// Shift keeps the mouse from the program.
    private func report(_ action: TerminalMouse.Action, _ button: TerminalMouse.Button?, _ event: NSEvent) -> Bool {
        guard !event.modifierFlags.contains(.shift) else { return false }
        let place = cell(of: event)
        let modifiers = MacTerminalKeys.modifiers(event.modifierFlags, optionIsMeta: true)
        return model.report(TerminalMouse(action, button, row: place.row, column: place.column, modifiers: modifiers))
    }

    override func mouseDown(with event: NSEvent) {
        window?.makeFirstResponder(self)
        let place = cell(of: event)
        if event.modifierFlags.contains(.command) {
            Task { _ = await model.askToOpen(row: place.row, column: place.column) }
            return
        }
        if report(.press, .left, event) {
            reported = .left
            return
        }
        let kinds: [TerminalSelectionKind] = [.cells, .words, .lines]
        let kind = event.modifierFlags.contains(.option) ? .block : kinds[min(event.clickCount, 3) - 1]
        if event.modifierFlags.contains(.shift), model.hasSelection {
            model.extendSelection(row: place.row, column: place.column, place.half)
        } else if event.clickCount == 1 {
            model.clearSelection()
            lastCell = nil
            begun = (kind, place)
        } else {
            begun = nil
            model.beginSelection(kind, row: place.row, column: place.column, place.half)
        }
    }

    /// Where a selection begins with the first move.
    private var begun: (kind: TerminalSelectionKind, place: (row: Int, column: Int, half: TerminalHalf))?

    override func mouseDragged(with event: NSEvent) {
        if let reported {
            moved(event, reported)
            return
        }
        let place = cell(of: event)
        if let begun {
            model.beginSelection(begun.kind, row: begun.place.row, column: begun.place.column, begun.place.half)
            self.begun = nil
        }
        model.extendSelection(row: place.row, column: place.column, place.half)
        autoscroll(event)
    }

    /// A drag beyond the edge shows what is there.
    private func autoscroll(_ event: NSEvent) {
        let y = convert(event.locationInWindow, from: nil).y
        if y < 0 { model.scroll(lines: 1) } else if y > bounds.height { model.scroll(lines: -1) }
    }

    override func mouseUp(with event: NSEvent) {
        begun = nil
        if reported != nil { _ = report(.release, .left, event) }
        reported = nil
    }

    override func mouseMoved(with event: NSEvent) { moved(event, nil) }

    private func moved(_ event: NSEvent, _ button: TerminalMouse.Button?) {
        let place = cell(of: event)
        guard lastCell.map({ $0 != (place.row, place.column) }) ?? true else { return }
        lastCell = (place.row, place.column)
        if model.grid.state.wantsMouse { _ = report(.move, button, event) }
    }

    override func otherMouseDown(with event: NSEvent) { _ = report(.press, .middle, event) }

    override func otherMouseUp(with event: NSEvent) { _ = report(.release, .middle, event) }

    override func rightMouseDown(with event: NSEvent) {
        if !report(.press, .right, event) { super.rightMouseDown(with: event) }
    }

    override func rightMouseUp(with event: NSEvent) {
        if !report(.release, .right, event) { super.rightMouseUp(with: event) }
    }

    override func scrollWheel(with event: NSEvent) {
        let height = event.hasPreciseScrollingDeltas ? input.picture.cell.height : 1
        scrolled += event.scrollingDeltaY / height
        let lines = Int(scrolled)
        guard lines != 0 else { return }
        scrolled -= CGFloat(lines)
        let place = cell(of: event)
        let modifiers = MacTerminalKeys.modifiers(event.modifierFlags, optionIsMeta: true)
        model.wheel(lines, row: place.row, column: place.column, modifiers: modifiers)
    }

    override func menu(for event: NSEvent) -> NSMenu? {
        let menu = NSMenu()
        menu.addItem(withTitle: String(localized: "Copy"), action: #selector(copy(_:)), keyEquivalent: "")
        menu.addItem(withTitle: String(localized: "Paste"), action: #selector(paste(_:)), keyEquivalent: "")
        menu.addItem(withTitle: String(localized: "Select All"), action: #selector(selectAll(_:)), keyEquivalent: "")
        return menu
    }

    // MARK: The Edit menu

    @objc func copy(_ sender: Any?) {
        if let text = model.selectedText() { input.copy(text) }
    }

    @objc func paste(_ sender: Any?) {
        if let text = NSPasteboard.general.string(forType: .string) { model.paste(text) }
    }

    override func selectAll(_ sender: Any?) { model.selectAll() }
}

extension MacTerminalView: NSMenuItemValidation {
    func validateMenuItem(_ item: NSMenuItem) -> Bool {
        item.action == #selector(copy(_:)) ? model.hasSelection : true
    }
}
