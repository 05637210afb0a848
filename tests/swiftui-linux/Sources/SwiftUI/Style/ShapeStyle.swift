// Colours and other fills, as CSS for the HTML page.

/// Something to fill with.
public protocol ShapeStyle: Sendable {
    /// The fill as a CSS colour.
    var _css: String { get }
}

/// A fill that is only a colour of the page's style sheet. SwiftUI has a type for each kind.
public struct _NamedFill: ShapeStyle {
    public let _css: String
}

extension ShapeStyle where Self == _NamedFill {
    public static var primary: Self { .init(_css: "var(--label)") }
    public static var secondary: Self { .init(_css: "var(--secondary)") }
    public static var tertiary: Self { .init(_css: "var(--tertiary)") }
    public static var quaternary: Self { .init(_css: "var(--quaternary)") }
    public static var tint: Self { .init(_css: "var(--tint)") }
    public static var background: Self { .init(_css: "var(--window)") }
    public static var bar: Self { .init(_css: "var(--bar)") }
}

public struct Color: ShapeStyle, Hashable {
    public let _css: String

    public init(_css: String) { self._css = _css }

    /// Channels from 0 to 1.
    public init(red: Double, green: Double, blue: Double) {
        let channels = [red, green, blue].map { Int((min(max($0, 0), 1) * 255).rounded()) }
        self.init(_css: "rgb(\(channels[0]) \(channels[1]) \(channels[2]))")
    }

    public func opacity(_ opacity: Double) -> Color {
        Color(_css: "color-mix(in srgb, \(_css) \(Int((opacity * 100).rounded()))%, transparent)")
    }
}

extension ShapeStyle where Self == Color {
    public static var red: Color { Color(_css: "var(--red)") }
    public static var orange: Color { Color(_css: "var(--orange)") }
    public static var green: Color { Color(_css: "var(--green)") }
    public static var clear: Color { Color(_css: "transparent") }
    public static var blue: Color { Color(_css: "var(--blue)") }
    public static var purple: Color { Color(_css: "var(--purple)") }
    public static var pink: Color { Color(_css: "var(--pink)") }
    public static var teal: Color { Color(_css: "var(--teal)") }
    public static var brown: Color { Color(_css: "var(--brown)") }
    public static var indigo: Color { Color(_css: "var(--indigo)") }
}

extension Color {
    public static let accentColor = Color(_css: "var(--tint)")
    public static let primary = Color(_css: "var(--label)")
    public static let secondary = Color(_css: "var(--secondary)")
}

/// A colour as a view fills what room it gets.
extension Color: View, PrimitiveView {
    package func makeNodes(_ context: RenderContext) -> [Node] {
        let node = context.node(.group)
        node.looks.append(.background(css: _css, radius: nil))
        node.fills = true
        return [node]
    }
}

public struct AnyShapeStyle: ShapeStyle {
    public let _css: String

    public init<S: ShapeStyle>(_ style: S) { _css = style._css }
}
