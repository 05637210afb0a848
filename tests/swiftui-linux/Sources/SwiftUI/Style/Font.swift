// Fonts: the text styles of macOS with their sizes in points.

public struct Font: Hashable, Sendable {
    package let size: CGFloat
    package private(set) var weight = Weight.regular
    package private(set) var isMonospaced = false
    private var family: String?

    private init(_ size: CGFloat, _ weight: Weight = .regular) {
        self.size = size
        self.weight = weight
    }

    /// What of the system's fonts is wanted.
    public enum Design: Hashable, Sendable {
        case `default`
        case monospaced
    }

    public static func system(size: CGFloat, weight: Weight? = nil, design: Design? = nil) -> Font {
        var font = Font(size, weight ?? .regular)
        font.isMonospaced = design == .monospaced
        return font
    }

    /// A font by its family's name. One that is not installed is the system's.
    public static func custom(_ name: String, fixedSize: CGFloat) -> Font {
        var font = Font(fixedSize)
        font.family = name
        return font
    }

    /// As CSS names its family; nil for that of what is around it.
    package var css: String? {
        // A name comes from the person's settings: nothing in it may end the quotes.
        let name = family.map { $0.filter { $0.isLetter || $0.isNumber || " -_".contains($0) } }
        return name.map { "\"\($0)\", var(--mono)" } ?? (isMonospaced ? "var(--mono)" : nil)
    }

    public static let largeTitle = Font(26)
    public static let title = Font(22)
    public static let title2 = Font(17)
    public static let title3 = Font(15)
    public static let headline = Font(13, .bold)
    public static let subheadline = Font(11)
    public static let body = Font(13)
    public static let callout = Font(12)
    public static let footnote = Font(10)
    public static let caption = Font(10)
    public static let caption2 = Font(10, .medium)

    public struct Weight: Hashable, Sendable {
        package let value: Int

        public static let regular = Weight(value: 400)
        public static let medium = Weight(value: 500)
        public static let semibold = Weight(value: 600)
        public static let bold = Weight(value: 700)
    }

    public func weight(_ weight: Weight) -> Font {
        var copy = self
        copy.weight = weight
        return copy
    }

    public func bold() -> Font { weight(.bold) }

    public func monospaced() -> Font {
        var copy = self
        copy.isMonospaced = true
        return copy
    }
}
