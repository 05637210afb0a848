// Shapes of backgrounds.

/// An outline.
public protocol Shape: Sendable {
    /// The CSS border radius that comes closest.
    var _radius: String { get }
}

public enum RoundedCornerStyle: Sendable {
    case circular
    case continuous
}

public struct RoundedRectangle: Shape {
    public let cornerRadius: CGFloat

    public var _radius: String { "\(cornerRadius)px" }

    public init(cornerRadius: CGFloat, style: RoundedCornerStyle = .continuous) { self.cornerRadius = cornerRadius }
}

public struct Rectangle: Shape {
    public var _radius: String { "0" }

    public init() {}
}

public struct Capsule: Shape {
    public var _radius: String { "999px" }

    public init() {}
}

extension Shape where Self == RoundedRectangle {
    public static func rect(cornerRadius: CGFloat, style: RoundedCornerStyle = .continuous) -> Self {
        RoundedRectangle(cornerRadius: cornerRadius, style: style)
    }
}

extension Shape where Self == Capsule {
    public static var capsule: Self { Capsule() }
}
