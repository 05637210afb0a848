// Colours, materials and other fills, as CSS for the HTML page.

/// Something to fill with.
public protocol ShapeStyle: Sendable {
    /// The fill as a CSS colour.
    var _css: String { get }
}

public struct Color: ShapeStyle, Hashable {
    public let _css: String

    init(css: String) { _css = css }

    public static let red = Color(css: "var(--red)")
    public static let orange = Color(css: "var(--orange)")
    public static let yellow = Color(css: "var(--yellow)")
    public static let green = Color(css: "var(--green)")
    public static let blue = Color(css: "var(--blue)")
    public static let purple = Color(css: "var(--purple)")
    public static let gray = Color(css: "var(--gray)")
    public static let primary = Color(css: "var(--label)")
    public static let secondary = Color(css: "var(--secondary)")
    public static let accentColor = Color(css: "var(--tint)")
    public static let clear = Color(css: "transparent")
    public static let black = Color(css: "#000")
    public static let white = Color(css: "#fff")

    public func opacity(_ value: Double) -> Color {
        Color(css: "color-mix(in srgb, \(_css) \(Int((value * 100).rounded()))%, transparent)")
    }
}

@MainActor
extension Color: View, PrimitiveView {
    package func makeNodes(_ context: RenderContext) -> [Node] {
        let node = context.node(.shape)
        node.looks = [.background(css: _css, radius: nil)]
        return [node]
    }
}

public struct HierarchicalShapeStyle: ShapeStyle {
    public let _css: String
}

extension ShapeStyle where Self == HierarchicalShapeStyle {
    public static var primary: Self { .init(_css: "var(--label)") }
    public static var secondary: Self { .init(_css: "var(--secondary)") }
    public static var tertiary: Self { .init(_css: "var(--tertiary)") }
    public static var quaternary: Self { .init(_css: "var(--quaternary)") }
    public static var quinary: Self { .init(_css: "var(--quinary)") }
}

public struct TintShapeStyle: ShapeStyle {
    public var _css: String { "var(--tint)" }
}

public struct BackgroundStyle: ShapeStyle {
    public var _css: String { "var(--window)" }
}

public struct SeparatorShapeStyle: ShapeStyle {
    public var _css: String { "var(--separator)" }
}

public struct Material: ShapeStyle {
    public let _css: String
}

public struct AnyShapeStyle: ShapeStyle {
    public let _css: String

    public init<S: ShapeStyle>(_ style: S) { _css = style._css }
}

extension ShapeStyle where Self == Color {
    public static var red: Color { Color.red }
    public static var orange: Color { Color.orange }
    public static var yellow: Color { Color.yellow }
    public static var green: Color { Color.green }
    public static var blue: Color { Color.blue }
    public static var purple: Color { Color.purple }
    public static var gray: Color { Color.gray }
    public static var white: Color { Color.white }
    public static var black: Color { Color.black }
    public static var clear: Color { Color.clear }
}

extension ShapeStyle where Self == TintShapeStyle {
    public static var tint: Self { .init() }
}

extension ShapeStyle where Self == BackgroundStyle {
    public static var background: Self { .init() }
}

extension ShapeStyle where Self == SeparatorShapeStyle {
    public static var separator: Self { .init() }
}

extension ShapeStyle where Self == Material {
    public static var bar: Self { .init(_css: "var(--bar)") }
    public static var regularMaterial: Self { .init(_css: "var(--bar)") }
    public static var thinMaterial: Self { .init(_css: "var(--bar)") }
    public static var ultraThinMaterial: Self { .init(_css: "var(--bar)") }
    public static var thickMaterial: Self { .init(_css: "var(--bar)") }
}
