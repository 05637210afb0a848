// Input methods, dead keys, dictation and the palette of characters in a terminal.
import AppKit
import AtelierKit
import AtelierUI

/// A terminal has no text of its own to change: what is composed stands at the cursor until it is typed.
extension MacTerminalView: @preconcurrency NSTextInputClient {
    private static let nowhere = NSRange(location: NSNotFound, length: 0)

    func insertText(_ string: Any, replacementRange: NSRange) {
        let text = (string as? NSAttributedString)?.string ?? string as? String ?? ""
        let wasComposing = hasMarkedText()
        unmarkText()
        if !wasComposing, let pressed, pressed.characters == text {
            model.press(MacTerminalKeys.press(pressed, optionIsMeta: input.optionIsMeta))
        } else {
            // Composed, dictated, or from the palette of characters.
            for character in text { model.press(TerminalKeyPress(.character(character))) }
        }
    }

    func setMarkedText(_ string: Any, selectedRange: NSRange, replacementRange: NSRange) {
        marked = string as? NSAttributedString ?? NSAttributedString(string: string as? String ?? "")
        let end = marked.length
        let start = min(selectedRange.location == NSNotFound ? end : selectedRange.location, end)
        markedSelection = NSRange(location: start, length: min(selectedRange.length, end - start))
        // What is composed is seen where it will stand.
        if model.grid.state.scrolled > 0 { model.scrollToEnd() }
        needsDisplay = true
    }

    func unmarkText() {
        marked = NSAttributedString()
        markedSelection = NSRange(location: 0, length: 0)
        needsDisplay = true
    }

    func hasMarkedText() -> Bool { marked.length > 0 }

    func markedRange() -> NSRange {
        hasMarkedText() ? NSRange(location: 0, length: marked.length) : Self.nowhere
    }

    func selectedRange() -> NSRange { markedSelection }

    func attributedSubstring(
        forProposedRange range: NSRange,
        actualRange: NSRangePointer?
    ) -> NSAttributedString? {
        let within = NSIntersectionRange(range, NSRange(location: 0, length: marked.length))
        guard within.length > 0 else { return nil }
        actualRange?.pointee = within
        return marked.attributedSubstring(from: within)
    }

    func validAttributesForMarkedText() -> [NSAttributedString.Key] {
        [.underlineStyle, .underlineColor, .markedClauseSegment]
    }

    func characterIndex(for point: NSPoint) -> Int {
        guard let window, hasMarkedText() else { return NSNotFound }
        let x = convert(window.convertPoint(fromScreen: point), from: nil).x - cursorRect.minX
        let line = CTLineCreateWithAttributedString(shown)
        let index = CTLineGetStringIndexForPosition(line, CGPoint(x: x, y: 0))
        return index == kCFNotFound ? NSNotFound : index
    }

    /// Where a part of what is composed stands: the list of candidates opens below it.
    func firstRect(forCharacterRange range: NSRange, actualRange: NSRangePointer?) -> NSRect {
        var rect = cursorRect
        if hasMarkedText(), range.location != NSNotFound {
            let line = CTLineCreateWithAttributedString(shown)
            rect.origin.x += CTLineGetOffsetForStringIndex(line, min(range.location, marked.length), nil)
        }
        actualRange?.pointee = range
        return window?.convertToScreen(convert(rect, to: nil)) ?? .zero
    }

    private var cursorRect: NSRect {
        let column = min(model.grid.state.cursor.column, max(0, model.grid.state.columns - 1))
        return input.picture.rect(model.grid.cursorRow ?? 0, column, width: 1)
    }

    /// What is composed as it is drawn: in the terminal's letters, what is being chosen underlined more strongly.
    private var shown: NSAttributedString {
        let text = NSMutableAttributedString(string: marked.string)
        let all = NSRange(location: 0, length: text.length)
        text.addAttributes(
            [
                .font: fonts.font([]) as NSFont, .foregroundColor: NSColor.textColor,
                .backgroundColor: NSColor.textBackgroundColor, .underlineStyle: NSUnderlineStyle.single.rawValue,
            ],
            range: all
        )
        let chosen = NSIntersectionRange(markedSelection, all)
        if chosen.length > 0 {
            text.addAttribute(.underlineStyle, value: NSUnderlineStyle.thick.rawValue, range: chosen)
        }
        return text
    }

    /// Above the cells; what would not fit is moved to the left.
    func drawMarked() {
        guard hasMarkedText() else { return }
        let text = shown
        var origin = cursorRect.origin
        origin.x = max(input.picture.inset, min(origin.x, bounds.width - input.picture.inset - text.size().width))
        text.draw(at: origin)
    }
}
