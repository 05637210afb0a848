// Columns and tabs.

public struct NavigationSplitViewVisibility: Equatable, Codable, Sendable {
    private let name: String

    public static let automatic = Self(name: "automatic")
    public static let all = Self(name: "all")
    public static let doubleColumn = Self(name: "doubleColumn")
    public static let detailOnly = Self(name: "detailOnly")
}

/// A sidebar beside the detail. SwiftUI's third column isn't modelled.
public struct NavigationSplitView<Sidebar: View, Content: View, Detail: View>: View, PrimitiveView {
    private let visibility: Binding<NavigationSplitViewVisibility>?
    private let sidebar: Sidebar
    private let detail: Detail

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let own = context.slot.box("visibility") {
            StateBox(NavigationSplitViewVisibility.automatic, context.host.dirty)
        }
        let visibility = visibility ?? Binding(reading: { own.value }, writing: { own.value = $0 })
        let isSidebarShown = visibility.wrappedValue != .detailOnly
        let main = context.child(.part("detail"))
        let detail = main.node(.column, "Detail", children: main.resolve(detail))
        let node = context.node(.splitView, children: [detail])
        if isSidebarShown {
            let side = context.child(.part("sidebar"))
            node.children.insert(side.node(.column, "Sidebar", children: side.resolve(sidebar)), at: 0)
        }
        node.isOn = isSidebarShown
        node.action = { visibility.wrappedValue = isSidebarShown ? .detailOnly : .all }
        context.host.toggleSidebar = node.action
        return [node]
    }
}

extension NavigationSplitView where Content == EmptyView {
    public init(
        columnVisibility: Binding<NavigationSplitViewVisibility>,
        @ViewBuilder sidebar: () -> Sidebar,
        @ViewBuilder detail: () -> Detail
    ) {
        visibility = columnVisibility
        self.sidebar = sidebar()
        self.detail = detail()
    }

    public init(@ViewBuilder sidebar: () -> Sidebar, @ViewBuilder detail: () -> Detail) {
        visibility = nil
        self.sidebar = sidebar()
        self.detail = detail()
    }
}

extension View {
    public func navigationSplitViewColumnWidth(min: CGFloat? = nil, ideal: CGFloat, max: CGFloat? = nil) -> some View {
        look(.columnWidth(ideal: ideal))
    }
}

/// Panes of which one is shown.
public struct TabView<SelectionValue: Hashable, Content: View>: View, PrimitiveView {
    private let selection: Binding<SelectionValue>?
    private let content: Content

    public init(selection: Binding<SelectionValue>?, @ViewBuilder content: () -> Content) {
        self.selection = selection
        self.content = content()
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let panes = context.child(.part("content")).resolve(content)
        let own = context.slot.box("shown") { StateBox(0, context.host.dirty) }
        let chosen = selection.flatMap { selection in
            panes.firstIndex { ($0.tag?.base as? SelectionValue) == selection.wrappedValue }
        }
        if selection != nil, chosen == nil, !panes.isEmpty {
            context.host.warn("TabView: no tab has the tag of the selection")
        }
        let shown = chosen ?? min(own.value, max(panes.count - 1, 0))
        let node = context.node(.tabs)
        node.children = panes.enumerated().map { index, pane in
            let button = context.node(.button, pane.tab?.label ?? "", part: "tab\(index)")
            button.symbol = pane.tab?.symbol
            button.style = "tab"
            button.isSelected = index == shown
            let value = pane.tag?.base as? SelectionValue
            button.action = {
                own.value = index
                if let value { selection?.wrappedValue = value }
            }
            return button
        }
        if panes.indices.contains(shown) { node.children.append(panes[shown]) }
        return [node]
    }
}

extension TabView where SelectionValue == Int {
    public init(@ViewBuilder content: () -> Content) {
        selection = nil
        self.content = content()
    }
}

extension View {
    public func tabItem<V: View>(@ViewBuilder _ label: () -> V) -> some View {
        let label = label()
        return changingNodes { nodes, context in
            let node = context.single(nodes)
            node.tab = context.child(.part("tab")).resolve(label).first
            return [node]
        }
    }
}
