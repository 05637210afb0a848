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
            attributes: [
                "viewBox": "0 0 \(size.width) \(size.height)", "width": "\(size.width)", "height": "\(size.height)",
                "aria-hidden": "true",
            ],
            content: .drawing(drawing(size))
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

    mutating func panes(_ node: Node) -> Box {
        var children: [Element] = []
        for child in node.children {
            for box in boxes([child]) {
                var pane = Element("div", ["pane", "v"], children: [box.placed])
                if let width = child.idealWidth { pane.style["flex"] = "0 1 \(width.css)" }
                children.append(pane)
            }
        }
        return Box(element: Element("div", ["panes"], children: children), growsX: true, growsY: true)
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

    /// How wide a pane is as long as nobody drags anything.
    fileprivate var idealWidth: CGFloat? {
        for case .frame(let size, _) in looks.reversed() {
            if let width = size.idealWidth { return width }
        }
        return nil
    }
}
