// Modifiers that place a view.

extension View {
    public func padding(_ edges: Edge.Set = .all, _ length: CGFloat? = nil) -> some View {
        look(.padding(EdgeInsets(edges, length ?? 16)))
    }

    public func padding(_ length: CGFloat) -> some View { padding(.all, length) }

    public func padding(_ insets: EdgeInsets) -> some View { look(.padding(insets)) }

    public func frame(width: CGFloat? = nil, height: CGFloat? = nil, alignment: Alignment = .center) -> some View {
        look(.frame(FrameSize(width: width, height: height), alignment))
    }

    public func frame(
        minWidth: CGFloat? = nil,
        idealWidth: CGFloat? = nil,
        maxWidth: CGFloat? = nil,
        minHeight: CGFloat? = nil,
        idealHeight: CGFloat? = nil,
        maxHeight: CGFloat? = nil,
        alignment: Alignment = .center
    ) -> some View {
        let size = FrameSize(
            minWidth: minWidth,
            idealWidth: idealWidth,
            maxWidth: maxWidth,
            minHeight: minHeight,
            maxHeight: maxHeight
        )
        return look(.frame(size, alignment))
    }

    /// An image is drawn in its own proportions anyway.
    public func scaledToFit() -> some View { self }

    public func fixedSize() -> some View { fixedSize(horizontal: true, vertical: true) }

    public func fixedSize(horizontal: Bool, vertical: Bool) -> some View {
        look(.fixedSize(horizontal: horizontal, vertical: vertical))
    }

    /// Draws `content` over this view, in this view's size.
    public func overlay<V: View>(alignment: Alignment = .center, @ViewBuilder content: () -> V) -> some View {
        let content = content()
        return changingNodes { nodes, context in
            let over = context.child(.part("overlay")).resolve(content)
            // Layers also around nothing: what is underneath stays where it is when something appears over it.
            return nodes.isEmpty && over.isEmpty ? [] : [context.layers(nodes, over, alignment)]
        }
    }
}

extension RenderContext {
    /// Nodes in front of each other; the first ones give the size.
    fileprivate func layers(_ base: [Node], _ others: [Node], _ alignment: Alignment) -> Node {
        let group = node(.group, children: [single(base)] + others, part: "layers")
        group.layout = .layered(alignment, sizedByFirst: true)
        return group
    }
}
