// ProgressView.

public struct ProgressView: View, PrimitiveView {
    private let label: Text?
    private let fraction: Double?

    public init() {
        label = nil
        fraction = nil
    }

    public init(_ key: LocalizedStringKey) {
        label = Text(key)
        fraction = nil
    }

    @_disfavoredOverload
    public init<S: StringProtocol>(_ title: S) {
        label = Text(title)
        fraction = nil
    }

    public init<Value: BinaryFloatingPoint>(value: Value?, total: Value = 1) {
        label = nil
        fraction = value.map { Double($0 / total) }
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let node = context.node(.progress, label?.content ?? "")
        node.value = fraction.map { "\(Int(($0 * 100).rounded()))%" }
        node.looks = [.controlSize(context.environment.controlSize)]
        return [node]
    }
}
