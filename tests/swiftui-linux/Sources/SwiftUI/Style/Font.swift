// Fonts: the text styles of macOS with their sizes in points.

public struct Font: Hashable, Sendable {
    package var size: CGFloat
    package var weight: Weight
    package var isItalic = false
    package var design = Design.default
    package var hasMonospacedDigits = false

    private init(_ size: CGFloat, _ weight: Weight = .regular) {
        self.size = size
        self.weight = weight
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

    public enum Design: Hashable, Sendable {
        case `default`
        case serif
        case rounded
        case monospaced
    }

    public enum TextStyle: CaseIterable, Sendable {
        case largeTitle
        case title
        case title2
        case title3
        case headline
        case subheadline
        case body
        case callout
        case footnote
        case caption
        case caption2

        var font: Font {
            switch self {
            case .largeTitle: .largeTitle
            case .title: .title
            case .title2: .title2
            case .title3: .title3
            case .headline: .headline
            case .subheadline: .subheadline
            case .body: .body
            case .callout: .callout
            case .footnote: .footnote
            case .caption: .caption
            case .caption2: .caption2
            }
        }
    }

    public struct Weight: Hashable, Sendable {
        package let value: Int

        public static let light = Weight(value: 300)
        public static let regular = Weight(value: 400)
        public static let medium = Weight(value: 500)
        public static let semibold = Weight(value: 600)
        public static let bold = Weight(value: 700)
    }

    public static func system(size: CGFloat, weight: Weight? = nil, design: Design? = nil) -> Font {
        var font = Font(size, weight ?? .regular)
        font.design = design ?? .default
        return font
    }

    public static func system(_ style: TextStyle, design: Design? = nil, weight: Weight? = nil) -> Font {
        var font = style.font
        font.design = design ?? .default
        font.weight = weight ?? font.weight
        return font
    }

    public func weight(_ weight: Weight) -> Font { changing { $0.weight = weight } }

    public func bold() -> Font { weight(.bold) }

    public func italic() -> Font { changing { $0.isItalic = true } }

    public func monospaced() -> Font { changing { $0.design = .monospaced } }

    public func monospacedDigit() -> Font { changing { $0.hasMonospacedDigits = true } }

    private func changing(_ change: (inout Font) -> Void) -> Font {
        var copy = self
        change(&copy)
        return copy
    }
}
