// Modifiers that change how a view is drawn.

extension View {
    public func background<S: ShapeStyle>(_ style: S) -> some View {
        look(.background(css: style._css, radius: nil))
    }

    public func background<S: ShapeStyle, T: Shape>(_ style: S, in shape: T) -> some View {
        look(.background(css: style._css, radius: shape._radius))
    }

    public func foregroundStyle<S: ShapeStyle>(_ style: S) -> some View { look(.foreground(css: style._css)) }

    public func tint<S: ShapeStyle>(_ style: S?) -> some View { look(.tint(css: style?._css ?? "var(--accent)")) }

    public func font(_ font: Font?) -> some View { look(.font(font ?? .body)) }

    public func fontWeight(_ weight: Font.Weight?) -> some View { look(.weight(weight ?? .regular)) }

    public func bold() -> some View { look(.weight(.bold)) }

    public func italic() -> some View { look(.italic) }

    public func monospaced() -> some View { look(.monospaced) }

    public func monospacedDigit() -> some View { look(.monospacedDigits) }

    /// The scale of SF Symbols.
    public func imageScale(_ scale: Image.Scale) -> some View {
        look(.font(scale == .large ? .title3 : scale == .small ? .subheadline : .body))
    }

    public func lineLimit(_ number: Int?) -> some View { look(.lineLimit(number)) }

    public func lineLimit(_ range: ClosedRange<Int>) -> some View { look(.lineLimit(range.upperBound)) }

    public func multilineTextAlignment(_ alignment: TextAlignment) -> some View { look(.textAlignment(alignment)) }

    public func truncationMode(_ mode: Text.TruncationMode) -> some View { look(.truncation(mode)) }

    public func lineSpacing(_ points: CGFloat) -> some View { look(.lineSpacing(points)) }

    public func textSelection<S: TextSelectability>(_ selectability: S) -> some View {
        look(.selectable(S.allowsSelection))
    }

    public func clipShape<S: Shape>(_ shape: S) -> some View { look(.clip(radius: shape._radius)) }

    public func border<S: ShapeStyle>(_ style: S, width: CGFloat = 1) -> some View {
        look(.border(css: style._css, width: width))
    }

    public func opacity(_ value: Double) -> some View { look(.opacity(value)) }

    public func controlSize(_ size: ControlSize) -> some View {
        changingEnvironment { $0.controlSize = size }.look(.controlSize(size))
    }

    public func labelsHidden() -> some View { look(.labelHidden) }
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
