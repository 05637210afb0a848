// Shapes: rectangles with corners, which is what backgrounds and clips need.

/// An outline.
@preconcurrency
public protocol Shape: View, Sendable {
    /// The CSS border radius that comes closest.
    var _radius: String { get }
}

extension Shape where Body == Never {
    public func fill<S: ShapeStyle>(_ style: S) -> some View {
        look(.background(css: style._css, radius: _radius))
    }

    public func stroke<S: ShapeStyle>(_ style: S, lineWidth: CGFloat = 1) -> some View {
        look(.clip(radius: _radius)).look(.border(css: style._css, width: lineWidth))
    }

    public func strokeBorder<S: ShapeStyle>(_ style: S, lineWidth: CGFloat = 1) -> some View {
        stroke(style, lineWidth: lineWidth)
    }
}

/// The shapes that the stand-in draws.
package protocol PrimitiveShape: Shape, PrimitiveView {}

extension PrimitiveShape {
    package func makeNodes(_ context: RenderContext) -> [Node] { [context.node(.shape)] }
}

public struct Rectangle: PrimitiveShape {
    public var _radius: String { "0" }

    nonisolated public init() {}
}

public struct Capsule: PrimitiveShape {
    public var _radius: String { "999px" }

    nonisolated public init() {}
}

public struct Circle: PrimitiveShape {
    public var _radius: String { "50%" }

    nonisolated public init() {}
}

public enum RoundedCornerStyle: Sendable {
    case circular
    case continuous
}

public struct RoundedRectangle: PrimitiveShape {
    public let cornerRadius: CGFloat

    public var _radius: String { "\(cornerRadius)px" }

    nonisolated public init(cornerRadius: CGFloat, style: RoundedCornerStyle = .continuous) {
        self.cornerRadius = cornerRadius
    }
}

extension Shape where Self == Rectangle {
    public static var rect: Rectangle { Rectangle() }
}

extension Shape where Self == Capsule {
    public static var capsule: Capsule { Capsule() }
}

extension Shape where Self == Circle {
    public static var circle: Circle { Circle() }
}

extension Shape where Self == RoundedRectangle {
    public static func rect(cornerRadius: CGFloat, style: RoundedCornerStyle = .continuous) -> Self {
        RoundedRectangle(cornerRadius: cornerRadius, style: style)
    }
}
