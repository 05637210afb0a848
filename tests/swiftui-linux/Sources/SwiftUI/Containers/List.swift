// List: rows, perhaps in sections, perhaps selectable.

/// How a list finds out which of its rows are selected, and selects one.
private struct Selection {
    let isSelected: (AnyHashable) -> Bool
    let accepts: (AnyHashable) -> Bool
    let select: (AnyHashable) -> Void
    /// Chooses a row beside the others, or no longer; nil where only one can be chosen.
    let toggle: ((AnyHashable) -> Void)?
    let clear: () -> Void
}

public struct List<SelectionValue: Hashable, Content: View>: View, PrimitiveView {
    private let content: Content
    private let selection: Selection?

    public init(selection: Binding<SelectionValue?>?, @ViewBuilder content: () -> Content) {
        self.content = content()
        self.selection = selection.map { binding in
            Selection(
                isSelected: { ($0.base as? SelectionValue) == binding.wrappedValue },
                accepts: { $0.base is SelectionValue },
                select: { binding.wrappedValue = $0.base as? SelectionValue },
                toggle: nil,
                clear: { binding.wrappedValue = nil }
            )
        }
    }

    public init(selection: Binding<Set<SelectionValue>>?, @ViewBuilder content: () -> Content) {
        self.content = content()
        self.selection = selection.map { binding in
            Selection(
                isSelected: { ($0.base as? SelectionValue).map(binding.wrappedValue.contains) == true },
                accepts: { $0.base is SelectionValue },
                select: { binding.wrappedValue = Set([$0.base as? SelectionValue].compactMap { $0 }) },
                toggle: { tag in
                    guard let value = tag.base as? SelectionValue else { return }
                    if binding.wrappedValue.remove(value) == nil { binding.wrappedValue.insert(value) }
                },
                clear: { binding.wrappedValue = [] }
            )
        }
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let content = context.child(.part("content")).resolve(content)
        let node = context.node(.list, children: rows(content, context))
        node.style = context.environment.styles[.list]
        node.dismiss = selection?.clear
        node.scroll = ScrollRequest()
        return [node]
    }

    private func rows(_ nodes: [Node], _ context: RenderContext) -> [Node] {
        nodes.map { node in
            if node.role == .section {
                node.children = rows(node.children, context)
                return node
            }
            return row(node, context)
        }
    }

    private func row(_ node: Node, _ context: RenderContext) -> Node {
        let row = Node(
            .row,
            id: NodeID(slot: node.id.slot, part: "row"),
            label: node.children.isEmpty ? node.label : "",
            children: [node]
        )
        row.contextMenu = node.contextMenu
        row.isEnabled = node.isEnabled
        (row.rowInsets, row.hasSeparator) = (node.rowInsets, node.hasSeparator)
        guard let selection, let tag = node.tag else { return row }
        guard selection.accepts(tag) else {
            context.host.warn(
                "List: a row has the ID \(tag.base) of type \(type(of: tag.base)), but the selection is of type "
                    + "\(SelectionValue.self), so the row can't be selected"
            )
            return row
        }
        row.isSelected = selection.isSelected(tag)
        row.action = { selection.select(tag) }
        row.addToSelection = selection.toggle.map { toggle in { toggle(tag) } }
        return row
    }
}

extension List where SelectionValue == Never {
    public init(@ViewBuilder content: () -> Content) {
        self.content = content()
        selection = nil
    }

    public init<Data: RandomAccessCollection, RowContent: View>(
        _ data: Data,
        @ViewBuilder rowContent: @escaping (Data.Element) -> RowContent
    ) where Content == ForEach<Data, Data.Element.ID, RowContent>, Data.Element: Identifiable {
        content = ForEach(data, content: rowContent)
        selection = nil
    }
}

extension List {
    public init<Data: RandomAccessCollection, RowContent: View>(
        _ data: Data,
        selection: Binding<SelectionValue?>?,
        @ViewBuilder rowContent: @escaping (Data.Element) -> RowContent
    ) where Content == ForEach<Data, Data.Element.ID, RowContent>, Data.Element: Identifiable {
        self.init(selection: selection) { ForEach(data, content: rowContent) }
    }
}

extension View {
    public func listRowInsets(_ insets: EdgeInsets?) -> some View { eachNode { $0.rowInsets = insets } }

    public func listRowSeparator(_ visibility: Visibility) -> some View {
        eachNode { $0.hasSeparator = visibility != .hidden }
    }
}
