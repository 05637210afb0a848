// DisclosureGroup and ContentUnavailableView.

/// Content that can be folded away.
public struct DisclosureGroup<Label: View, Content: View>: View, PrimitiveView {
    private let label: Label
    private let isExpanded: Binding<Bool>?
    private let content: () -> Content

    public init(@ViewBuilder content: @escaping () -> Content, @ViewBuilder label: () -> Label) {
        isExpanded = nil
        self.content = content
        self.label = label()
    }

    public init(
        isExpanded: Binding<Bool>,
        @ViewBuilder content: @escaping () -> Content,
        @ViewBuilder label: () -> Label
    ) {
        self.isExpanded = isExpanded
        self.content = content
        self.label = label()
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let own = context.slot.box("isExpanded") { StateBox(false, context.host.dirty) }
        let expanded = isExpanded ?? Binding(reading: { own.value }, writing: { own.value = $0 })
        let node = context.node(.disclosure)
        node.takeLabel(context.child(.part("label")).resolve(label))
        node.isOn = expanded.wrappedValue
        node.value = expanded.wrappedValue ? "expanded" : "collapsed"
        node.action = { expanded.wrappedValue.toggle() }
        if expanded.wrappedValue {
            node.children = context.child(.part("content")).resolve(content())
        }
        return [node]
    }
}

extension DisclosureGroup where Label == Text {
    public init(_ key: LocalizedStringKey, @ViewBuilder content: @escaping () -> Content) {
        self.init(content: content) { Text(key) }
    }

    public init(
        _ key: LocalizedStringKey,
        isExpanded: Binding<Bool>,
        @ViewBuilder content: @escaping () -> Content
    ) {
        self.init(isExpanded: isExpanded, content: content) { Text(key) }
    }
}

/// Says why there is nothing to see.
public struct ContentUnavailableView<Label: View, Description: View, Actions: View>: View, PrimitiveView {
    private let label: Label
    private let description: Description
    private let actions: Actions

    public init(
        @ViewBuilder label: () -> Label,
        @ViewBuilder description: () -> Description = { EmptyView() },
        @ViewBuilder actions: () -> Actions = { EmptyView() }
    ) {
        self.label = label()
        self.description = description()
        self.actions = actions()
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let node = context.node(.group)
        node.layout = .unavailable
        node.children =
            context.child(.part("label")).resolve(label)
            + context.child(.part("description")).resolve(description)
            + context.child(.part("actions")).resolve(actions)
        return [node]
    }
}

extension ContentUnavailableView
where Label == SwiftUI.Label<Text, Image>, Description == Text?, Actions == EmptyView {
    public init(_ key: LocalizedStringKey, systemImage: String, description: Text? = nil) {
        self.init {
            SwiftUI.Label(key, systemImage: systemImage)
        } description: {
            description
        } actions: {
            EmptyView()
        }
    }

    @_disfavoredOverload
    public init<S: StringProtocol>(_ title: S, systemImage: String, description: Text? = nil) {
        self.init {
            SwiftUI.Label(title, systemImage: systemImage)
        } description: {
            description
        } actions: {
            EmptyView()
        }
    }
}

/// The words for a search without a result.
public struct SearchUnavailableContent {
    public struct Label: View {
        let query: String

        public var body: some View {
            SwiftUI.Label("No Results for “\(query)”", systemImage: "magnifyingglass")
        }
    }

    public struct Description: View {
        public var body: some View { Text("Check the spelling or try a new search.") }
    }

    public struct Actions: View {
        public var body: some View { EmptyView() }
    }
}

extension ContentUnavailableView
where
    Label == SearchUnavailableContent.Label,
    Description == SearchUnavailableContent.Description,
    Actions == SearchUnavailableContent.Actions
{
    /// For a search without a result.
    public static func search(text: String) -> Self {
        ContentUnavailableView {
            SearchUnavailableContent.Label(query: text)
        } description: {
            SearchUnavailableContent.Description()
        } actions: {
            SearchUnavailableContent.Actions()
        }
    }
}
