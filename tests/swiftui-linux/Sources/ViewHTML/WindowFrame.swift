// The frame of a window: title bar, toolbar, content, and what stands in front of it.

import SwiftUI

/// The items of the toolbars inside some nodes, by where they go. Columns have toolbars of their own.
@MainActor
struct ToolbarItems {
    private(set) var leading: [Node] = []
    private(set) var center: [Node] = []
    private(set) var trailing: [Node] = []
    private(set) var cancellation: [Node] = []
    private(set) var confirmation: [Node] = []

    init(in nodes: [Node]) { collect(nodes) }

    private mutating func collect(_ nodes: [Node]) {
        for node in nodes {
            switch node.role {
            case .toolbar: node.children.forEach { add($0) }
            case .column where node.label == "Sidebar": break
            case .alert, .dialog, .sheet: break
            default: collect(node.children)
            }
        }
    }

    private mutating func add(_ node: Node) {
        switch node.placement?.name {
        case "navigation": leading.append(node)
        case "principal", "status": center.append(node)
        case "cancellationAction": cancellation.append(node)
        case "confirmationAction": confirmation.append(node)
        default: trailing.append(node)
        }
    }
}

/// What is drawn around the content of a window.
@MainActor
package struct WindowFrame {
    package let title: String
    package let subtitle: String?
    /// Only the window in front takes shortcuts.
    package let isFront: Bool
    package let classes: [String]

    package init(title: String, subtitle: String? = nil, isFront: Bool = true, classes: [String] = []) {
        self.title = title
        self.subtitle = subtitle
        self.isFront = isFront
        self.classes = classes
    }

    static let trafficLights: Element = {
        let lights = ["close", "minimize", "zoom"].map { name in
            var light = Element("button", ["light", name], children: [])
            light.attributes = ["type": "button", "aria-label": name, "tabindex": "-1", "data-window": name]
            return light
        }
        return Element("div", ["lights"], children: lights)
    }()

    /// The window with these nodes in it. Ids inside start with `id` and a hyphen.
    package func render(_ nodes: [Node], id: String) -> Element {
        var renderer = NodeRenderer(prefix: id + "-")
        let boxes = renderer.boxes(nodes)
        let items = ToolbarItems(in: nodes)
        var content = Element("div", id: id + ".content", ["v", "window-content"], children: boxes.map(\.placed))
        let hasSidebar = nodes.contains { $0.containsSplitView }
        let bar = titleBar(items, &renderer, id: id, hasLights: !hasSidebar)
        if hasSidebar { content.fillDetailBar(with: bar.children) }
        var window = Element("section", id: id, ["window", "v"] + classes)
        window.children = (hasSidebar ? [] : [bar]) + [content] + renderer.modals
        window.attributes = ["data-window-id": id, "aria-label": title]
        if isFront { window.classes.append("front") }
        return window
    }

    private func titleBar(
        _ items: ToolbarItems,
        _ renderer: inout NodeRenderer,
        id: String,
        hasLights: Bool
    ) -> Element {
        var titles = [Element("div", ["title"], text: title)]
        if let subtitle, !subtitle.isEmpty { titles.append(Element("div", ["subtitle"], text: subtitle)) }
        var lights = Self.trafficLights
        if !hasLights { lights.classes.append("for-hidden-sidebar") }
        let spacer = Element("div", ["spacer"], children: [])
        var children = [lights]
        if let toggle = renderer.sidebarButton { children.append(toggle) }
        children += renderer.toolbar(items.leading)
        children += [Element("div", ["titles", "v"], children: titles), spacer]
        children += renderer.toolbar(items.center)
        children += [spacer]
        children += renderer.toolbar(items.trailing)
        return Element("div", id: id + ".bar", ["title-bar", "h"], children: children)
    }
}

extension Node {
    fileprivate var containsSplitView: Bool { role == .splitView || children.contains(where: \.containsSplitView) }
}

extension Element {
    /// Gives the title bar of the detail column its content.
    fileprivate mutating func fillDetailBar(with content: [Element]) {
        if classes.contains("detail"), !children.isEmpty {
            var all = children
            all[0].children = content
            children = all
            return
        }
        if case .children(var all) = self.content {
            for index in all.indices { all[index].fillDetailBar(with: content) }
            children = all
        }
    }
}
