// How lists, forms, columns and what stands in front of them are drawn.

import SwiftUI

extension NodeRenderer {
    mutating func list(_ node: Node) -> Box {
        var element = Element("div", ["list", node.style ?? "inset"])
        element.children = node.children.map { child in
            switch child.role {
            case .section: section(child)
            default: row(child)
            }
        }
        element.attributes = ["role": "listbox", "aria-label": node.label]
        if node.dismiss != nil {
            element.attributes["tabindex"] = "0"
            element.attributes["data-clear"] = id(node)
        }
        markScrolling(&element, node)
        return Box(element: element, growsX: true, growsY: true)
    }

    mutating func row(_ node: Node) -> Element {
        let boxes = boxes(node.children, horizontal: true)
        var element = Element("div", id: id(node), ["row", "h"], children: boxes.map(\.placed))
        if node.isSelected { element.classes.append("selected") }
        if !node.isEnabled { element.classes.append("disabled") }
        if !node.hasSeparator { element.classes.append("no-separator") }
        if let insets = node.rowInsets { element.style["padding"] = insets.css }
        if node.action != nil, node.isEnabled {
            element.attributes = ["role": "option", "data-row": id(node), "aria-selected": "\(node.isSelected)"]
            if node.addToSelection != nil { element.attributes["data-several"] = "" }
        }
        if !node.contextMenu.isEmpty { element.attributes["data-menu"] = id(node) }
        return element
    }

    private mutating func sectionHeader(_ node: Node) -> Element {
        var header = Element("div", ["header", "h"], children: face(node))
        if !node.contextMenu.isEmpty { header.attributes["data-menu"] = id(node) }
        guard node.action != nil else { return header }
        header.id = id(node) + ".title"
        header.children.append(symbol(node.isOn == true ? "chevron.down" : "chevron.right", ["chevron"]))
        header.attributes["role"] = "button"
        header.attributes["data-press"] = id(node)
        header.attributes["aria-expanded"] = "\(node.isOn == true)"
        return header
    }

    mutating func section(_ node: Node) -> Element {
        var element = Element("div", id: id(node), ["section"])
        if !node.face.isEmpty { element.children.append(sectionHeader(node)) }
        element.children.append(Element("div", ["section-body"], children: formRows(node.children)))
        if !node.footer.isEmpty {
            element.children.append(Element("div", ["footer", "v"], children: boxes(node.footer).map(\.placed)))
        }
        return element
    }

    mutating func form(_ node: Node) -> Box {
        var element = Element("div", ["form", node.style ?? "columns"])
        // Rows outside a section are drawn as one section.
        var loose: [Node] = []
        var children: [Element] = []
        func closeLoose(_ renderer: inout NodeRenderer) {
            if loose.isEmpty { return }
            let body = Element("div", ["section-body"], children: renderer.formRows(loose))
            children.append(Element("div", ["section"], children: [body]))
            loose = []
        }
        for child in node.children {
            if child.role == .section {
                closeLoose(&self)
                children.append(section(child))
            } else {
                loose.append(child)
            }
        }
        closeLoose(&self)
        element.children = children
        // A grouped form scrolls; one in columns is as high as its rows.
        return Box(element: element, growsX: true, growsY: node.style == "grouped")
    }

    /// The rows of a section: a field in a form has its label beside it.
    private mutating func formRows(_ nodes: [Node]) -> [Element] {
        nodes.compactMap { node in
            if [.toolbar, .alert, .dialog, .sheet].contains(node.role) {
                _ = boxes([node])
                return nil
            }
            if node.role == .row { return row(node) }
            let box = box(node)
            var row = Element("div", ["form-row", "h"], children: [box.placed])
            if [.textField, .secureField].contains(node.role), !node.label.isEmpty {
                row.classes.append("labeled")
                row.children.insert(Element("span", ["label"], text: node.label), at: 0)
            }
            return row
        }
    }

    mutating func scroll(_ node: Node) -> Box {
        var element = Element("div", ["scroll", node.scrollsHorizontally ? "h" : "v"])
        element.children = boxes(node.children, horizontal: node.scrollsHorizontally).map(\.placed)
        element.style["align-items"] = "center"
        if !node.label.isEmpty { element.attributes["aria-label"] = node.label }
        markScrolling(&element, node)
        return Box(element: element, growsX: true, growsY: !node.scrollsHorizontally)
    }

    private func markScrolling(_ element: inout Element, _ node: Node) {
        element.attributes["data-scroll"] = id(node)
        if let anchor = node.scroll?.anchor, anchor.y == 1 { element.attributes["data-anchor"] = "bottom" }
        if let request = node.scroll, let edge = request.edge {
            element.attributes["data-scroll-to"] = "\(edge) \(request.generation)"
        }
        if let request = node.scroll, let target = request.target,
            let shown = Node.first(tagged: target.id, in: node.children)
        {
            element.attributes["data-scroll-to"] = "\(id(shown)) \(request.generation)"
        }
        if node.userScrolled != nil || !node.geometryChanged.isEmpty { element.attributes["data-geometry"] = "" }
    }

    mutating func splitView(_ node: Node) -> Box {
        var toggle = Element("button", id: id(node) + ".toggle", ["button", "tool", "icon"])
        toggle.children = [symbol("sidebar.left", ["image"])]
        toggle.attributes = [
            "type": "button", "aria-label": "Toggle Sidebar", "title": "Hide or show the sidebar",
            "data-press": id(node),
        ]
        sidebarButton = toggle
        let columns = node.children.map { box($0).placed }
        var element = Element("div", ["split"], children: columns)
        if node.isOn != true { element.classes.append("no-sidebar") }
        return Box(element: element, growsX: true, growsY: true)
    }

    mutating func column(_ node: Node) -> Box {
        let isSidebar = node.label == "Sidebar"
        let content = boxes(node.children)
        var element = Element("div", ["v", "column", isSidebar ? "sidebar" : "detail"])
        let bar =
            isSidebar ? sidebarBar(node) : Element("div", id: id(node) + ".bar", ["title-bar", "h"], children: [])
        let body = Element("div", id: id(node) + ".body", ["v", "column-body"], children: content.map(\.placed))
        element.children = [bar, body]
        if let width = content.first?.element.style["--column"] { element.style["--column"] = width }
        return Box(element: element, growsX: !isSidebar, growsY: true)
    }

    private mutating func sidebarBar(_ node: Node) -> Element {
        let items = ToolbarItems(in: node.children)
        let spacer = Element("div", ["spacer"], children: [])
        let lights = WindowFrame.trafficLights
        let tools = toolbar(items.leading + items.center + items.trailing)
        let toggle = sidebarButton.map { [$0] } ?? []
        sidebarButton = nil
        return Element(
            "div",
            id: id(node) + ".bar",
            ["title-bar", "h"],
            children: [lights, spacer] + tools + toggle
        )
    }

    /// Items of a toolbar, as it draws them.
    mutating func toolbar(_ nodes: [Node]) -> [Element] {
        isInToolbar = true
        defer { isInToolbar = false }
        return boxes(nodes, horizontal: true).map { box in
            var element = box.placed
            element.classes.append("tool")
            return element
        }
    }

    mutating func tabs(_ node: Node) -> Box {
        let buttons = node.children.filter { $0.style == "tab" }
        var bar = Element("div", ["tab-bar", "h"])
        bar.children = buttons.map { node in
            var element = Element("button", id: id(node), ["tab"])
            element.children = [symbol(node.symbol, ["symbol"]), Element("span", text: node.label)]
            element.attributes = ["type": "button", "role": "tab", "data-press": id(node)]
            element.attributes["aria-selected"] = "\(node.isSelected)"
            if node.isSelected { element.classes.append("selected") }
            return element
        }
        let panes = boxes(node.children.filter { $0.style != "tab" })
        let content = Element("div", ["v", "tab-content"], children: panes.map(\.placed))
        return Box(
            element: Element("div", ["v", "tabs"], children: [bar, content]),
            growsX: panes.contains(where: \.growsX),
            growsY: panes.contains(where: \.growsY)
        )
    }

    mutating func modal(_ node: Node) -> Element {
        let isSheet = node.role == .sheet
        var panel = Element("div", id: id(node), [isSheet ? "sheet" : "alert", "v"])
        panel.attributes = ["role": isSheet ? "dialog" : "alertdialog", "aria-modal": "true", "data-modal": id(node)]
        if isSheet {
            panel.children = boxes(node.children).map(\.placed)
            let items = ToolbarItems(in: node.children)
            let buttons = toolbar(items.cancellation + items.confirmation)
            if !buttons.isEmpty { panel.children.append(Element("div", ["h", "sheet-buttons"], children: buttons)) }
        } else {
            panel.attributes["aria-label"] = node.label
            panel.children = [Element("div", ["alert-title"], text: node.label)]
            panel.children += boxes(node.children.filter { $0.role != .button }).map(\.placed)
            let buttons = node.children.filter { $0.role == .button }
            panel.children.append(Element("div", ["alert-buttons"], children: boxes(buttons).map(\.placed)))
        }
        return Element("div", id: id(node) + ".scrim", ["scrim"], children: [panel])
    }
}
