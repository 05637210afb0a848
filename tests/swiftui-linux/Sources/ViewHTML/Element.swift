// An HTML element as a value, so that two renderings can be compared before anything is sent.

/// An element with its attributes and content. All text and all attribute values are escaped when it is written.
package struct Element: Equatable, Sendable {
    package enum Content: Equatable, Sendable {
        case text(String)
        case children([Element])
        /// Markup of our own, never of a view's text: the drawing of a symbol.
        case drawing(String)
    }

    package var tag: String
    /// Names the element in the page.
    package var id: String?
    package var classes: [String]
    package var attributes: [String: String]
    package var style: [String: String]
    package var content: Content

    package init(
        _ tag: String = "div",
        id: String? = nil,
        _ classes: [String] = [],
        attributes: [String: String] = [:],
        style: [String: String] = [:],
        content: Content = .children([])
    ) {
        self.tag = tag
        self.id = id
        self.classes = classes
        self.attributes = attributes
        self.style = style
        self.content = content
    }

    package init(_ tag: String, _ classes: [String] = [], text: String) {
        self.init(tag, classes, content: .text(text))
    }

    package init(_ tag: String = "div", id: String? = nil, _ classes: [String], children: [Element]) {
        self.init(tag, id: id, classes, content: .children(children))
    }

    package var children: [Element] {
        get {
            if case .children(let children) = content { return children }
            return []
        }
        set { content = .children(newValue) }
    }

    /// All attributes as they are written.
    package var writtenAttributes: [String: String] {
        var all = attributes
        if let id { all["id"] = id }
        if !classes.isEmpty { all["class"] = classes.joined(separator: " ") }
        if !style.isEmpty {
            all["style"] = style.map { "\($0.key):\($0.value)" }.sorted().joined(separator: ";")
        }
        return all
    }

    package var html: String {
        var text = ""
        write(to: &text)
        return text
    }

    private static let voidTags: Set = ["input", "hr", "br", "meta"]

    private func write(to text: inout String) {
        text += "<\(tag)"
        for (name, value) in writtenAttributes.sorted(by: { $0.key < $1.key }) {
            text += " \(name)=\"\(escaped(value))\""
        }
        text += ">"
        if Self.voidTags.contains(tag) { return }
        switch content {
        // A line end right after the tag of a text area would be dropped.
        case .text(let content): text += (tag == "textarea" ? "\n" : "") + escaped(content)
        case .children(let children): for child in children { child.write(to: &text) }
        case .drawing(let markup): text += markup
        }
        text += "</\(tag)>"
    }
}

/// Text that can stand in an element or in a quoted attribute. Control characters that HTML forbids are replaced.
package func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        case "\t", "\n": result.unicodeScalars.append(scalar)
        case "\r": result += "&#13;"
        case "\u{0}"..<"\u{20}", "\u{7F}": result += "\u{FFFD}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}
