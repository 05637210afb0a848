// Diffs as cards show them.
import Testing

@testable import AtelierKit

@Suite struct DiffTextTests {
    @Test func aDiffIsCutIntoWhatIsColouredAlike() throws {
        let text = "--- a/x\n+++ b/x\n@@ -1,3 +1,4 @@\n one\n-two\n+2\n+two\n three\n"
        let diff = try #require(DiffText(text))
        #expect(diff.runs.map(\.kind) == [.file, .place, .same, .removed, .added, .same])
        #expect(diff.runs.map(\.text).joined(separator: "\n") + "\n" == text)
        #expect((diff.added, diff.removed, diff.leftOut) == (2, 1, 0))
        #expect(diff.counts == "+2 −1")
    }

    @Test func aLineThatBeginsLikeAHeaderIsALineInsideAHunk() throws {
        let text = """
            --- a/x.sql
            +++ b/x.sql
            @@ -1,2 +1,2 @@
            --- old
            +++ new
             same
            --- a/y
            +++ b/y
            @@ -0,0 +1 @@
            +only
            \\ No newline at end of file
            """
        let diff = try #require(DiffText(text))
        #expect(diff.runs.map(\.kind) == [.file, .place, .removed, .added, .same, .file, .place, .added, .same])
        #expect((diff.added, diff.removed) == (2, 1))
    }

    @Test func ofALongDiffTheBeginningIsShownAndAllIsCounted() throws {
        let lines = (1...1000).map { "+\($0)\(String(repeating: "x", count: 1000))" }.joined(separator: "\n")
        let diff = try #require(DiffText("--- /dev/null\n+++ b/x\n@@ -0,0 +1,1000 @@\n\(lines)\n"))
        #expect(diff.added == 1000 && diff.leftOut == 1003 - DiffText.mostLines)
        let shown = diff.runs.map(\.text).joined(separator: "\n").split(separator: "\n")
        #expect(shown.count == DiffText.mostLines && shown.allSatisfy { $0.count <= DiffText.longestLine })
    }

    @Test(arguments: ["", "cargo test\n\nin .", "-- sql", "Wrote `x`."])
    func whatIsNoDiffIsNone(_ text: String) { #expect(DiffText(text) == nil) }
}
