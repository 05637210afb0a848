// What is done with the mouse and the pasteboard: drags, sizes, what is pasted and dropped.

import Foundation

/// What a proxy knows of a view: its size.
public struct GeometryProxy: Sendable {
    public let size: CGSize
}

/// A kind of movement. The stand-in knows drags alone.
public protocol Gesture {
    var _dragged: (CGPoint, CGPoint, Bool) -> Void { get }
}

/// A press with the pointer, its moves and its end.
public struct DragGesture: Gesture {
    public struct Value: Sendable {
        public let startLocation: CGPoint
        public let location: CGPoint
    }

    private var changed: (Value) -> Void = { _ in }
    private var ended: (Value) -> Void = { _ in }

    /// Places are counted from the view as it was when the drag began, which tells the same movement in each space.
    public init(minimumDistance: CGFloat = 10, coordinateSpace: GlobalCoordinateSpace? = nil) {}

    public func onChanged(_ action: @escaping (Value) -> Void) -> DragGesture {
        var copy = self
        copy.changed = action
        return copy
    }

    public func onEnded(_ action: @escaping (Value) -> Void) -> DragGesture {
        var copy = self
        copy.ended = action
        return copy
    }

    public var _dragged: (CGPoint, CGPoint, Bool) -> Void {
        { [changed, ended] start, now, isOver in
            let value = Value(startLocation: start, location: now)
            if isOver { ended(value) } else { changed(value) }
        }
    }
}

/// The window's own coordinates.
public struct GlobalCoordinateSpace: Sendable {
    public static let global = GlobalCoordinateSpace()
}

/// How the pointer looks over a view.
public struct PointerStyle: Sendable {
    public static let columnResize = PointerStyle()
    public static let rowResize = PointerStyle()
}

/// What can be pasted and dropped.
public protocol Transferable: Sendable {}
extension String: Transferable {}
extension URL: Transferable {}

extension View {
    public func gesture<G: Gesture>(_ gesture: G) -> some View { single { $0.dragged = gesture._dragged } }

    /// Tells of the wheel over the view, in points above 0 for up, and where. SwiftUI has nothing for that; on a Mac the app
    /// asks AppKit.
    public func _onWheel(_ turned: @escaping (CGFloat, CGPoint) -> Void) -> some View {
        single { $0.wheeled = turned }
    }

    /// Nobody could perceive it in a still picture.
    public func pointerStyle(_ style: PointerStyle?) -> some View { self }

    /// Where a press counts, which nobody could perceive in a still picture.
    public func contentShape<S: Shape>(_ shape: S) -> some View { self }

    /// Which of overlapping views is in front. The stand-in's views overlap only in overlays and stacks of layers.
    public func zIndex(_ value: Double) -> some View { self }

    /// Tells what the size comes to, at first and whenever that changes.
    public func onGeometryChange<Value: Equatable & Sendable>(
        for type: Value.Type,
        of transform: @escaping @Sendable (GeometryProxy) -> Value,
        action: @escaping (Value) -> Void
    ) -> some View {
        single { node in node.sizeChanged.append { action(transform(GeometryProxy(size: $0))) } }
    }

    /// Takes what Edit, Paste has while the view has the focus.
    public func pasteDestination(
        for payloadType: String.Type,
        action: @escaping ([String]) -> Void
    ) -> some View {
        single { $0.pasted = action }
    }

    public func dropDestination(
        for payloadType: URL.Type,
        action: @escaping ([URL], CGPoint) -> Bool
    ) -> some View {
        single { node in node.dropped = { action($0, .zero) } }
    }

    private func single(_ change: @escaping (Node) -> Void) -> some View {
        changingNodes { nodes, context in
            let node = context.single(nodes)
            change(node)
            return [node]
        }
    }
}
