// What a person can do with terminals.
import Foundation

/// The part of the core that is about terminals: shells, and the screens that show what they print.
public protocol TerminalClient: Sendable {
    /// Starts the person's shell in a folder that they allowed.
    ///
    /// - Throws: `.invalidRequest` for a folder that can't be used, and where there are too many terminals already.
    func createTerminal(in folder: String, columns: Int, rows: Int) async throws -> TerminalID

    /// What all terminals are doing, the oldest first.
    func terminals() async throws -> [TerminalInfo]

    /// Gives a terminal another size. Throws `.invalidRequest` for one that is gone, or a size of nothing.
    func resizeTerminal(_ id: TerminalID, columns: Int, rows: Int) async throws

    /// Ends a terminal's shell and what runs in it. Throws `.invalidRequest` for one that is gone.
    func closeTerminal(_ id: TerminalID) async throws

    /// A terminal's screen, for one who shows it. It can be read as long as it is held, after the shell has ended too.
    func terminalScreen(of id: TerminalID) async throws -> any TerminalScreen

    /// What a command of an agent prints, as a screen that takes no input; live, and afterwards. One in the background is
    /// followed to its own end, whatever has become of its turn. Throws `.invalidRequest` for a call that is no command.
    func agentTerminal(of call: ToolCallID, in session: SessionID) async throws -> any TerminalScreen

    /// How many lines above the screen terminals keep, those too that are open: 0 to 50,000.
    func keepScrollback(lines: Int) async throws

    /// Whether what terminals show is kept on the disk, for when the app is started again.
    func keepsTerminals() async throws -> Bool

    /// Keeps what terminals show from now on, or not: what was kept is deleted then.
    func keepTerminals(_ areKept: Bool) async throws

    /// Terminals of before that can be opened again, the newest first.
    func keptTerminals() async throws -> [KeptTerminal]

    /// Opens a terminal of before again: under its name, with a new shell beneath what it showed. Throws
    /// `.invalidRequest` for one that is not kept, and what `createTerminal` throws.
    func restoreTerminal(_ id: TerminalID, columns: Int, rows: Int) async throws

    /// Forgets a terminal of before, if there is one of that name.
    func forgetKeptTerminal(_ id: TerminalID) async throws
}

/// A terminal that was open when the app was ended.
public struct KeptTerminal: Hashable, Sendable, Identifiable {
    /// The name that it had, and will have.
    public let id: TerminalID
    /// Where it was; absolute.
    public let folder: String
    /// As its program had set it.
    public let title: String?
    public let savedAt: Date

    public init(id: TerminalID, folder: String, title: String?, savedAt: Date) {
        self.id = id
        self.folder = folder
        self.title = title
        self.savedAt = savedAt
    }
}

/// A screen, as one shows it and works there. What is not `async` takes a moment at most, so that keys keep their order;
/// what is sent to a shell that has ended throws `.invalidRequest`.
public protocol TerminalScreen: AnyObject, Sendable {
    /// Waits until something has changed since a version (0: none) and answers all of it, however much it was: asked
    /// once for each frame that is drawn. Nil when nothing changes any more. One caller at a time.
    func nextFrame(after version: UInt64) async throws -> TerminalFrame?

    /// Whether its program runs.
    func status() -> TerminalStatus

    /// Whether anybody sees it: a screen that nobody sees may give up memory, and gets it back by itself.
    func setShown(_ isShown: Bool)

    func press(_ key: TerminalKeyPress) throws

    /// A move of the mouse; whether the program wants to know of it.
    func mouse(_ mouse: TerminalMouse) throws -> Bool

    /// The wheel, in lines above 0 for up: told the program, or scrolled.
    func wheel(_ lines: Int) throws

    /// The focus has come or gone.
    func focus(_ isFocused: Bool) throws

    /// How many commands of a text would run at once if it were pasted; nil where that can't happen.
    func commandsRunByPasting(_ text: String) throws -> Int?

    /// Pastes text; control characters are left out.
    func paste(_ text: String) throws

    /// Types the paths of files, quoted for the shell.
    func insertPaths(_ paths: [String]) throws

    /// Shows older lines (above 0) or newer ones, as far as there are any.
    func scroll(_ lines: Int) throws

    /// Shows the newest lines.
    func scrollToEnd() throws

    /// Shows the prompt before the first line shown, or after it; whether there is one.
    func scrollToPrompt(older: Bool) throws -> Bool

    /// Begins a selection at a cell.
    func select(_ kind: TerminalSelectionKind, from place: TerminalPlace, _ half: TerminalHalf) throws

    /// Moves the selection's other end.
    func extendSelection(to place: TerminalPlace, _ half: TerminalHalf) throws

    /// Selects the screen and its history.
    func selectAll() throws

    func clearSelection() throws

    /// What is selected; nil when nothing is.
    func selectedText() throws -> String?

    /// What the last command printed; nil when the shell does not mark its prompts.
    func lastOutput() async throws -> String?

    /// The address at a cell: what a program says, or what looks like one.
    func link(at place: TerminalPlace) throws -> TerminalLink?

    /// All matches from the oldest line on, at most so many. Throws `.invalidRequest` for a pattern that is none.
    func find(_ pattern: TerminalPattern, limit: Int) async throws -> [TerminalRange]

    /// Scrolls so that a match is on what is shown.
    func show(_ found: TerminalRange) throws

    /// Gives a screen without a shell another size.
    func resize(columns: Int, rows: Int) throws

    /// The colours and the size of a cell in pixels, for programs that ask.
    func setLook(_ palette: TerminalPalette, cellWidth: Int, cellHeight: Int) throws
}

/// Whether a terminal's program runs.
public enum TerminalStatus: Hashable, Sendable {
    case running
    /// The shell was lost, and another one is started.
    case reconnecting(attempt: Int, of: Int)
    /// With its exit code, and the signal that ended it, if one did.
    case ended(code: Int, signal: Int?)
    /// Nothing more comes, and how it ended is not known: a command of an agent's that another process has run.
    case unknown
}

/// What a terminal is doing.
public struct TerminalInfo: Hashable, Sendable, Identifiable {
    public let id: TerminalID
    /// As the program has set it.
    public let title: String?
    /// What runs in the foreground.
    public let process: String?
    public let folder: String
    /// How often its programs have rung the bell.
    public let bells: Int

    public init(id: TerminalID, title: String?, process: String?, folder: String, bells: Int = 0) {
        self.id = id
        self.title = title
        self.process = process
        self.folder = folder
        self.bells = bells
    }
}

/// An address on a screen.
public struct TerminalLink: Hashable, Sendable {
    public let address: String
    /// The cells that show it.
    public let range: TerminalRange

    public init(address: String, range: TerminalRange) {
        self.address = address
        self.range = range
    }
}
