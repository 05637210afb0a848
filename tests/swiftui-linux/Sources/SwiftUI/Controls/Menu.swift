// Menus: pull-down buttons and context menus.

/// A button that opens a menu.
public struct Menu<Label: View, Content: View>: View, PrimitiveView {
    private let content: Content
    private let label: Label

    public init(@ViewBuilder content: () -> Content, @ViewBuilder label: () -> Label) {
        self.content = content()
        self.label = label()
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let node = context.node(.menu)
        node.takeLabel(context.child(.part("label")).resolve(label))
        node.style = context.environment.styles[.button]
        node.children = context.child(.part("items")).resolve(content).asMenu()
        return [node]
    }
}

extension Menu where Label == Text {
    public init(_ key: LocalizedStringKey, @ViewBuilder content: () -> Content) {
        self.init(content: content) { Text(key) }
    }

    @_disfavoredOverload
    public init<S: StringProtocol>(_ title: S, @ViewBuilder content: () -> Content) {
        self.init(content: content) { Text(title) }
    }
}

extension Menu where Label == SwiftUI.Label<Text, Image> {
    public init(_ key: LocalizedStringKey, systemImage: String, @ViewBuilder content: () -> Content) {
        self.init(content: content) { SwiftUI.Label(key, systemImage: systemImage) }
    }
}

extension View {
    public func contextMenu<Items: View>(@ViewBuilder menuItems: () -> Items) -> some View {
        let items = menuItems()
        return changingNodes { nodes, context in
            let node = context.single(nodes)
            node.contextMenu = context.child(.part("menu")).resolve(items).asMenu()
            return [node]
        }
    }
}

@MainActor
extension [Node] {
    /// These nodes as items of a menu: of a label with several texts, the first is the title and the others stand below.
    func asMenu() -> [Node] {
        for item in flatMap({ $0.menuItems }) where item.visibleText == nil {
            let texts = item.face.filter { $0.role == .text }
            guard texts.count > 1, let title = texts.first else { continue }
            item.label = title.label
            item.hint = Node.text(of: Array(texts.dropFirst()))
        }
        return self
    }
}

extension Node {
    /// What can be chosen in a menu: this item, or those of the section, picker or submenu that this is.
    package var menuItems: [Node] {
        switch role {
        case .group, .section, .picker, .menu: children.flatMap(\.menuItems)
        case .separator: []
        default: [self]
        }
    }
}

/// How a menu's button looks: as the button style in force says.
public protocol MenuStyle {}

public struct _MenuButtonStyle: MenuStyle {}

extension MenuStyle where Self == _MenuButtonStyle {
    public static var button: Self { .init() }
}

extension View {
    /// Menus of the stand-in are buttons anyway.
    public func menuStyle<S: MenuStyle>(_ style: S) -> some View { self }
}

extension RenderContext {
    /// The one node that a modifier for a whole view applies to.
    func single(_ nodes: [Node]) -> Node {
        if nodes.count == 1 { return nodes[0] }
        return node(.group, children: nodes, part: "group")
    }
}
