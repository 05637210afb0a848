// Cuts streamed text into what a row shows: prose and fenced code.
import Foundation

/// A part of a message that is laid out by itself. Its text neither starts nor ends with an empty line, except at the
/// start of code.
public struct TextBlock: Identifiable, Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case prose
        /// Fenced code; `language` as written after the fence, may be empty.
        case code(language: String)
    }

    /// Its place in the message, from 0; a block keeps it for good.
    public let id: Int
    public let kind: Kind
    public var text: String

    public init(id: Int, kind: Kind, text: String) {
        self.id = id
        self.kind = kind
        self.text = text
    }
}

/// Takes text in pieces of any size and keeps it as blocks. Only the last block ever changes, and its size is bounded,
/// so that laying out one more piece costs the same at the end of a long answer as at its start.
///
/// A fence is a line that starts with three backquotes or tildes, indented by at most three spaces. While the last line
/// may still become a fence it is held back.
struct TextBlocks {
    /// From this many bytes on, a block ends at the next paragraph (prose) or line (code).
    static let softLimit = 16_384

    private(set) var blocks: [TextBlock] = []
    /// The marks of the fence that is open, such as “```”.
    private var openFence: String?
    private var kind = TextBlock.Kind.prose
    /// The start of a line that may still become a fence.
    private var held = ""
    /// A part of the current line is in a block already.
    private var isInsideLine = false
    /// Line ends that count only if more text of the same block follows.
    private var pendingLineEnds = 0

    mutating func append(_ piece: String) {
        var rest = Substring(piece)
        while let end = rest.firstIndex(where: { $0 == "\n" || $0 == "\r\n" }) {
            take(rest[..<end])
            endLine()
            rest = rest[rest.index(after: end)...]
        }
        take(rest)
    }

    /// No more text will come: what was held back is shown, unless it is a fence.
    mutating func finish() {
        if !held.isEmpty { endLine() }
    }

    private mutating func take(_ part: Substring) {
        if isInsideLine {
            show(part)
        } else if !part.isEmpty {
            held += part
            guard !Self.mayBecomeFence(held) else { return }
            showHeld()
            isInsideLine = true
        }
    }

    private mutating func endLine() {
        if !isInsideLine && takeFence(held) {
            held = ""
            pendingLineEnds = 0
        } else {
            showHeld()
            pendingLineEnds += 1
        }
        isInsideLine = false
    }

    private mutating func takeFence(_ line: String) -> Bool {
        guard let fence = Fence(line: line) else { return false }
        if let openFence {
            guard fence.info.isEmpty, fence.marks.hasPrefix(openFence) else { return false }
            self.openFence = nil
            kind = .prose
        } else {
            openFence = fence.marks
            kind = .code(language: fence.language)
            open()
        }
        return true
    }

    private mutating func showHeld() {
        show(Substring(held))
        held = ""
    }

    private mutating func show(_ text: Substring) {
        guard !text.isEmpty else { return }
        if blocks.last?.kind != kind || isLastBlockFull { open() }
        let index = blocks.count - 1
        if pendingLineEnds > 0 {
            blocks[index].text += String(repeating: "\n", count: pendingLineEnds)
            pendingLineEnds = 0
        }
        blocks[index].text += text
    }

    private var isLastBlockFull: Bool {
        let needed = kind == .prose ? 2 : 1
        return pendingLineEnds >= needed && blocks[blocks.count - 1].text.utf8.count >= Self.softLimit
    }

    private mutating func open() {
        blocks.append(TextBlock(id: blocks.count, kind: kind, text: ""))
        pendingLineEnds = 0
    }

    private static func mayBecomeFence(_ start: String) -> Bool {
        let marks = start.drop { $0 == " " }
        guard start.count - marks.count <= 3, let mark = marks.first else { return start.count <= 3 }
        return Fence.marks.contains(mark) && marks.prefix(3).allSatisfy { $0 == mark }
    }
}

/// A line that opens or closes code.
private struct Fence {
    static let marks: [Character] = ["`", "~"]

    let marks: String
    let info: String

    var language: String { info.split(separator: " ").first.map(String.init) ?? "" }

    init?(line: String) {
        let trimmed = line.drop { $0 == " " }
        guard line.count - trimmed.count <= 3, let mark = trimmed.first, Self.marks.contains(mark) else { return nil }
        marks = String(trimmed.prefix { $0 == mark })
        info = trimmed.dropFirst(marks.count).trimmingCharacters(in: .whitespacesAndNewlines)
        guard marks.count >= 3, mark == "~" || !info.contains("`") else { return nil }
    }
}
