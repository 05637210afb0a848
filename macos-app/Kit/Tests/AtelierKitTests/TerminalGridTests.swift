// Rows as the core packs them, and what they come to.
import Foundation
import Testing

@testable import AtelierKit

@Suite struct TerminalGridTests {
    /// A row as the core packs it: characters with their attributes.
    private func packed(row: Int, _ cells: [(UInt32, UInt16)], wrapped: Bool = false, texts: [UInt8] = []) -> Data {
        var data = Data()
        func add<Number: FixedWidthInteger>(_ number: Number) {
            withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
        }
        add(UInt16(row))
        add(UInt16(cells.count))
        add(UInt16(1))
        add(UInt16(wrapped ? 1 : 0))
        add(UInt32(texts.count))
        for (index, (character, attributes)) in cells.enumerated() {
            add(character)
            add(UInt32(index == 0 ? 1 << 24 | 2 : 0))
            add(UInt32(0))
            add(attributes)
            add(UInt16(index == 0 ? 1 : 0))
        }
        add(UInt32(2 << 24 | 0xFF0000))
        add(UInt32(7))
        data.append(contentsOf: texts)
        return data
    }

    private func scalars(_ text: String) -> [(UInt32, UInt16)] { text.unicodeScalars.map { ($0.value, 0) } }

    private func frame(
        _ version: UInt64,
        whole: Bool,
        _ packed: Data,
        columns: Int = 4,
        rows: Int = 2
    ) throws
        -> TerminalFrame
    {
        let state = TerminalState(columns: columns, rows: rows)
        return try TerminalFrame(version: version, isWhole: whole, packed: packed, state: state)
    }

    @Test func rowsAreUnpackedAndReplacedInPlace() throws {
        let combined = Array("e\u{301}".utf8)
        let texts = [UInt8(combined.count)] + combined
        let first = packed(row: 0, [(1 << 31, 1), (0x4E2D, 1 << 9), (0x20, 1 << 10), (0x78, 0)], texts: texts)
        var grid = TerminalGrid()
        try grid.apply(frame(1, whole: true, first + packed(row: 1, scalars("ab  "), wrapped: true)))
        #expect(grid.text == "e\u{301}中x\nab" && grid.rows[1].isWrapped && grid.version == 1)
        #expect(grid.rows[0].link(at: 0) == 7 && grid.rows[0].link(at: 3) == 0)
        let runs = grid.rows[0].runs
        #expect(runs.map(\.text) == ["e\u{301}", "中", "x"] && runs.map(\.column) == [0, 1, 3])
        #expect(runs.map(\.width) == [1, 2, 1])
        #expect(runs[0].style.foreground == .palette(2) && runs[0].style.underlineColour == .rgb(0xFF0000))
        try grid.apply(frame(2, whole: false, packed(row: 1, scalars("wxyz"))))
        #expect(grid.text == "e\u{301}中x\nwxyz")
        #expect(grid.rows[1].runs.map(\.text) == ["w", "xyz"], "the first has a link")
    }

    @Test func framesThatDoNotFitChangeNothing() throws {
        var grid = TerminalGrid()
        let rows = packed(row: 0, scalars("abcd")) + packed(row: 1, scalars("efgh"))
        try grid.apply(frame(1, whole: true, rows))
        let before = grid
        for bad in [
            try frame(2, whole: true, packed(row: 0, scalars("abcd"))),
            try frame(2, whole: false, packed(row: 2, scalars("abcd"))),
            try frame(2, whole: false, packed(row: 0, scalars("abc"))),
            try frame(2, whole: false, Data(), rows: 3),
        ] {
            #expect(throws: TerminalFrameError.self) { try grid.apply(bad) }
            #expect(grid == before)
        }
    }

    @Test func bytesThatAreNoRowsAreRefusedAndNeverReadBeyond() throws {
        let row = packed(row: 0, scalars("abcd"), texts: [3, 1])
        for length in 1..<row.count {
            #expect(throws: TerminalFrameError.self) { _ = try frame(1, whole: true, row.prefix(length)) }
        }
        var numbers = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let bytes = Data(
                (0..<Int.random(in: 1...80, using: &numbers)).map { _ in
                    Bool.random(using: &numbers) ? UInt8.random(in: 0...255, using: &numbers) : 0
                }
            )
            guard let frame = try? frame(1, whole: true, bytes) else { continue }
            for row in frame.rows.values { _ = (row.text, row.runs) }
        }
        let lost = packed(row: 0, [(1 << 31 | 9, 0), (1 << 31, 0), (0xD800, 0), (0x61, 0)], texts: [200, 1])
        let text = try frame(1, whole: true, lost).rows[0]?.text
        #expect(text == "\u{FFFD}\u{FFFD}\u{FFFD}a")
    }

    @Test func coloursFollowThemeAttributesAndPrograms() {
        func ink(
            _ foreground: TerminalColour,
            _ background: TerminalColour,
            _ attributes: TerminalAttributes,
            _ state: TerminalState = TerminalState(columns: 2, rows: 1)
        ) -> TerminalInk {
            let style = TerminalStyle(
                foreground: foreground,
                background: background,
                attributes: attributes,
                underlineColour: .standard,
                isLink: false
            )
            return TerminalPalette.dark.ink(of: style, on: state)
        }
        let dark = TerminalPalette.dark
        #expect(ink(.standard, .standard, []).foreground == dark.foreground)
        #expect(ink(.standard, .standard, []).background == nil)
        #expect(ink(.palette(1), .standard, .bold).foreground == dark.ansi[9])
        #expect(
            ink(.palette(196), .rgb(0x123456), [])
                == TerminalInk(
                    foreground: 0xFF0000,
                    background: 0x123456,
                    underline: 0xFF0000
                )
        )
        #expect(ink(.standard, .standard, .inverse).background == dark.foreground)
        #expect(ink(.rgb(0x102030), .rgb(0), .hidden).foreground == 0)
        #expect(ink(.rgb(0x202020), .rgb(0x404040), .dim).foreground == 0x303030)
        #expect(dark.colour(at: 255) == 0xEEEEEE && dark.colour(at: 16) == 0 && dark.colour(at: 231) == 0xFFFFFF)
        var state = TerminalState(columns: 2, rows: 1)
        state.colours = [1: 0xABCDEF, 257: 0x101010]
        #expect(ink(.palette(1), .standard, [], state).foreground == 0xABCDEF)
        #expect(dark.ground(of: state) == 0x101010)
        state.isReversed = true
        #expect(dark.ground(of: state) == dark.foreground)
    }

    @Test func rangesHaveTheColumnsOfEachLine() {
        let range = TerminalRange(TerminalPlace(line: -1, column: 5), TerminalPlace(line: 1, column: 2))
        #expect(range.columns(of: -1, in: 10) == 5...9 && range.columns(of: 0, in: 10) == 0...9)
        #expect(range.columns(of: 1, in: 10) == 0...2 && range.columns(of: 2, in: 10) == nil)
        var block = range
        block.isBlock = true
        block.start.column = 1
        #expect(block.columns(of: 0, in: 10) == 1...2)
    }
}
