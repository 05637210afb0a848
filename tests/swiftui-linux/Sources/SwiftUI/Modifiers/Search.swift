// Search fields.

public struct SearchFieldPlacement: Sendable {
    public static let automatic = Self()
    public static let toolbar = Self()
    public static let sidebar = Self()
}

extension View {
    /// A search field above this view.
    public func searchable(
        text: Binding<String>,
        placement: SearchFieldPlacement = .automatic,
        prompt: LocalizedStringKey = "Search"
    ) -> some View {
        changingNodes { nodes, context in
            let node = context.node(.textField, prompt.text, part: "search")
            node.value = text.wrappedValue
            node.style = "search"
            node.setText = { text.wrappedValue = $0 }
            return [node] + nodes
        }
    }

    /// Follows and moves the focus of the search field of this view.
    public func searchFocused(_ condition: FocusState<Bool>.Binding) -> some View {
        changingNodes { nodes, context in
            guard let field = nodes.first(where: { $0.style == "search" }) else {
                context.host.warn("searchFocused stands on something that isn't searchable")
                return nodes
            }
            field.isFocused = condition.wrappedValue
            field.setFocus = { condition.wrappedValue = $0 }
            return nodes
        }
    }
}
