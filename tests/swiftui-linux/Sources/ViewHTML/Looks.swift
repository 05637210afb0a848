// How a node's appearance becomes styles: inherited ones on the element, boxes around it.

import SwiftUI

/// An element, and which space it takes of what it is offered.
struct Box {
    var element: Element
    /// Takes all the width.
    var growsX = false
    /// Takes all the width up to a limit.
    var growsToLimit = false
    /// Takes all the height.
    var growsY = false
    /// Takes all the space along the stack that it is in.
    var isSpacer = false

    /// The element as its parent places it.
    var placed: Element {
        var placed = element
        if growsX { placed.classes.append(growsToLimit ? "mx" : "gx") }
        if growsY { placed.classes.append("gy") }
        return placed
    }
}

extension Box {
    /// Applies the looks of a node from the inside out.
    mutating func apply(_ looks: [Look], id: String) {
        var shells = 0
        var isShellOpen = false
        func shellID() -> String {
            shells += 1
            return "\(id).\(shells)"
        }
        for look in looks {
            switch look {
            case .padding(let insets):
                if !isShellOpen || element.style["padding"] != nil || element.style["background"] != nil {
                    self = wrapped(id: shellID())
                }
                element.style["padding"] = insets.css
                isShellOpen = true
            case .background(let css, let radius):
                if !isShellOpen || element.style["background"] != nil { self = wrapped(id: shellID()) }
                element.style["background"] = css
                if let radius { element.style["border-radius"] = radius }
                isShellOpen = true
            case .frame(let size, let alignment):
                self = wrapped(id: shellID())
                apply(size, alignment)
                isShellOpen = true
            case .fixedSize(let horizontal, let vertical):
                if horizontal {
                    growsX = false
                    element.style["flex-shrink"] = "0"
                }
                if vertical { growsY = false }
            default:
                element.apply(inherited: look)
            }
        }
    }

    private func wrapped(id: String) -> Box {
        Box(element: Element(id: id, ["v"], children: [placed]), growsX: growsX, growsY: growsY, isSpacer: isSpacer)
    }

    private mutating func apply(_ size: FrameSize, _ alignment: Alignment) {
        element.style["align-items"] = alignment.horizontal.css
        element.style["justify-content"] = alignment.vertical.css
        if let width = size.width {
            element.style["width"] = width.css
            element.style["flex-shrink"] = "0"
            growsX = false
        }
        if let height = size.height {
            element.style["height"] = height.css
            element.style["flex-shrink"] = "0"
            growsY = false
        }
        if let width = size.minWidth { element.style["min-width"] = width.css }
        if let height = size.minHeight { element.style["min-height"] = height.css }
        if let width = size.maxWidth {
            growsX = true
            growsToLimit = width.isFinite
            if width.isFinite { element.style["max-width"] = width.css }
        }
        if let height = size.maxHeight {
            growsY = growsY || !height.isFinite
            if height.isFinite { element.style["max-height"] = height.css }
        }
    }
}

extension Element {
    /// Styles that the views inside inherit; the innermost one wins.
    mutating func apply(inherited look: Look) {
        switch look {
        case .foreground(let css): set("color", css)
        case .font(let font): apply(font)
        case .weight(let weight): set("font-weight", "\(weight.value)")
        case .italic: set("font-style", "italic")
        case .monospaced: set("font-family", "var(--mono)")
        case .monospacedDigits: set("font-variant-numeric", "tabular-nums")
        case .lineLimit(let limit): apply(lineLimit: limit)
        case .selectable(let isSelectable): classes.append(isSelectable ? "selectable" : "unselectable")
        case .controlSize(let size): classes.append("size-\(size)")
        case .columnWidth(let width): set("--column", width.css)
        case .padding, .frame, .background, .fixedSize: break
        }
    }

    private mutating func set(_ name: String, _ value: String) {
        if style[name] == nil { style[name] = value }
    }

    private mutating func apply(_ font: Font) {
        set("font-size", font.size.css)
        set("font-weight", "\(font.weight.value)")
        if let family = font.css { set("font-family", family) }
    }

    private mutating func apply(lineLimit limit: Int?) {
        guard let limit else { return }
        classes.append(limit == 1 ? "one-line" : "lines")
        set("--lines", "\(limit)")
    }
}

extension CGFloat {
    var css: String { self == rounded() && magnitude < 1e9 ? "\(Int(self))px" : "\(Double(self))px" }
}

extension EdgeInsets {
    var css: String { "\(top.css) \(trailing.css) \(bottom.css) \(leading.css)" }
}

extension HorizontalAlignment {
    var css: String { name == "center" ? "center" : "flex-\(name)" }
}

extension VerticalAlignment {
    var css: String {
        switch name {
        case "start", "end": "flex-\(name)"
        default: name
        }
    }
}
