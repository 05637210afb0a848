// What a view says about its window: title and toolbar.

public struct ToolbarItemPlacement: Equatable, Sendable {
    package let name: String

    public static let automatic = Self(name: "automatic")
    public static let principal = Self(name: "principal")
    public static let navigation = Self(name: "navigation")
    public static let primaryAction = Self(name: "primaryAction")
    public static let secondaryAction = Self(name: "secondaryAction")
    public static let confirmationAction = Self(name: "confirmationAction")
    public static let cancellationAction = Self(name: "cancellationAction")
    public static let status = Self(name: "status")
}

@MainActor @preconcurrency
public protocol ToolbarContent {
    associatedtype Body: ToolbarContent
    @ToolbarContentBuilder @MainActor @preconcurrency var body: Body { get }
}

extension Never: ToolbarContent {}

extension ToolbarContent where Body == Never {
    @_disfavoredOverload
    public var body: Never { fatalError("\(Self.self) has no body") }
}

/// Toolbar content that makes its own nodes.
@MainActor
protocol PrimitiveToolbarContent: ToolbarContent where Body == Never {
    func makeNodes(_ context: RenderContext) -> [Node]
}

public struct ToolbarItem<ID, Content: View>: ToolbarContent, PrimitiveToolbarContent {
    private let placement: ToolbarItemPlacement
    private let content: Content

    public init(
        placement: ToolbarItemPlacement = .automatic,
        @ViewBuilder content: () -> Content
    ) where ID == () {
        self.placement = placement
        self.content = content()
    }

    func makeNodes(_ context: RenderContext) -> [Node] { context.toolbarItems(content, placement) }
}

public struct ToolbarItemGroup<Content: View>: ToolbarContent, PrimitiveToolbarContent {
    private let placement: ToolbarItemPlacement
    private let content: Content

    public init(placement: ToolbarItemPlacement = .automatic, @ViewBuilder content: () -> Content) {
        self.placement = placement
        self.content = content()
    }

    func makeNodes(_ context: RenderContext) -> [Node] { context.toolbarItems(content, placement) }
}

extension RenderContext {
    fileprivate func toolbarItems(_ content: some View, _ placement: ToolbarItemPlacement) -> [Node] {
        let nodes = resolve(content)
        for node in nodes { node.placement = placement }
        return nodes
    }

    fileprivate func resolve(toolbar content: any ToolbarContent) -> [Node] {
        if let primitive = content as? any PrimitiveToolbarContent { return primitive.makeNodes(self) }
        func open<Content: ToolbarContent>(_ content: Content) -> [Node] {
            link(content)
            return child(.content).resolve(toolbar: content.body)
        }
        return open(content)
    }
}

public struct _ToolbarTuple: ToolbarContent, PrimitiveToolbarContent {
    let items: [any ToolbarContent]

    func makeNodes(_ context: RenderContext) -> [Node] {
        items.enumerated().flatMap { context.child(.index($0.offset)).resolve(toolbar: $0.element) }
    }
}

@resultBuilder
public struct ToolbarContentBuilder {
    public static func buildExpression<Content: ToolbarContent>(_ content: Content) -> Content { content }

    public static func buildBlock<Content: ToolbarContent>(_ content: Content) -> Content { content }

    @MainActor
    public static func buildBlock<each Content: ToolbarContent>(_ content: repeat each Content) -> _ToolbarTuple {
        var items: [any ToolbarContent] = []
        repeat items.append(each content)
        return _ToolbarTuple(items: items)
    }

    @MainActor
    public static func buildIf<Content: ToolbarContent>(_ content: Content?) -> _ToolbarTuple {
        _ToolbarTuple(items: content.map { [$0] } ?? [])
    }
}

extension View {
    public func navigationTitle(_ key: LocalizedStringKey) -> some View { title(key.text) }

    @_disfavoredOverload
    public func navigationTitle<S: StringProtocol>(_ title: S) -> some View { self.title(String(title)) }

    public func navigationSubtitle(_ key: LocalizedStringKey) -> some View { subtitle(key.text) }

    public func navigationSubtitle(_ subtitle: Text) -> some View { self.subtitle(subtitle.content) }

    @_disfavoredOverload
    public func navigationSubtitle<S: StringProtocol>(_ subtitle: S) -> some View { self.subtitle(String(subtitle)) }

    public func toolbar<Content: ToolbarContent>(@ToolbarContentBuilder content: () -> Content) -> some View {
        let content = content()
        return changingNodes { nodes, context in
            let items = context.child(.part("toolbar")).resolve(toolbar: content)
            return [context.node(.toolbar, children: items, part: "toolbar")] + nodes
        }
    }

    public func toolbar<Content: View>(@ViewBuilder content: () -> Content) -> some View {
        toolbar { ToolbarItemGroup(content: content) }
    }

    private func title(_ title: String) -> some View {
        changingNodes { nodes, context in
            context.host.title = title
            return nodes
        }
    }

    private func subtitle(_ subtitle: String) -> some View {
        changingNodes { nodes, context in
            context.host.subtitle = subtitle
            return nodes
        }
    }
}
