// Stacks and what fills them.

public struct HStack<Content: View>: View, PrimitiveView {
    private let alignment: VerticalAlignment
    private let spacing: CGFloat?
    private let content: Content

    public init(
        alignment: VerticalAlignment = .center,
        spacing: CGFloat? = nil,
        @ViewBuilder content: () -> Content
    ) {
        self.alignment = alignment
        self.spacing = spacing
        self.content = content()
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        [context.group(.horizontal(alignment, spacing: spacing), content)]
    }
}

public struct VStack<Content: View>: View, PrimitiveView {
    private let alignment: HorizontalAlignment
    private let spacing: CGFloat?
    private let content: Content

    public init(
        alignment: HorizontalAlignment = .center,
        spacing: CGFloat? = nil,
        @ViewBuilder content: () -> Content
    ) {
        self.alignment = alignment
        self.spacing = spacing
        self.content = content()
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        [context.group(.vertical(alignment, spacing: spacing), content)]
    }
}

/// Like `VStack`: the stand-in makes all its children at once.
public struct LazyVStack<Content: View>: View, PrimitiveView {
    private let alignment: HorizontalAlignment
    private let spacing: CGFloat?
    private let content: Content

    public init(
        alignment: HorizontalAlignment = .center,
        spacing: CGFloat? = nil,
        @ViewBuilder content: () -> Content
    ) {
        self.alignment = alignment
        self.spacing = spacing
        self.content = content()
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let node = context.group(.vertical(alignment, spacing: spacing), content)
        node.isGreedy = true
        return [node]
    }
}

public struct ZStack<Content: View>: View, PrimitiveView {
    private let alignment: Alignment
    private let content: Content

    public init(alignment: Alignment = .center, @ViewBuilder content: () -> Content) {
        self.alignment = alignment
        self.content = content()
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        [context.group(.layered(alignment, sizedByFirst: false), content)]
    }
}

public struct Spacer: View, PrimitiveView {
    private let minLength: CGFloat?

    nonisolated public init(minLength: CGFloat? = nil) { self.minLength = minLength }

    package func makeNodes(_ context: RenderContext) -> [Node] { [context.node(.spacer)] }
}

public struct Divider: View, PrimitiveView {
    nonisolated public init() {}

    package func makeNodes(_ context: RenderContext) -> [Node] { [context.node(.separator)] }
}

/// A frame with an optional title around a view.
public struct GroupBox<Label: View, Content: View>: View, PrimitiveView {
    private let label: Label
    private let content: Content

    public init(@ViewBuilder content: () -> Content, @ViewBuilder label: () -> Label) {
        self.content = content()
        self.label = label()
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let node = context.group(.box, content)
        node.takeLabel(context.child(.part("label")).resolve(label))
        return [node]
    }
}

extension GroupBox where Label == EmptyView {
    public init(@ViewBuilder content: () -> Content) {
        self.init(content: content) { EmptyView() }
    }
}

extension GroupBox where Label == Text {
    public init(_ key: LocalizedStringKey, @ViewBuilder content: () -> Content) {
        self.init(content: content) { Text(key) }
    }
}

extension RenderContext {
    /// A node that only lays out its children.
    func group(_ layout: Layout, _ content: some View) -> Node {
        let node = node(.group, children: child(.part("content")).resolve(content))
        node.layout = layout
        return node
    }
}
