// Scrolling. Where a view stands is asked for here and carried out by the browser; tests see the request.

public struct ScrollView<Content: View>: View, PrimitiveView {
    private let axes: Axis.Set
    private let content: Content

    public init(_ axes: Axis.Set = .vertical, @ViewBuilder content: () -> Content) {
        self.axes = axes
        self.content = content()
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let node = context.node(.scroll, children: context.child(.part("content")).resolve(content))
        node.scrollsHorizontally = axes.contains(.horizontal)
        node.scroll = ScrollRequest()
        return [node]
    }
}

/// Whether scroll bars are seen.
public struct ScrollIndicatorVisibility: Sendable {
    public static let automatic = Self()
    public static let never = Self()
}

extension View {
    /// Whether there are scroll bars, which a page that isn't scrolled does not show anyway.
    public func scrollIndicators(_ visibility: ScrollIndicatorVisibility) -> some View { self }
}

/// Where a scroll view stands, and where it should go.
public struct ScrollPosition: Equatable, Sendable {
    package private(set) var edge: Edge?
    package private(set) var target: ScrollTarget?
    package private(set) var generation = 0
    /// True after the user scrolled, until the next call of `scrollTo`.
    public internal(set) var isPositionedByUser = false

    public init(edge: Edge) { self.edge = edge }

    public init(idType: (some Hashable & Sendable).Type) { edge = nil }

    public mutating func scrollTo(edge: Edge) {
        (self.edge, target) = (edge, nil)
        generation += 1
        isPositionedByUser = false
    }

    /// Goes to the view with this identity, once there is one.
    public mutating func scrollTo(id: some Hashable & Sendable, anchor: UnitPoint? = nil) {
        (edge, target) = (nil, ScrollTarget(id: AnyHashable(id)))
        generation += 1
        isPositionedByUser = false
    }
}

/// The identity of the view that a scroll view should show.
package struct ScrollTarget: Equatable, @unchecked Sendable {
    // What is put in is Sendable, which AnyHashable can't tell.
    package let id: AnyHashable
}

extension View {
    /// Follows and moves the scroll view's position.
    public func scrollPosition(_ position: Binding<ScrollPosition>, anchor: UnitPoint? = nil) -> some View {
        scrolling { node in
            node.scroll?.edge = position.wrappedValue.edge
            node.scroll?.target = position.wrappedValue.target
            node.scroll?.generation = position.wrappedValue.generation
            node.userScrolled = {
                if !position.wrappedValue.isPositionedByUser { position.wrappedValue.isPositionedByUser = true }
            }
        }
    }

    /// The views of this stack are what a position can name. Nobody perceives it.
    public func scrollTargetLayout(isEnabled: Bool = true) -> some View { self }

    /// Where a scroll view starts.
    public func defaultScrollAnchor(_ anchor: UnitPoint?, for role: ScrollAnchorRole) -> some View {
        scrolling { $0.scroll?.anchor = anchor }
    }

    private func scrolling(_ change: @escaping (Node) -> Void) -> some View {
        changingNodes { nodes, context in
            guard let node = Node.firstControl(in: nodes), node.role == .scroll || node.role == .list else {
                context.host.warn("a scroll modifier stands on something that doesn't scroll")
                return nodes
            }
            change(node)
            return nodes
        }
    }
}

/// What an anchor is used for.
public struct ScrollAnchorRole: Hashable, Sendable {
    private let name: String

    public static let initialOffset = Self(name: "initialOffset")
    /// Where content stands that is smaller than the view; the stand-in puts it at the top.
    public static let alignment = Self(name: "alignment")
}

/// What a scroll view shows of its content, in points.
public struct ScrollGeometry: Equatable, Sendable {
    public var contentOffset: CGPoint
    public var contentSize: CGSize
    public var containerSize: CGSize
    public var contentInsets: EdgeInsets

    public var visibleRect: CGRect { CGRect(origin: contentOffset, size: containerSize) }

    package init(contentOffset: CGPoint, contentSize: CGSize, containerSize: CGSize) {
        self.contentOffset = contentOffset
        self.contentSize = contentSize
        self.containerSize = containerSize
        contentInsets = EdgeInsets(top: 0, leading: 0, bottom: 0, trailing: 0)
    }
}

extension View {
    /// Runs when what `transform` makes of the scroll view's geometry changes. The geometry comes from the browser, or
    /// from a test.
    public func onScrollGeometryChange<Value: Equatable>(
        for type: Value.Type,
        of transform: @escaping (ScrollGeometry) -> Value,
        action: @escaping (_ oldValue: Value, _ newValue: Value) -> Void
    ) -> some View {
        changingNodes { nodes, context in
            let last = context.slot.box("geometry") { Remembered<Value>() }
            guard let node = Node.firstControl(in: nodes) else { return nodes }
            node.geometryChanged.append { geometry in
                let new = transform(geometry)
                let old = last.value ?? new
                last.value = new
                if old != new { action(old, new) }
            }
            return nodes
        }
    }
}

/// A value kept in a slot that nobody observes.
final class Remembered<Value> {
    var value: Value?
}
