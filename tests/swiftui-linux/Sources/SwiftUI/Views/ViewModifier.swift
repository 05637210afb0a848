// Modifiers: the public protocol, and the one type that every built-in modifier is made of.

/// A change to a view that can be used on several views.
@MainActor @preconcurrency
public protocol ViewModifier {
    associatedtype Body: View
    typealias Content = _ViewModifier_Content<Self>
    @ViewBuilder @MainActor @preconcurrency func body(content: Content) -> Body
}

/// The view that a modifier is applied to.
public struct _ViewModifier_Content<Modifier: ViewModifier>: View, PrimitiveView {
    let view: any View

    package func makeNodes(_ context: RenderContext) -> [Node] { context.resolve(view) }
}

/// A view with a modifier applied.
public struct ModifiedContent<Content, Modifier> {
    public var content: Content
    public var modifier: Modifier
}

@MainActor
extension ModifiedContent: View, PrimitiveView where Content: View, Modifier: ViewModifier {
    public typealias Body = Never

    package func makeNodes(_ context: RenderContext) -> [Node] {
        context.link(modifier)
        return context.child(.content).resolve(modifier.body(content: .init(view: content)))
    }
}

extension View {
    public func modifier<T: ViewModifier>(_ modifier: T) -> ModifiedContent<Self, T> {
        .init(content: self, modifier: modifier)
    }
}

/// Every built-in modifier is one of these: it changes the environment on the way in, or the nodes on the way out.
struct Modified<Content: View>: View, PrimitiveView {
    let content: Content
    var environment: ((inout EnvironmentValues) -> Void)?
    var nodes: (([Node], RenderContext) -> [Node])?

    func makeNodes(_ context: RenderContext) -> [Node] {
        var inner = context.child(.content)
        environment?(&inner.environment)
        let made = inner.resolve(content)
        return nodes?(made, context) ?? made
    }
}

extension View {
    /// Changes the environment of this view and all views inside it.
    func changingEnvironment(_ change: @escaping (inout EnvironmentValues) -> Void) -> Modified<Self> {
        Modified(content: self, environment: change)
    }

    /// Changes the nodes that this view makes. The context is that of the modifier, with a slot of its own.
    func changingNodes(_ change: @escaping ([Node], RenderContext) -> [Node]) -> Modified<Self> {
        Modified(content: self, nodes: change)
    }

    /// Changes each node that this view makes.
    func eachNode(_ change: @escaping (Node) -> Void) -> Modified<Self> {
        changingNodes { nodes, _ in
            nodes.forEach(change)
            return nodes
        }
    }

    /// Changes the one control that this view is, or begins with.
    func control(_ change: @escaping (Node) -> Void) -> Modified<Self> {
        changingNodes { nodes, _ in
            Node.firstControl(in: nodes).map(change)
            return nodes
        }
    }

    /// Adds to how each node is drawn.
    func look(_ look: Look) -> Modified<Self> {
        eachNode { $0.looks.append(look) }
    }
}
