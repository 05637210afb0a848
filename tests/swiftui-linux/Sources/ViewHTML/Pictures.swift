// How images and drawings are drawn, and panes beside each other.

import Foundation
import SwiftUI

extension NodeRenderer {
    /// The largest image that goes into the page.
    private static let largestImage = 4_000_000

    func image(_ node: Node) -> Element {
        if let url = node.imageURL { return picture(url) }
        guard let drawing = node.drawing else { return symbol(node.symbol, ["image"]) }
        let size = node.fixedSize
        return Element(
            "svg",
            ["drawing"],
            attributes: ["viewBox": "0 0 \(size.width) \(size.height)", "aria-hidden": "true"],
            style: ["width": size.width.css, "height": size.height.css],
            content: .children(drawing(size).map(\.element))
        )
    }

    private func picture(_ url: URL) -> Element {
        guard let data = try? Data(contentsOf: url), data.count <= Self.largestImage else {
            return Element("span", text: url.lastPathComponent)
        }
        let type = url.pathExtension.lowercased() == "svg" ? "svg+xml" : url.pathExtension.lowercased()
        let source = "data:image/\(type);base64,\(data.base64EncodedString())"
        return Element("img", ["picture"], attributes: ["src": source, "alt": url.lastPathComponent])
    }

    mutating func panes(_ node: Node, _ style: String = "panes") -> Box {
        var children: [Element] = []
        for child in node.children {
            for box in boxes([child]) {
                var pane = Element("div", ["pane", "v"], children: [box.placed])
                if let width = child.idealWidth { pane.style["flex"] = "0 1 \(width.css)" }
                // Panes shrink to what they need, not beneath it.
                if style == "panes", let width = child.leastWidth { pane.style["min-width"] = width.css }
                children.append(pane)
            }
        }
        return Box(element: Element("div", [style], children: children), growsX: true, growsY: true)
    }
}

extension DrawnStroke {
    fileprivate var element: Element {
        switch self {
        case .line(let path, let css, let width):
            Element(
                "path",
                attributes: ["d": path],
                style: ["fill": "none", "stroke": css, "stroke-width": width.css]
            )
        case .area(let path, let css): Element("path", attributes: ["d": path], style: ["fill": css, "stroke": "none"])
        case .text(let text, let style, let point, let anchor): Self.text(text, style, point, anchor)
        }
    }

    private static func text(_ text: String, _ style: TextStyle, _ point: CGPoint, _ anchor: UnitPoint) -> Element {
        var element = Element("text", text: text)
        element.attributes = ["x": "\(point.x)", "y": "\(point.y)"]
        element.style = ["fill": style.css ?? "currentColor", "stroke": "none", "white-space": "pre"]
        element.style["text-anchor"] = anchor.x < 0.25 ? "start" : anchor.x > 0.75 ? "end" : "middle"
        element.style["dominant-baseline"] =
            anchor.y < 0.25 ? "text-before-edge" : anchor.y > 0.75 ? "text-after-edge" : "central"
        if style.isBold { element.style["font-weight"] = "700" }
        if style.isItalic { element.style["font-style"] = "italic" }
        if let font = style.font {
            element.style["font-size"] = font.size.css
            if let family = font.css { element.style["font-family"] = family }
        }
        return element
    }
}

extension Node {
    /// The size that a frame gives it.
    fileprivate var fixedSize: CGSize {
        for case .frame(let size, _) in looks {
            if let width = size.width, let height = size.height { return CGSize(width: width, height: height) }
        }
        return CGSize(width: 100, height: 100)
    }

    /// Narrower it is not.
    fileprivate var leastWidth: CGFloat? {
        for case .frame(let size, _) in looks.reversed() {
            if let width = size.minWidth { return width }
        }
        return nil
    }

    /// How wide a pane is as long as nobody drags anything.
    fileprivate var idealWidth: CGFloat? {
        for case .frame(let size, _) in looks.reversed() {
            if let width = size.idealWidth { return width }
        }
        return nil
    }
}
