// Text.

import Foundation

public struct Text: Equatable, Sendable {
    /// What it says.
    let content: String
    /// Its stretches, where they are drawn in colours of their own.
    private var runs: [TextRun] = []
    /// How it is drawn, as far as that was said of the text itself.
    private(set) var style = TextStyle()

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

    /// Of the attributes, the two colours are drawn.
    @_disfavoredOverload
    public init(_ attributed: AttributedString) {
        content = String(attributed.characters)
        runs = attributed.runs.map { run in
            TextRun(
                text: String(attributed[run.range].characters),
                foreground: run.foregroundColor?._css,
                background: run.backgroundColor?._css
            )
        }
    }
}

@MainActor
extension Text: View, PrimitiveView {
    package func makeNodes(_ context: RenderContext) -> [Node] {
        let node = context.node(.text, content)
        node.runs = runs
        node.looks = style.looks
        return [node]
    }
}

/// How a text says that it is drawn.
package struct TextStyle: Equatable, Sendable {
    package fileprivate(set) var css: String?
    package fileprivate(set) var font: Font?
    package fileprivate(set) var isBold = false
    package fileprivate(set) var isItalic = false

    @MainActor fileprivate var looks: [Look] {
        let colour = css.map { [Look.foreground(css: $0)] } ?? []
        let drawn = font.map { [Look.font($0)] } ?? []
        return (isBold ? [.weight(.bold)] : []) + (isItalic ? [.italic] : []) + colour + drawn
    }
}

// Of a text itself, so that what comes of it is still a text. A view of anything else has them as modifiers.
extension Text {
    public func foregroundStyle<S: ShapeStyle>(_ style: S) -> Text { changing { $0.css = style._css } }

    public func font(_ font: Font?) -> Text { changing { $0.font = font } }

    public func bold(_ isActive: Bool = true) -> Text { changing { $0.isBold = isActive } }

    public func italic(_ isActive: Bool = true) -> Text { changing { $0.isItalic = isActive } }

    private func changing(_ change: (inout TextStyle) -> Void) -> Text {
        var copy = self
        change(&copy.style)
        return copy
    }
}

/// A stretch of a text in colours of its own, as CSS.
package struct TextRun: Equatable, Sendable {
    package let text: String
    package let foreground: String?
    package let background: String?
}

extension AttributeScopes {
    /// What SwiftUI draws of a text.
    public struct SwiftUIAttributes: AttributeScope {
        public let foregroundColor: ForegroundColorAttribute
        public let backgroundColor: BackgroundColorAttribute

        public enum ForegroundColorAttribute: AttributedStringKey {
            public typealias Value = Color
            public static let name = "SwiftUI.ForegroundColor"
        }

        public enum BackgroundColorAttribute: AttributedStringKey {
            public typealias Value = Color
            public static let name = "SwiftUI.BackgroundColor"
        }
    }

    public var swiftUI: SwiftUIAttributes.Type { SwiftUIAttributes.self }
}

extension AttributeDynamicLookup {
    public subscript<Key: AttributedStringKey>(
        dynamicMember keyPath: KeyPath<AttributeScopes.SwiftUIAttributes, Key>
    ) -> Key { self[Key.self] }
}
