// Picker: one choice of several, matched by tag.

public struct Picker<Label: View, SelectionValue: Hashable, Content: View>: View, PrimitiveView {
    private let selection: Binding<SelectionValue>
    private let content: Content
    private let label: Label

    public init(
        selection: Binding<SelectionValue>,
        @ViewBuilder content: () -> Content,
        @ViewBuilder label: () -> Label
    ) {
        self.selection = selection
        self.content = content()
        self.label = label()
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let face = context.child(.part("label")).resolve(label)
        let node = context.node(.picker, Node.text(of: face))
        node.face = face
        node.style = context.environment.styles[.picker]
        let choices = context.child(.part("content")).resolve(content)
        node.children = choices.enumerated().compactMap { index, choice in
            if choice.role == .separator { return nil }
            return option(choice, index, picker: node.label, context)
        }
        let selected = node.children.first(where: \.isSelected)
        node.value = selected?.label
        if selected == nil {
            context.host.warn("Picker “\(node.label)”: the selection is invalid and does not have an associated tag")
        }
        return [node]
    }

    private func option(_ choice: Node, _ index: Int, picker: String, _ context: RenderContext) -> Node {
        let item = context.node(.option, Node.text(of: [choice]), part: "\(index)")
        item.symbol = choice.symbol
        guard let value = choice.tag?.base as? SelectionValue else {
            context.host.warn(
                "Picker “\(picker)”: option “\(item.label)” has no tag, or one of another type than the selection"
            )
            return item
        }
        item.isSelected = value == selection.wrappedValue
        item.action = { selection.wrappedValue = value }
        return item
    }
}

extension Picker where Label == Text {
    public init(
        _ key: LocalizedStringKey,
        selection: Binding<SelectionValue>,
        @ViewBuilder content: () -> Content
    ) {
        self.init(selection: selection, content: content) { Text(key) }
    }

    @_disfavoredOverload
    public init<S: StringProtocol>(
        _ title: S,
        selection: Binding<SelectionValue>,
        @ViewBuilder content: () -> Content
    ) {
        self.init(selection: selection, content: content) { Text(title) }
    }
}
