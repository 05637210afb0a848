// Cutting streamed text into prose and code.
import Testing

@testable import AtelierKit

@Suite struct TextBlocksTests {
    private static let answer = """

        Here is the fix:

        ```swift
        let a = 1

          let b = ```

        ```
        And a tilde fence:
        ~~~
        ```
        ~~~~
        Done.

        """

    private func cut(_ text: String, pieces: (String) -> [String] = { [$0] }) -> [TextBlock] {
        var cutter = TextBlocks()
        for piece in pieces(text) { cutter.append(piece) }
        cutter.finish()
        return cutter.blocks
    }

    @Test func proseAndFencedCodeAreTakenApart() {
        #expect(
            cut(Self.answer) == [
                TextBlock(id: 0, kind: .prose, text: "Here is the fix:"),
                TextBlock(id: 1, kind: .code(language: "swift"), text: "let a = 1\n\n  let b = ```"),
                TextBlock(id: 2, kind: .prose, text: "And a tilde fence:"),
                TextBlock(id: 3, kind: .code(language: ""), text: "```"),
                TextBlock(id: 4, kind: .prose, text: "Done."),
            ]
        )
    }

    @Test(arguments: 1...9)
    func theSizeOfThePiecesDoesNotMatter(size: Int) {
        let pieces = cut(Self.answer) { text in
            var rest = Substring(text)
            var all: [String] = []
            while !rest.isEmpty {
                all.append(String(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            return all
        }
        #expect(pieces == cut(Self.answer))
    }

    @Test func codeWithWindowsLineEndsLosesItsFences() {
        let blocks = cut("Text\r\n```js\r\na()\r\n```\r\nEnd", pieces: { $0.unicodeScalars.map(String.init) })
        #expect(blocks.map(\.kind) == [.prose, .code(language: "js"), .prose])
        #expect(blocks[1].text.hasPrefix("a()"))
    }

    @Test func aLineThatMayBecomeAFenceIsHeldBackUntilItIsDecided() {
        var cutter = TextBlocks()
        cutter.append("See ")
        cutter.append("`x`\n``")
        #expect(cutter.blocks.map(\.text) == ["See `x`"])
        cutter.append("y``")
        #expect(cutter.blocks.map(\.text) == ["See `x`\n``y``"])
        cutter.append("\n```")
        cutter.finish()
        #expect(cutter.blocks.map(\.text) == ["See `x`\n``y``", ""])
    }

    @Test func aLongTextIsCutBetweenParagraphsSoThatNoBlockGrowsWithoutBound() {
        let paragraph = String(repeating: "word ", count: 200)
        let text = Array(repeating: paragraph, count: 100).joined(separator: "\n\n")
        let blocks = cut(text)
        #expect(blocks.count > 3)
        #expect(blocks.allSatisfy { $0.text.utf8.count < TextBlocks.softLimit + 2 * paragraph.utf8.count })
        #expect(blocks.map(\.text).joined(separator: "\n\n") == text)
        #expect(blocks.map(\.id) == Array(0..<blocks.count))
    }
}
