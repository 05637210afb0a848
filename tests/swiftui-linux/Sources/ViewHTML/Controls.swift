// How controls are drawn. What a person can do with them stands in data attributes, which the page's script reads.

import SwiftUI

extension NodeRenderer {
    mutating func button(_ node: Node) -> Element {
        var element = Element("button", ["button", node.style ?? "automatic"])
        element.children = face(node)
        if element.children.isEmpty { element.children = [Element("span", text: node.label)] }
        if element.children.count == 1, element.children[0].tag == "span", isIconOnly(node.face) {
            element.classes.append("icon")
        }
        element.attributes = ["type": "button", "data-press": id(node), "aria-label": node.label]
        markState(of: &element, node)
        return element
    }

    private func isIconOnly(_ face: [Node]) -> Bool {
        guard face.count == 1, let only = face.first else { return false }
        let isSymbolOnly = only.style == "icon" || (isInToolbar && only.style == nil)
        return only.role == .image || (only.symbol != nil && isSymbolOnly)
    }

    /// Enabled, focused, destructive; the shortcut that presses it.
    func markState(of element: inout Element, _ node: Node) {
        if !node.isEnabled { element.attributes["disabled"] = "" }
        if node.isDestructive { element.classes.append("destructive") }
        if node.isFocused { element.attributes["data-focused"] = "" }
        if let shortcut = node.shortcut {
            element.attributes["data-shortcut"] = shortcut
            if shortcut == "↩" { element.classes.append("default") }
        }
        if let identifier = node.identifier { element.attributes["data-name"] = identifier }
    }

    mutating func toggle(_ node: Node) -> Box {
        let isOn = node.isOn == true
        var element = Element("button", ["toggle", node.style ?? "checkbox"])
        if isOn { element.classes.append("on") }
        var children = face(node)
        if node.style != "button" { children.insert(Element("span", ["knob"], children: []), at: 0) }
        element.children = children
        element.attributes = [
            "type": "button", "role": "switch", "aria-checked": "\(isOn)", "aria-label": node.label,
            "data-press": id(node),
        ]
        markState(of: &element, node)
        return Box(element: element)
    }

    func field(_ node: Node) -> Box {
        let isLong = node.role == .textEditor || node.growsWithText
        var element = Element(isLong ? "textarea" : "input", ["field", node.style ?? "automatic"])
        element.attributes = [
            "data-text": id(node), "aria-label": node.label, "placeholder": node.placeholder ?? "",
            "autocomplete": "off", "spellcheck": "false",
        ]
        if node.style == "search" {
            element.attributes["placeholder"] = node.label
            element.classes = ["field", "bare"]
        }
        if isLong {
            element.attributes["rows"] = "1"
            element.content = .text(node.value ?? "")
        } else {
            element.attributes["type"] = node.role == .secureField ? "password" : "text"
            element.attributes["value"] = node.value ?? ""
        }
        if node.role == .textEditor { element.classes.append("editor") }
        if node.growsWithText { element.classes.append("growing") }
        if node.submit != nil { element.attributes["data-submit"] = "" }
        markState(of: &element, node)
        let isEditor = node.role == .textEditor
        if node.style == "search" {
            let shell = Element("div", ["search"], children: [symbol("magnifyingglass", ["symbol"]), element])
            return Box(element: shell, growsX: true)
        }
        return Box(element: element, growsX: true, growsY: isEditor)
    }

    mutating func picker(_ node: Node) -> Box {
        let style = node.style ?? "menu"
        var choice: Element
        if style == "segmented" || style == "radio" {
            choice = Element("div", [style], children: node.children.map { option($0, style) })
            choice.attributes = ["role": "radiogroup"]
        } else {
            let options = node.children.map { option in
                var element = Element("option", text: option.label)
                element.attributes = ["value": id(option)]
                if option.isSelected { element.attributes["selected"] = "" }
                return element
            }
            choice = Element("select", ["pop-up"], children: options)
            choice.attributes = ["data-choose": ""]
        }
        choice.attributes["aria-label"] = node.label
        choice.id = id(node) + ".choice"
        markState(of: &choice, node)
        if node.face.isEmpty { return Box(element: Element("div", ["picker"], children: [choice])) }
        let label = Element("span", ["label"], text: node.label)
        return Box(element: Element("div", ["labeled", "picker"], children: [label, choice]))
    }

    private func option(_ node: Node, _ style: String) -> Element {
        var element = Element("button", [style == "radio" ? "radio-choice" : "segment"])
        element.id = id(node)
        element.children = [Element("span", text: node.label)]
        if style == "radio" { element.children.insert(Element("span", ["knob"], children: []), at: 0) }
        if node.isSelected { element.classes.append("on") }
        element.attributes = [
            "type": "button", "role": "radio", "aria-checked": "\(node.isSelected)", "data-press": id(node),
        ]
        markState(of: &element, node)
        return element
    }

    mutating func menu(_ node: Node) -> Element {
        var summary = Element("summary", ["button", node.style ?? "automatic", "pull-down"], children: face(node))
        summary.attributes = ["aria-label": node.label]
        if isIconOnly(node.face) { summary.classes.append("icon") }
        summary.id = id(node) + ".title"
        var element = Element("details", ["menu"], children: [summary, items(node.children)])
        if !node.isEnabled { element.classes.append("disabled") }
        return element
    }

    /// The items of an open menu.
    package func items(_ nodes: [Node]) -> Element {
        var list = Element("div", ["items"], children: nodes.flatMap { entries(of: $0) })
        list.attributes = ["role": "menu"]
        return list
    }

    /// A menu shows the options of a picker and the items of a group as items of its own.
    private func entries(of node: Node) -> [Element] {
        switch node.role {
        case .group, .picker: node.children.flatMap { entries(of: $0) }
        case .section: header(of: node) + node.children.flatMap { entries(of: $0) }
        case .menu: [submenu(node)]
        case .separator: [Element("hr", id: id(node))]
        default: [item(node)]
        }
    }

    private func item(_ node: Node) -> Element {
        var item = Element("button", id: id(node), ["item"])
        item.children = [Element("span", ["check"], text: isChecked(node) ? "✓" : "")]
        if let name = node.symbol { item.children.append(symbol(name, ["symbol"])) }
        var title = Element("span", ["item-title"], children: [Element("span", text: node.label)])
        if let hint = node.hint { title.children.append(Element("span", ["item-subtitle"], text: hint)) }
        item.children += [title, Element("span", ["shortcut"], text: node.shortcut ?? "")]
        item.attributes = ["type": "button", "role": "menuitem", "data-press": id(node)]
        markState(of: &item, node)
        item.classes.removeAll { $0 == "default" }
        return item
    }

    private func header(of section: Node) -> [Element] {
        guard !section.label.isEmpty else { return [] }
        return [Element("div", ["items-header"], text: section.label)]
    }

    /// A submenu opens while the pointer or the focus is in it.
    private func submenu(_ node: Node) -> Element {
        var title = Element("button", ["item"])
        title.children = [
            Element("span", ["check"], text: ""), Element("span", ["item-title"], text: node.label),
            Element("span", ["shortcut"], text: "›"),
        ]
        title.attributes = ["type": "button", "role": "menuitem", "aria-haspopup": "menu"]
        markState(of: &title, node)
        let opened = node.isEnabled ? [items(node.children)] : []
        return Element("div", id: id(node), ["submenu"], children: [title] + opened)
    }

    private func isChecked(_ node: Node) -> Bool { node.isOn == true || (node.role == .option && node.isSelected) }

    mutating func disclosure(_ node: Node) -> Box {
        let isOpen = node.isOn == true
        var title = Element("button", ["disclosure-title"], children: [symbol("chevron.right", ["chevron"])])
        title.children += face(node)
        title.attributes = ["type": "button", "data-press": id(node), "aria-expanded": "\(isOpen)"]
        title.id = id(node) + ".title"
        markState(of: &title, node)
        var element = Element("div", ["v", "disclosure"], children: [title])
        if isOpen {
            element.classes.append("open")
            let content = Element("div", ["v", "disclosure-content"], children: boxes(node.children).map(\.placed))
            element.children.append(content)
        }
        return Box(element: element, growsX: true)
    }

    mutating func labeled(_ node: Node) -> Box {
        let label = Element("span", ["label"], children: face(node))
        let boxes = boxes(node.children, horizontal: true)
        let content = Element("div", ["h", "labeled-content"], children: boxes.map(\.placed))
        return Box(element: Element("div", ["labeled"], children: [label, content]), growsX: true)
    }
}
