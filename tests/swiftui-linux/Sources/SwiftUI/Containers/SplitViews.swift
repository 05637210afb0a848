// Panes beside or above each other, with dividers that a person can drag on a Mac.

/// Panes from left to right. Nobody drags anything in the stand-in.
public struct HSplitView<Content: View>: View, PrimitiveView {
    private let content: Content

    public init(@ViewBuilder content: () -> Content) { self.content = content() }

    package func makeNodes(_ context: RenderContext) -> [Node] { [context.group(.panes, content)] }
}

/// Panes from the top to the bottom.
public struct VSplitView<Content: View>: View, PrimitiveView {
    private let content: Content

    public init(@ViewBuilder content: () -> Content) { self.content = content() }

    package func makeNodes(_ context: RenderContext) -> [Node] { [context.group(.rows, content)] }
}
