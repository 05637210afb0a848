// ForEach: one view per element, with the element's identity.

/// A view for each element of a collection. An identity that occurs twice is reported as a warning.
public struct ForEach<Data: RandomAccessCollection, ID: Hashable, Content> {
    let data: Data
    let id: (Data.Element) -> ID
    let content: (Data.Element) -> Content
}

@MainActor
extension ForEach: View, PrimitiveView where Content: View {
    public typealias Body = Never

    public init(
        _ data: Data,
        id: KeyPath<Data.Element, ID>,
        @ViewBuilder content: @escaping (Data.Element) -> Content
    ) {
        self.init(data: data, id: { $0[keyPath: id] }, content: content)
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        var seen = Set<ID>()
        return data.flatMap { element -> [Node] in
            let key = id(element)
            if !seen.insert(key).inserted {
                context.host.warn("ForEach: the ID \(key) occurs more than once")
            }
            let nodes = context.child(.id(AnyHashable(key))).resolve(content(element))
            for node in nodes where node.tag == nil { node.tag = AnyHashable(key) }
            return nodes
        }
    }
}

@MainActor
extension ForEach where Content: View, Data.Element: Identifiable, ID == Data.Element.ID {
    public init(_ data: Data, @ViewBuilder content: @escaping (Data.Element) -> Content) {
        self.init(data: data, id: { $0.id }, content: content)
    }
}

@MainActor
extension ForEach where Content: View, Data == Range<Int>, ID == Int {
    public init(_ data: Range<Int>, @ViewBuilder content: @escaping (Int) -> Content) {
        self.init(data: data, id: { $0 }, content: content)
    }
}
