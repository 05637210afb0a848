// Text.

public struct Text: Equatable, Sendable {
    /// What it says.
    let content: String

    public init(_ key: LocalizedStringKey) { content = key.text }

    @_disfavoredOverload
    public init<S: StringProtocol>(_ content: S) { self.content = String(content) }

    public init(verbatim content: String) { self.content = content }

    public init<F: FormatStyle>(
        _ input: F.FormatInput,
        format: F
    ) where F.FormatInput: Equatable, F.FormatOutput == String {
        content = format.format(input)
    }
}

@MainActor
extension Text: View, PrimitiveView {
    package func makeNodes(_ context: RenderContext) -> [Node] { [context.node(.text, content)] }
}
