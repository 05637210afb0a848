// Text that is kept by its beginning and its end.
import Testing

@testable import AtelierKit

@Suite struct BoundedTextTests {
    @Test(arguments: [1, 7, 100_000])
    func whatFitsIsKeptHoweverItComes(_ size: Int) {
        let whole = (0..<300).map { "Zeile \($0) é👩‍👩‍👧\n" }.joined()
        var text = BoundedText()
        var rest = whole[...]
        while !rest.isEmpty {
            text.append(String(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        #expect(text.text == whole && text.leftOut == 0)
    }

    @Test func ofAFloodBeginningAndEndAreKeptAndTheRestIsCounted() {
        var text = BoundedText("first\n", limit: 100)
        for line in 0..<100_000 { text.append("line \(line)\n") }
        #expect(text.text.hasPrefix("first\nline 0\n") && text.text.hasSuffix("\nline 99999\n"))
        #expect(text.text.contains("[… ") && text.leftOut > 1_000_000)
        #expect(text.text.utf8.count < 400)
        #expect(text.lastLines(2) == "line 99998\nline 99999")
    }

    @Test func aLineWithoutAnEndIsCutToo() {
        var text = BoundedText(limit: 50)
        for _ in 0..<1000 { text.append("ééééé") }
        #expect(text.text.utf8.count < 220 && text.leftOut > 9_000)
    }

    @Test func whatATerminalWouldDoIsDone() {
        #expect(TerminalText.plain("\u{1B}[1;31mred\u{1B}[0m \u{1B}]0;title\u{07}x\u{1B}(B\u{7}\u{8}") == "red x")
        #expect(TerminalText.plain(" 10%\r 20%\r100%\ndone\r\n") == "100%\ndone\n")
        #expect(TerminalText.plain("a\tb\u{1B}") == "a\tb")
        #expect(TerminalText.plain("\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\") == "link")
    }
}
