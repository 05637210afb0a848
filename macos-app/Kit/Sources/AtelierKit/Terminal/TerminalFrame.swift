// What the core tells of a terminal's screen: what has changed, packed, and everything but the cells.
import Foundation

/// Rows that have changed since an earlier frame.
public struct TerminalFrame: Sendable, Equatable {
    /// What it leads to; asked for next time.
    public let version: UInt64
    /// All rows are here: those of before are forgotten.
    public let isWhole: Bool
    /// The rows that have changed, with their places from the top.
    public let rows: [Int: TerminalRow]
    public let state: TerminalState
    /// What happened beside drawing.
    public let notices: [TerminalNotice]

    public init(
        version: UInt64,
        isWhole: Bool,
        rows: [Int: TerminalRow],
        state: TerminalState,
        notices: [TerminalNotice] = []
    ) {
        self.version = version
        self.isWhole = isWhole
        self.rows = rows
        self.state = state
        self.notices = notices
    }

    /// A frame whose rows are packed as the core packs them.
    ///
    /// - Throws: `TerminalFrameError` for bytes that are no rows.
    public init(
        version: UInt64,
        isWhole: Bool,
        packed: Data,
        state: TerminalState,
        notices: [TerminalNotice] = []
    ) throws {
        let rows = try packed.withUnsafeBytes { bytes in
            var reader = PackedReader(bytes: bytes)
            var rows: [Int: TerminalRow] = [:]
            while !reader.isAtEnd {
                let (index, row) = try reader.row()
                rows[index] = row
            }
            return rows
        }
        self.init(version: version, isWhole: isWhole, rows: rows, state: state, notices: notices)
    }
}

/// Something that a program did beside drawing.
public enum TerminalNotice: Hashable, Sendable {
    /// It rang, once or more often.
    case bell
    /// It wants this text on the clipboard. Nothing has happened: that is for the person to allow.
    case clipboard(String)
    /// A command has ended, with its status where the shell told it.
    case commandEnded(Int?)
}

/// A frame that does not fit, or is none: the picture has to be fetched anew.
public struct TerminalFrameError: Error, Sendable, Equatable {}

/// Reads what the core has packed: little-endian numbers without gaps.
private struct PackedReader {
    let bytes: UnsafeRawBufferPointer
    var place = 0

    var isAtEnd: Bool { place == bytes.count }

    mutating func row() throws -> (Int, TerminalRow) {
        let index = Int(try number(UInt16.self))
        let (cells, extras) = (Int(try number(UInt16.self)), Int(try number(UInt16.self)))
        var row = TerminalRow()
        row.isWrapped = try number(UInt16.self) & 1 == 1
        let texts = Int(try number(UInt32.self))
        guard bytes.count - place >= cells * 16 + extras * 8 + texts else { throw TerminalFrameError() }
        row.cells.reserveCapacity(cells)
        for _ in 0..<cells { row.cells.append(cell()) }
        for _ in 0..<extras {
            row.extras.append(TerminalExtra(underline: TerminalColour(packed: next()), link: next()))
        }
        row.texts = Array(bytes[place..<(place + texts)])
        place += texts
        return (index, row)
    }

    private mutating func cell() -> TerminalCell {
        TerminalCell(
            character: next(),
            foreground: TerminalColour(packed: next()),
            background: TerminalColour(packed: next()),
            attributes: TerminalAttributes(rawValue: next()),
            extra: next()
        )
    }

    private mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        guard bytes.count - place >= MemoryLayout<Number>.size else { throw TerminalFrameError() }
        return next()
    }

    /// The next number, which is known to be there.
    private mutating func next<Number: FixedWidthInteger>() -> Number {
        defer { place += MemoryLayout<Number>.size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Number.self))
    }
}
