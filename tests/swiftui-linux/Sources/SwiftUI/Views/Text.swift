// Text, with runs of different appearance.

public struct Text: Equatable, Sendable {
    package var runs: [TextRun]

    /// What it says.
    var content: String { runs.map(\.text).joined() }

    private init(_ text: String) { runs = [TextRun(text: text)] }

    public init(_ key: LocalizedStringKey) { self.init(key.text) }

    @_disfavoredOverload
    public init<S: StringProtocol>(_ content: S) { self.init(String(content)) }

    public init(verbatim content: String) { self.init(content) }

    @_disfavoredOverload
    public init(_ attributed: AttributedString) { runs = attributed.textRuns }

    public init<F: FormatStyle>(
        _ input: F.FormatInput,
        format: F
    ) where F.FormatInput: Equatable, F.FormatOutput == String {
        self.init(format.format(input))
    }

    public enum TruncationMode: Sendable {
        case head
        case middle
        case tail
    }

    public func bold() -> Text { with(.weight(.bold)) }

    public func italic() -> Text { with(.italic) }

    public func fontWeight(_ weight: Font.Weight?) -> Text { weight.map { with(.weight($0)) } ?? self }

    public func font(_ font: Font?) -> Text { font.map { with(.font($0)) } ?? self }

    public func monospaced() -> Text { with(.monospaced) }

    public func monospacedDigit() -> Text { with(.monospacedDigits) }

    public func strikethrough() -> Text { with(.strikethrough) }

    public func underline() -> Text { with(.underline) }

    public func foregroundStyle<S: ShapeStyle>(_ style: S) -> Text { with(.foreground(css: style._css)) }

    public static func + (first: Text, second: Text) -> Text {
        var sum = first
        sum.runs += second.runs
        return sum
    }

    private func with(_ look: Look) -> Text {
        var copy = self
        for index in copy.runs.indices { copy.runs[index].looks.append(look) }
        return copy
    }
}

@MainActor
extension Text: View, PrimitiveView {
    package func makeNodes(_ context: RenderContext) -> [Node] {
        let node = context.node(.text, content)
        node.runs = runs
        node.openURL = runs.contains { $0.link != nil } ? context.environment.openURL : nil
        return [node]
    }
}

extension AttributedString {
    /// What the stand-in draws of it: emphasis, code, strikethrough and links.
    fileprivate var textRuns: [TextRun] {
        runs.map { run in
            var result = TextRun(text: String(self[run.range].characters), link: run.link)
            let intent = run.inlinePresentationIntent ?? []
            if intent.contains(.stronglyEmphasized) { result.looks.append(.weight(.semibold)) }
            if intent.contains(.emphasized) { result.looks.append(.italic) }
            if intent.contains(.code) { result.looks.append(.monospaced) }
            if intent.contains(.strikethrough) { result.looks.append(.strikethrough) }
            return result
        }
    }
}
