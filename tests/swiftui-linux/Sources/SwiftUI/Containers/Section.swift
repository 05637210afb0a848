// Section and Form.

/// Rows that belong together, with a header and a footer.
public struct Section<Parent, Content, Footer> {
    private let header: Parent
    private let content: Content
    private let footer: Footer
    /// A section of a list in a sidebar can be folded away.
    private var isExpanded: Binding<Bool>?
}

@MainActor
extension Section: View, PrimitiveView where Parent: View, Content: View, Footer: View {
    public typealias Body = Never

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let head = context.child(.part("header")).resolve(header)
        let foot = context.child(.part("footer")).resolve(footer)
        let isFolded = isExpanded?.wrappedValue == false
        let node = context.node(.section)
        if !isFolded { node.children = context.child(.part("content")).resolve(content) }
        if let isExpanded {
            node.isOn = !isFolded
            node.value = isFolded ? "collapsed" : "expanded"
            node.action = { isExpanded.wrappedValue.toggle() }
        }
        node.takeLabel(head)
        node.contextMenu = head.flatMap(\.contextMenu)
        node.hint = foot.isEmpty ? nil : Node.text(of: foot)
        node.footer = foot
        return [node]
    }

    public init(
        @ViewBuilder content: () -> Content,
        @ViewBuilder header: () -> Parent,
        @ViewBuilder footer: () -> Footer
    ) {
        self.init(header: header(), content: content(), footer: footer())
    }
}

@MainActor
extension Section where Parent: View, Content: View, Footer == EmptyView {
    public init(
        isExpanded: Binding<Bool>,
        @ViewBuilder content: () -> Content,
        @ViewBuilder header: () -> Parent
    ) {
        self.init(header: header(), content: content(), footer: EmptyView(), isExpanded: isExpanded)
    }

    public init(@ViewBuilder content: () -> Content, @ViewBuilder header: () -> Parent) {
        self.init(content: content, header: header) { EmptyView() }
    }
}

@MainActor
extension Section where Parent == EmptyView, Content: View, Footer: View {
    public init(@ViewBuilder content: () -> Content, @ViewBuilder footer: () -> Footer) {
        self.init(content: content, header: { EmptyView() }, footer: footer)
    }
}

@MainActor
extension Section where Parent == EmptyView, Content: View, Footer == EmptyView {
    public init(@ViewBuilder content: () -> Content) {
        self.init(header: EmptyView(), content: content(), footer: EmptyView())
    }
}

@MainActor
extension Section where Parent == Text, Content: View, Footer == EmptyView {
    public init(_ key: LocalizedStringKey, @ViewBuilder content: () -> Content) {
        self.init(header: Text(key), content: content(), footer: EmptyView())
    }

    @_disfavoredOverload
    public init<S: StringProtocol>(_ title: S, @ViewBuilder content: () -> Content) {
        self.init(header: Text(title), content: content(), footer: EmptyView())
    }
}

/// Settings, laid out in rows.
public struct Form<Content: View>: View, PrimitiveView {
    private let content: Content

    public init(@ViewBuilder content: () -> Content) { self.content = content() }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let node = context.node(.form, children: context.child(.part("content")).resolve(content))
        node.style = context.environment.styles[.form]
        return [node]
    }
}

/// A label beside what it names.
public struct LabeledContent<Label: View, Content: View>: View, PrimitiveView {
    private let label: Label
    private let content: Content

    public init(@ViewBuilder content: () -> Content, @ViewBuilder label: () -> Label) {
        self.content = content()
        self.label = label()
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let node = context.group(.labeled, content)
        node.takeLabel(context.child(.part("label")).resolve(label))
        return [node]
    }
}

extension LabeledContent where Label == Text {
    public init(_ key: LocalizedStringKey, @ViewBuilder content: () -> Content) {
        self.init(content: content) { Text(key) }
    }
}

extension LabeledContent where Label == Text, Content == Text {
    public init<S: StringProtocol>(_ key: LocalizedStringKey, value: S) {
        self.init {
            Text(value)
        } label: {
            Text(key)
        }
    }
}
