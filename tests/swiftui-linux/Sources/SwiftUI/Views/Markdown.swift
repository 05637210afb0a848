// Inline Markdown in attributed strings, which Foundation only has on Apple's systems.

/// How a run of inline Markdown is set.
public struct InlinePresentationIntent: OptionSet, Hashable, Sendable {
    public let rawValue: UInt

    public init(rawValue: UInt) { self.rawValue = rawValue }

    public static let emphasized = Self(rawValue: 1)
    public static let stronglyEmphasized = Self(rawValue: 2)
    public static let code = Self(rawValue: 4)
    public static let strikethrough = Self(rawValue: 32)
}

/// Names `inlinePresentationIntent` among the attributes of a string.
public enum InlinePresentationIntentAttribute: AttributedStringKey {
    public typealias Value = InlinePresentationIntent
    public static let name = "NSInlinePresentationIntent"
}

/// The attributes that the stand-in adds to Foundation's.
public struct StandInAttributes: AttributeScope {
    public let inlinePresentationIntent: InlinePresentationIntentAttribute
}

extension AttributeDynamicLookup {
    public subscript<Key: AttributedStringKey>(dynamicMember keyPath: KeyPath<StandInAttributes, Key>) -> Key {
        self[Key.self]
    }
}

extension AttributedString {
    public struct MarkdownParsingOptions: Sendable {
        /// Only the syntax that our views ask for.
        public enum InterpretedSyntax: Sendable {
            case inlineOnlyPreservingWhitespace
        }

        public init(interpretedSyntax: InterpretedSyntax) {}
    }

    /// Reads inline Markdown: emphasis, code, strikethrough and links, without nested links or HTML.
    public init(markdown: String, options: MarkdownParsingOptions) throws {
        var reader = InlineMarkdown(markdown)
        self = reader.read()
    }
}

/// Reads inline Markdown in one pass; a mark without its partner is text.
private struct InlineMarkdown {
    private let text: [Character]
    private var result = AttributedString()
    private var plain = ""

    init(_ text: String) { self.text = Array(text) }

    mutating func read() -> AttributedString {
        read(0..<text.count, [], nil)
        return result
    }

    private mutating func read(_ range: Range<Int>, _ intent: InlinePresentationIntent, _ link: URL?) {
        var index = range.lowerBound
        while index < range.upperBound {
            if text[index] == "\\", index + 1 < range.upperBound, text[index + 1].isPunctuation {
                plain.append(text[index + 1])
                index += 2
            } else if let next = readMark(at: index, range, intent, link) {
                index = next
            } else {
                plain.append(text[index])
                index += 1
            }
        }
        flush(intent, link)
    }

    /// Reads the marked run that starts here. Answers where it ends; nil when nothing starts here.
    private mutating func readMark(
        at index: Int,
        _ range: Range<Int>,
        _ intent: InlinePresentationIntent,
        _ link: URL?
    ) -> Int? {
        switch text[index] {
        case "`": return readCode(at: index, range, intent, link)
        case "[": return link == nil ? readLink(at: index, range, intent) : nil
        case "*", "_", "~": return readEmphasis(at: index, range, intent, link)
        default: return nil
        }
    }

    private mutating func readCode(
        at index: Int,
        _ range: Range<Int>,
        _ intent: InlinePresentationIntent,
        _ link: URL?
    ) -> Int? {
        let count = length(of: "`", at: index, range)
        guard let end = find("`", count: count, from: index + count, range) else { return nil }
        flush(intent, link)
        plain = String(text[(index + count)..<end])
        flush(intent.union(.code), link)
        return end + count
    }

    private mutating func readEmphasis(
        at index: Int,
        _ range: Range<Int>,
        _ intent: InlinePresentationIntent,
        _ link: URL?
    ) -> Int? {
        let mark = text[index]
        let count = length(of: mark, at: index, range)
        let start = index + count
        guard mark == "~" ? count == 2 : count <= 3, start < range.upperBound, !text[start].isWhitespace else {
            return nil
        }
        if mark == "_", index > range.lowerBound, text[index - 1].isLetter || text[index - 1].isNumber { return nil }
        guard let end = find(mark, count: count, from: start, range), end > start, !text[end - 1].isWhitespace else {
            return nil
        }
        flush(intent, link)
        let added: InlinePresentationIntent =
            switch (mark, count) {
            case ("~", _): .strikethrough
            case (_, 1): .emphasized
            case (_, 2): .stronglyEmphasized
            default: [.emphasized, .stronglyEmphasized]
            }
        read(start..<end, intent.union(added), link)
        return end + count
    }

    private mutating func readLink(at index: Int, _ range: Range<Int>, _ intent: InlinePresentationIntent) -> Int? {
        guard let middle = find("]", count: 1, from: index + 1, range), middle + 1 < range.upperBound,
            text[middle + 1] == "(", let end = find(")", count: 1, from: middle + 2, range),
            let url = URL(string: String(text[(middle + 2)..<end]))
        else { return nil }
        flush(intent, nil)
        read((index + 1)..<middle, intent, url)
        return end + 1
    }

    /// How many of the mark stand here in a row.
    private func length(of mark: Character, at index: Int, _ range: Range<Int>) -> Int {
        text[index..<range.upperBound].prefix { $0 == mark }.count
    }

    /// Where the mark next stands exactly `count` times in a row.
    private func find(_ mark: Character, count: Int, from start: Int, _ range: Range<Int>) -> Int? {
        var index = start
        while index < range.upperBound {
            guard text[index] == mark else {
                index += 1
                continue
            }
            let found = length(of: mark, at: index, range)
            if found == count || mark == "]" || mark == ")" { return index }
            index += found
        }
        return nil
    }

    private mutating func flush(_ intent: InlinePresentationIntent, _ link: URL?) {
        if plain.isEmpty { return }
        var run = AttributedString(plain)
        if !intent.isEmpty { run.inlinePresentationIntent = intent }
        if let link { run.link = link }
        result += run
        plain = ""
    }
}
