// One terminal: what it shows, and what its person does there.
import Foundation
import Observation

/// Follows a screen frame by frame while somebody looks, and takes keys, the mouse, what is pasted and dropped.
@MainActor
@Observable
public final class TerminalModel: Identifiable, Asking {
    /// Where a terminal comes from.
    public enum Source: Hashable, Sendable {
        /// A shell of the person's.
        case shell(TerminalID)
        /// A command of an agent's, which takes no input.
        case agent(SessionID, ToolCallID)
    }

    public nonisolated let id = UUID()
    public let source: Source
    /// What is shown, changed by each frame.
    public private(set) var grid = TerminalGrid()
    public private(set) var status = TerminalStatus.running
    /// Its program has rung, and nothing was done here since.
    public private(set) var hasRung = false
    /// As the program has set it.
    private var programTitle: String?
    /// What runs in the foreground, where that was asked for.
    public private(set) var process: String?
    public var question: Question?
    public var problems = Problems()
    /// An address that is about to be opened.
    public var opening: TerminalAddress?
    /// What is looked for; nil as long as nobody searches.
    public var search: TerminalSearch?

    @ObservationIgnored let client: any TerminalClient & FolderClient
    @ObservationIgnored private(set) var screen: (any TerminalScreen)?
    /// The shortest time between two frames: that of a display.
    @ObservationIgnored private let pause: Duration
    @ObservationIgnored private var reading: Task<Void, Never>?
    /// How many views show it.
    @ObservationIgnored private var watchers = 0
    @ObservationIgnored private var isClosed = false
    /// The reading, while it waits for somebody to look.
    @ObservationIgnored private var unwatched: CheckedContinuation<Void, Never>?
    @ObservationIgnored private var early: [TerminalKeyPress] = []
    @ObservationIgnored private var size: (columns: Int, rows: Int)?
    @ObservationIgnored private var look: (palette: TerminalPalette, width: Int, height: Int)?
    /// How often it has rung, as the list of terminals says.
    @ObservationIgnored private var knownBells: Int?
    /// Called at each bell.
    @ObservationIgnored var rang: @MainActor () -> Void = {}
    @ObservationIgnored private let startFolder: String
    @ObservationIgnored private let label: String?

    public init(
        _ source: Source,
        folder: String,
        label: String? = nil,
        client: any TerminalClient & FolderClient,
        pause: Duration = .milliseconds(8)
    ) {
        self.source = source
        self.client = client
        self.pause = pause
        self.label = label
        startFolder = folder
    }

    /// Shows what comes, until the task is cancelled. What comes meanwhile is shown when it is followed again.
    public func follow() async {
        watchers += 1
        screen?.setShown(true)
        if reading == nil { reading = Task { await read() } }
        resumeReading()
        // Ends when the view that asked is gone.
        for await _ in AsyncStream<Never>.makeStream().stream {}
        watchers -= 1
        if watchers == 0 { screen?.setShown(false) }
    }

    /// Ends the reading. The shell goes on; `TerminalsModel` ends it.
    func close() {
        isClosed = true
        reading?.cancel()
        resumeReading()
    }

    private func read() async {
        do {
            let screen = try await opened()
            screen.setShown(watchers > 0)
            while let frame = try await screen.nextFrame(after: grid.version) {
                take(frame)
                status = screen.status()
                try await Task.sleep(for: pause)
                await untilWatched()
            }
            status = screen.status()
        } catch {
            problem = error.sentence ?? problem
        }
    }

    /// What nobody sees is not asked for.
    private func untilWatched() async {
        while watchers == 0, !isClosed { await withCheckedContinuation { unwatched = $0 } }
    }

    private func resumeReading() {
        unwatched?.resume()
        unwatched = nil
    }

    private func opened() async throws -> any TerminalScreen {
        if let screen { return screen }
        let opened =
            switch source {
            case .shell(let id): try await client.terminalScreen(of: id)
            case .agent(let session, let call): try await client.agentTerminal(of: call, in: session)
            }
        screen = opened
        if let look { try opened.setLook(look.palette, cellWidth: look.width, cellHeight: look.height) }
        for key in early { act { try $0.press(key) } }
        early = []
        return opened
    }

    private func take(_ frame: TerminalFrame) {
        do {
            try grid.apply(frame)
        } catch {
            // The next frame has all rows.
            grid = TerminalGrid()
        }
        if programTitle != grid.state.title { programTitle = grid.state.title }
        for notice in frame.notices {
            switch notice {
            case .bell:
                // What the list says next is counted from there.
                knownBells = nil
                ring()
            case .clipboard(let text): askToCopy(text)
            case .commandEnded: break
            }
        }
    }

    private func ring() {
        hasRung = true
        rang()
    }

    /// What the list of terminals says of one that nobody looks at: its frames are not asked for.
    func take(_ info: TerminalInfo) {
        if process != info.process { process = info.process }
        guard watchers == 0 else {
            // Its frames tell of bells.
            knownBells = knownBells ?? info.bells
            return
        }
        if programTitle != info.title { programTitle = info.title }
        let isNews = knownBells.map { info.bells > $0 } ?? false
        knownBells = info.bells
        if isNews { ring() }
    }

    /// The person does something here: the bell was heard.
    private func hear() {
        if hasRung { hasRung = false }
    }

    /// Whether anything can be typed.
    public var takesInput: Bool {
        if case .shell = source, case .running = status { return true }
        return false
    }

    /// What its tab says.
    public var title: String {
        if let title = programTitle, !title.isBlank { return title }
        return label ?? folder.pathName
    }

    /// Where its shell is, as it tells.
    public var folder: String { grid.state.shell.folder ?? startFolder }

    /// What is to be told about its program; nil while it simply runs.
    public var notice: String? {
        switch status {
        case .running: nil
        case .reconnecting(let attempt, let most): "The shell was lost. Starting another one (\(attempt) of \(most))…"
        case .ended(_, let signal?): "Ended by signal \(signal)."
        case .ended(0, nil): "Completed."
        case .ended(let code, nil): "Ended with status \(code)."
        case .unknown: "How it ended is not known."
        }
    }

    /// Does something with the screen; what goes wrong is told.
    @discardableResult
    func act<Value>(_ action: (any TerminalScreen) throws -> Value) -> Value? {
        guard let screen else { return nil }
        do {
            return try action(screen)
        } catch {
            // What is typed to a shell that is gone is no news: the pane says how it ended.
            if screen.status() == .running { problem = error.sentence ?? problem }
            return nil
        }
    }

    // MARK: What the person does

    public func press(_ key: TerminalKeyPress) {
        guard takesInput else { return }
        hear()
        // Typed before the shell is there; a person is not faster than so many.
        if screen == nil, early.count < 200 { early.append(key) }
        act { try $0.press(key) }
    }

    /// Whether the program took it; if not, the mouse selects.
    public func report(_ mouse: TerminalMouse) -> Bool {
        guard takesInput else { return false }
        return act { try $0.mouse(mouse) } ?? false
    }

    /// The wheel was turned over a cell, by lines above 0 for up: each is a press where the program wants the mouse. Else the
    /// core scrolls, or tells programs on the alternate screen by arrow keys.
    public func wheel(_ lines: Int, row: Int, column: Int, modifiers: TerminalModifiers = []) {
        guard lines != 0 else { return }
        let turned = TerminalMouse(
            .press,
            lines > 0 ? .wheelUp : .wheelDown,
            row: row,
            column: column,
            modifiers: modifiers
        )
        if grid.state.wantsMouse, !modifiers.contains(.shift), report(turned) {
            for _ in 1..<max(1, min(abs(lines), 20)) { _ = report(turned) }
        } else {
            act { takesInput ? try $0.wheel(lines) : try $0.scroll(lines) }
        }
    }

    public func focus(_ isFocused: Bool) {
        hear()
        guard takesInput else { return }
        act { try $0.focus(isFocused) }
    }

    public func scroll(pages: Int) { act { try $0.scroll(pages * max(1, grid.state.rows - 1)) } }

    /// Above 0 for older lines.
    public func scroll(lines: Int) { act { try $0.scroll(lines) } }

    public func scrollToEnd() { act { try $0.scrollToEnd() } }

    public func scrollToTop() { act { try $0.scroll(grid.state.history) } }

    public func showPrompt(older: Bool) { act { _ = try $0.scrollToPrompt(older: older) } }

    /// What Control-L does: the program draws its screen anew.
    public func clear() { press(TerminalKeyPress(.character("l"), .control, text: "")) }

    /// Gives the terminal the size of its pane.
    public func resize(columns: Int, rows: Int) async {
        guard columns > 1, rows > 0, size ?? (0, 0) != (columns, rows) else { return }
        size = (columns, rows)
        do {
            switch source {
            case .shell(let id): try await client.resizeTerminal(id, columns: columns, rows: rows)
            case .agent: try screen?.resize(columns: columns, rows: rows)
            }
        } catch {
            // One that has ended keeps its size.
            size = nil
        }
    }

    /// The colours and the size of a cell, for programs that ask.
    public func setLook(_ palette: TerminalPalette, cellWidth: Int, cellHeight: Int) {
        look = (palette, cellWidth, cellHeight)
        act { try $0.setLook(palette, cellWidth: cellWidth, cellHeight: cellHeight) }
    }

    /// Pastes text; asks first where lines of it would run at once.
    public func paste(_ text: String) {
        guard takesInput, !text.isEmpty else { return }
        guard let commands = act({ try $0.commandsRunByPasting(text) }) ?? nil else {
            act { try $0.paste(text) }
            return
        }
        let lines = text.split(whereSeparator: \.isNewline).prefix(8).joined(separator: "\n")
        question = Question(
            "Paste \(commands) \(commands == 1 ? "Command" : "Commands")?",
            "What is pasted has line ends, so the shell would run it at once:\n\n\(lines.prefix(600))",
            "Paste"
        ) { [weak self] in self?.act { try $0.paste(text) } }
    }

    /// Types the paths of files that were dropped.
    public func insert(paths: [String]) {
        guard takesInput, !paths.isEmpty else { return }
        act { try $0.insertPaths(paths) }
    }

    /// Programs may put something on the clipboard only if the person says so.
    private func askToCopy(_ text: String) {
        guard !text.isEmpty else { return }
        question = Question(
            "Let the Program Copy?",
            "The program in “\(title)” wants to put this on the clipboard:\n\n\(text.prefix(600))",
            "Copy"
        ) { [weak self] in self?.copied = text }
    }

    /// What the person allowed a program to copy; whoever has the pasteboard takes it.
    public var copied: String?
}
