// Modifiers that change how a view is drawn.

extension View {
    public func background<S: ShapeStyle>(_ style: S) -> some View {
        look(.background(css: style._css, radius: nil))
    }

    public func background<S: ShapeStyle, T: Shape>(_ style: S, in shape: T) -> some View {
        look(.background(css: style._css, radius: shape._radius))
    }

    public func foregroundStyle<S: ShapeStyle>(_ style: S) -> some View { look(.foreground(css: style._css)) }

    public func font(_ font: Font?) -> some View { look(.font(font ?? .body)) }

    public func bold() -> some View { look(.weight(.bold)) }

    public func monospaced() -> some View { look(.monospaced) }

    public func monospacedDigit() -> some View { look(.monospacedDigits) }

    public func lineLimit(_ number: Int?) -> some View { look(.lineLimit(number)) }

    public func lineLimit(_ range: ClosedRange<Int>) -> some View { look(.lineLimit(range.upperBound)) }

    public func textSelection<S: TextSelectability>(_ selectability: S) -> some View {
        look(.selectable(S.allowsSelection))
    }

    public func controlSize(_ size: ControlSize) -> some View {
        changingEnvironment { $0.controlSize = size }.look(.controlSize(size))
    }
}

/// Whether people can select a text.
public protocol TextSelectability {
    static var allowsSelection: Bool { get }
}

public struct EnabledTextSelectability: TextSelectability {
    public static let allowsSelection = true
}

public struct DisabledTextSelectability: TextSelectability {
    public static let allowsSelection = false
}

extension TextSelectability where Self == EnabledTextSelectability {
    public static var enabled: Self { .init() }
}

extension TextSelectability where Self == DisabledTextSelectability {
    public static var disabled: Self { .init() }
}
