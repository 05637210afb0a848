// The one view that every modifier is made of.

/// A view whose environment is changed on the way in, or whose nodes are changed on the way out.
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
