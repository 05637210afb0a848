// Turns nodes into HTML: an approximation of how macOS draws them, for people to look at.

import SwiftUI

/// Renders the nodes of one window.
@MainActor
package struct NodeRenderer {
    /// Put before each id, to tell windows apart.
    let prefix: String
    /// What stands in front of the window: alerts, dialogs, sheets.
    var modals: [Element] = []
    /// Toolbars show the symbols of labels without their titles.
    var isInToolbar = false
    /// The button that shows or hides the sidebar of the split view that is being drawn.
    var sidebarButton: Element?

    package init(prefix: String = "") { self.prefix = prefix }

    func id(_ node: Node) -> String { prefix + node.id.description }

    /// Nodes of a column or window, one under the other.
    mutating func boxes(_ nodes: [Node], horizontal: Bool = false) -> [Box] {
        nodes.compactMap { node in
            switch node.role {
            case .alert, .dialog, .sheet:
                modals.append(modal(node))
                return nil
            case .toolbar:
                return nil
            default:
                return box(node, horizontal: horizontal)
            }
        }
    }

    /// One node with its looks.
    mutating func box(_ node: Node, horizontal: Bool = false) -> Box {
        var box = bare(node, horizontal: horizontal)
        if box.element.id == nil { box.element.id = id(node) }
        if let help = node.help { box.element.attributes["title"] = help }
        if !node.contextMenu.isEmpty, node.role != .row { box.element.attributes["data-menu"] = id(node) }
        box.apply(node.looks, id: id(node))
        box.element.attributes.merge(reactions(of: node)) { $1 }
        return box
    }

    /// What the page has to tell of a node: keys, focus, sizes, drags, the wheel, what is pasted. It is about all of the node, with
    /// the frames around it.
    private func reactions(of node: Node) -> [String: String] {
        var attributes: [String: String] = [:]
        if !node.keyHandlers.isEmpty {
            let keys = Set(node.keyHandlers.flatMap { $0.keys ?? [] }).map { String($0.character) }.sorted()
            let takesAll = node.keyHandlers.contains { $0.keys == nil }
            attributes["data-keys"] = takesAll ? "*" : keys.joined(separator: " ")
        }
        if node.isFocusable {
            attributes["tabindex"] = "0"
            attributes["data-focusable"] = id(node)
            if node.isFocused { attributes["data-focused"] = "" }
        }
        if !node.sizeChanged.isEmpty { attributes["data-size"] = id(node) }
        if node.dragged != nil { attributes["data-drag"] = id(node) }
        if node.wheeled != nil { attributes["data-wheel"] = id(node) }
        if node.pasted != nil { attributes["data-paste"] = id(node) }
        if node.role == .group, let value = node.value {
            attributes.merge(["role": "group", "aria-label": node.label, "aria-description": value]) { $1 }
        }
        return attributes
    }

    private mutating func bare(_ node: Node, horizontal: Bool) -> Box {
        switch node.role {
        case .text: return Box(element: text(node))
        case .image: return Box(element: image(node))
        case .progress: return progress(node)
        case .separator:
            return horizontal
                ? Box(element: Element("div", ["vr"]), growsY: true) : Box(element: Element("hr"), growsX: true)
        case .spacer: return Box(element: Element("div", ["spacer"]), isSpacer: true)
        case .button: return Box(element: button(node))
        case .toggle: return toggle(node)
        case .textField, .secureField, .textEditor: return field(node)
        case .picker: return picker(node)
        case .option: return Box(element: Element("span", text: node.label))
        case .menu: return Box(element: menu(node))
        case .disclosure: return disclosure(node)
        case .group: return group(node)
        case .list: return list(node)
        case .row: return Box(element: row(node), growsX: true)
        case .section: return Box(element: section(node), growsX: true)
        case .form: return form(node)
        case .scroll: return scroll(node)
        case .splitView: return splitView(node)
        case .column: return column(node)
        case .tabs: return tabs(node)
        // Taken out of the flow by `boxes`.
        case .toolbar, .alert, .dialog, .sheet: return Box(element: Element())
        }
    }

    // MARK: Text and symbols

    func text(_ node: Node) -> Element {
        var element = Element("span", ["text"])
        let shown = node.visibleText ?? node.label
        var parts: [Element] = []
        if node.symbol != nil, node.style != "title" {
            var drawn = symbol(node.symbol, ["symbol"])
            for look in node.symbolLooks { drawn.apply(inherited: look) }
            parts.append(drawn)
        }
        if node.style == "icon" || (isInToolbar && node.style == nil && !parts.isEmpty) {
            element.attributes["title"] = shown
        } else if parts.isEmpty {
            element.content = !node.runs.isEmpty ? .children(node.runs.map(run)) : .text(shown)
            return element
        } else {
            parts.append(Element("span", text: shown))
        }
        element.children = parts
        return element
    }

    private func run(_ run: TextRun) -> Element {
        var element = Element("span", text: run.text)
        if let foreground = run.foreground { element.style["color"] = foreground }
        if let background = run.background { element.style["background"] = background }
        return element
    }

    func symbol(_ name: String?, _ classes: [String]) -> Element {
        let drawing = name.flatMap { SystemSymbol.drawing(of: $0) } ?? SystemSymbol.unknown
        return Element(
            "svg",
            classes,
            attributes: ["viewBox": "0 0 16 16", "aria-hidden": "true"],
            content: .drawing(drawing)
        )
    }

    private func progress(_ node: Node) -> Box {
        var element: Element
        if let value = node.value {
            let bar = Element("div", ["bar"], style: ["width": value])
            element = Element("div", ["meter"], children: [bar])
        } else {
            element = Element("div", ["spinner"], children: [])
        }
        element.attributes["role"] = "progressbar"
        element.attributes["aria-label"] = node.label
        return Box(element: element, growsX: node.value != nil)
    }

    // MARK: Groups

    mutating func group(_ node: Node) -> Box {
        switch node.layout {
        case .horizontal(let alignment, let spacing):
            return stack(node, "h", alignment.css, spacing)
        case .vertical(let alignment, let spacing):
            return stack(node, "v", alignment.css, spacing)
        case .layered(let alignment, let sizedByFirst):
            return layers(node, alignment, sizedByFirst)
        case .panes: return panes(node)
        case .rows: return panes(node, "rows")
        case .labeled: return labeled(node)
        case .box: return groupBox(node)
        case .unavailable: return unavailable(node)
        case .none: return stack(node, "v", HorizontalAlignment.center.css, 8)
        }
    }

    private mutating func stack(_ node: Node, _ axis: String, _ alignment: String, _ spacing: CGFloat?) -> Box {
        let isHorizontal = axis == "h"
        let boxes = boxes(node.children, horizontal: isHorizontal)
        var element = Element("div", [axis], children: boxes.map(\.placed))
        element.style["align-items"] = alignment
        element.style["gap"] = (spacing ?? 8).css
        return Box(
            element: element,
            growsX: node.isGreedy || node.fills || boxes.contains { $0.growsX || ($0.isSpacer && isHorizontal) },
            growsY: node.fills || boxes.contains { $0.growsY || ($0.isSpacer && !isHorizontal) }
        )
    }

    private mutating func layers(_ node: Node, _ alignment: Alignment, _ sizedByFirst: Bool) -> Box {
        let boxes = boxes(node.children)
        var children = boxes.map(\.placed)
        if sizedByFirst {
            for index in children.indices.dropFirst() {
                var layer = Element("div", ["over"], children: [children[index]])
                layer.style = ["align-items": alignment.horizontal.css, "justify-content": alignment.vertical.css]
                children[index] = layer
            }
        }
        var element = Element("div", [sizedByFirst ? "layers" : "z"], children: children)
        if !sizedByFirst {
            element.style["justify-items"] = alignment.horizontal.css
            element.style["align-items"] = alignment.vertical.css
        }
        let sizing = sizedByFirst ? Array(boxes.prefix(1)) : boxes
        return Box(
            element: element,
            growsX: sizing.contains(where: \.growsX),
            growsY: sizing.contains(where: \.growsY)
        )
    }

    private mutating func groupBox(_ node: Node) -> Box {
        let boxes = boxes(node.children)
        let content = Element("div", ["v", "box"], children: boxes.map(\.placed))
        var element = Element("div", ["v", "group-box"], children: [content])
        if !node.face.isEmpty {
            element.children.insert(Element("div", ["box-title"], children: face(node)), at: 0)
        }
        return Box(element: element, growsX: boxes.contains(where: \.growsX), growsY: boxes.contains(where: \.growsY))
    }

    private mutating func unavailable(_ node: Node) -> Box {
        var children: [Element] = []
        for (index, child) in node.children.enumerated() {
            if index == 0, child.role == .text, let name = child.symbol {
                children.append(symbol(name, ["unavailable-symbol"]))
                children.append(Element("div", ["unavailable-title"], text: child.label))
            } else {
                children.append(box(child).placed)
            }
        }
        return Box(element: Element("div", ["v", "unavailable"], children: children), growsX: true, growsY: true)
    }

    /// What is drawn inside a control.
    mutating func face(_ node: Node) -> [Element] {
        boxes(node.face, horizontal: true).map(\.placed)
    }
}
