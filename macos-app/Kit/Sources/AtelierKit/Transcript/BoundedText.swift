// Text of any length, kept by its beginning and its end.
import Foundation

/// Takes text in pieces and keeps the first and the last of it, so that a window never holds all that a command wrote.
public struct BoundedText: Hashable, Sendable {
    /// The most that is kept of either end, in bytes.
    let limit: Int
    private var head = ""
    private var tail = ""
    /// How much is missing between the two, in bytes.
    public private(set) var leftOut = 0

    public init(_ text: String = "", limit: Int = 8_192) {
        self.limit = limit
        append(text)
    }

    public var isEmpty: Bool { head.isEmpty }

    /// What is kept. Where something is missing, a line says how much.
    public var text: String {
        if leftOut == 0 { return head + tail }
        return "\(head)\n[… \(leftOut.formatted(.byteCount(style: .file))) left out …]\n\(tail)"
    }

    /// The last lines, for a look at what goes on.
    public func lastLines(_ count: Int) -> String {
        let lines = TerminalText.plain((tail.isEmpty ? head : tail).suffix(limit)).split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        let ended = lines.last?.isEmpty == true ? lines.dropLast() : lines[...]
        return ended.suffix(count).joined(separator: "\n")
    }

    public mutating func append(_ piece: String) {
        let room = limit - head.utf8.count
        if tail.isEmpty, leftOut == 0, room > 0 {
            let first = piece.cut(afterBytes: room)
            head += first
            appendToTail(piece[first.endIndex...])
        } else {
            appendToTail(piece[...])
        }
    }

    /// Cut only when it has become twice too long, so that a long text costs no more for each piece than a short one.
    private mutating func appendToTail(_ piece: Substring) {
        tail += piece
        let length = tail.utf8.count
        guard length > 2 * limit else { return }
        let kept = tail.cut(beforeLastBytes: limit)
        leftOut += length - kept.utf8.count
        tail = String(kept)
    }
}

extension String {
    /// As much of the beginning as fits, whole characters.
    func cut(afterBytes count: Int) -> Substring {
        guard utf8.count > count else { return self[...] }
        var end = utf8.index(startIndex, offsetBy: count)
        while end.samePosition(in: self) == nil { end = utf8.index(before: end) }
        return self[..<end]
    }

    /// As much of the end as fits, whole characters, and whole lines where there are any.
    fileprivate func cut(beforeLastBytes count: Int) -> Substring {
        var start = utf8.index(endIndex, offsetBy: -count)
        while start.samePosition(in: self) == nil { start = utf8.index(after: start) }
        let rest = self[start...]
        guard let end = rest.firstIndex(where: \.isNewline), rest.index(after: end) < endIndex else { return rest }
        return rest[rest.index(after: end)...]
    }
}

/// What a terminal would have done with its output, as far as plain text can show it.
enum TerminalText {
    /// Without escape sequences; of a line that was written over, the last writing.
    static func plain(_ output: some StringProtocol) -> String {
        var text = String.UnicodeScalarView()
        var lineStart = text.startIndex
        var scalars = output.unicodeScalars.makeIterator()
        var mayOverwrite = false
        while let scalar = scalars.next() {
            switch scalar {
            case "\u{1B}": skipSequence(&scalars)
            case "\r": mayOverwrite = true
            case "\n":
                mayOverwrite = false
                text.append(scalar)
                lineStart = text.endIndex
            case "\t", "\u{20}"...:
                if mayOverwrite { text.removeSubrange(lineStart...) }
                mayOverwrite = false
                if scalar != "\u{7F}" { text.append(scalar) }
            default: break
            }
        }
        return String(text)
    }

    /// Reads past the rest of an escape sequence.
    private static func skipSequence(_ scalars: inout some IteratorProtocol<Unicode.Scalar>) {
        switch scalars.next() {
        case "[":
            while let scalar = scalars.next(), !("\u{40}"..."\u{7E}").contains(scalar) {}
        case "]":
            var previous: Unicode.Scalar = " "
            while let scalar = scalars.next(), scalar != "\u{07}", !(previous == "\u{1B}" && scalar == "\\") {
                previous = scalar
            }
        case "(", ")": _ = scalars.next()
        default: break
        }
    }
}
