// Modifiers for identity, availability and help.

extension View {
    /// Another identity starts the view afresh.
    public func id<ID: Hashable>(_ id: ID) -> some View { Identified(content: self, id: AnyHashable(id)) }

    /// What a picker, list or tab view selects.
    public func tag<Value: Hashable>(_ tag: Value) -> some View { eachNode { $0.tag = AnyHashable(tag) } }

    public func disabled(_ disabled: Bool) -> some View {
        changingEnvironment { $0.isEnabled = $0.isEnabled && !disabled }
    }

    public func help(_ key: LocalizedStringKey) -> some View { control { $0.help = key.text } }

    @_disfavoredOverload
    public func help<S: StringProtocol>(_ text: S) -> some View { control { $0.help = String(text) } }
}

/// A view with an identity of its own.
private struct Identified<Content: View>: View, PrimitiveView {
    let content: Content
    let id: AnyHashable

    func makeNodes(_ context: RenderContext) -> [Node] {
        let nodes = context.child(.id(id)).resolve(content)
        for node in nodes where node.tag == nil { node.tag = id }
        return nodes
    }
}
