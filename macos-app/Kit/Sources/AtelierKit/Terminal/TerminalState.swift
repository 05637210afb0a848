// Everything about a terminal's screen but its cells.
import Foundation

/// By which the core names a terminal.
public typealias TerminalID = String

/// What a frame tells beside the rows.
public struct TerminalState: Hashable, Sendable {
    public var columns: Int
    public var rows: Int
    public var cursor: TerminalCursor
    /// As the program has set it.
    public var title: String?
    /// The program draws on the alternate screen, which has no history.
    public var isAlternateScreen = false
    /// The program can tell what is pasted from what is typed.
    public var bracketsPastes = false
    /// The mouse is the program's, unless Shift is down.
    public var wantsMouse = false
    /// Foreground and background of the whole screen are swapped.
    public var isReversed = false
    /// How many lines above the newest ones what is shown begins.
    public var scrolled = 0
    /// How many lines the history has.
    public var history = 0
    public var selected: TerminalRange?
    /// Colours of the palette that programs have changed: red, green and blue by index; 256 is the foreground, 257 the
    /// background, 258 the cursor.
    public var colours: [Int: UInt32] = [:]
    public var shell = TerminalShell()

    public init(columns: Int, rows: Int, cursor: TerminalCursor = TerminalCursor()) {
        self.columns = columns
        self.rows = rows
        self.cursor = cursor
    }
}

/// Where the next character goes.
public struct TerminalCursor: Hashable, Sendable {
    public enum Shape: String, CaseIterable, Hashable, Sendable {
        case block, underline, bar
    }

    /// From the top of the live screen.
    public var row: Int
    public var column: Int
    public var shape: Shape
    public var isBlinking: Bool
    public var isVisible: Bool

    public init(row: Int = 0, column: Int = 0, shape: Shape = .block, isBlinking: Bool = false, isVisible: Bool = true)
    {
        self.row = row
        self.column = column
        self.shape = shape
        self.isBlinking = isBlinking
        self.isVisible = isVisible
    }
}

/// A cell of the screen or its history.
public struct TerminalPlace: Hashable, Sendable, Comparable {
    /// From the top of the live screen; negative in the history, -1 the newest.
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static func < (one: Self, other: Self) -> Bool {
        (one.line, one.column) < (other.line, other.column)
    }
}

/// The cells from one to another, both included.
public struct TerminalRange: Hashable, Sendable {
    public var start: TerminalPlace
    public var end: TerminalPlace
    /// Only the columns between the two, in each line.
    public var isBlock: Bool

    public init(_ start: TerminalPlace, _ end: TerminalPlace, isBlock: Bool = false) {
        self.start = start
        self.end = end
        self.isBlock = isBlock
    }

    /// The columns of a line that belong to it; nil where none do.
    public func columns(of line: Int, in width: Int) -> ClosedRange<Int>? {
        guard (start.line...max(start.line, end.line)).contains(line), width > 0 else { return nil }
        let first = isBlock || line == start.line ? start.column : 0
        let last = isBlock || line == end.line ? min(end.column, width - 1) : width - 1
        return first <= last ? first...last : nil
    }
}

/// What a shell has told of itself.
public struct TerminalShell: Hashable, Sendable {
    /// Its working directory: what it claims.
    public var folder: String?
    /// Whether it shows its prompt; nil when it tells nothing.
    public var isAtPrompt: Bool?
    /// How the last command ended.
    public var lastStatus: Int?

    public init(folder: String? = nil, isAtPrompt: Bool? = nil, lastStatus: Int? = nil) {
        self.folder = folder
        self.isAtPrompt = isAtPrompt
        self.lastStatus = lastStatus
    }
}
