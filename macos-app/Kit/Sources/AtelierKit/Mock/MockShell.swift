// A shell in memory, and the screen that shows it.
import Foundation
import Synchronization

/// Behaves like a terminal with a shell that knows a handful of commands. Its text may hold colours as programs write
/// them (`\u{1B}[31m` and the like).
public final class MockShell: TerminalScreen {
    private struct Waiter {
        let since: UInt64
        let wake: CheckedContinuation<Void, Never>
    }

    private struct Inside {
        var screen: MockScreen
        var isClosed = false
        var waiters: [UUID: Waiter] = [:]

        /// Those for whom there is news; they wait no more.
        mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
            let ready = waiters.filter { isClosed || screen.hasEnded || $0.value.since != screen.version }
            for id in ready.keys { waiters[id] = nil }
            return ready.values.map(\.wake)
        }
    }

    private let inside: Mutex<Inside>

    /// A shell with text above its prompt.
    ///
    /// - Parameters:
    ///   - text: what was printed before; the prompt stands after it.
    ///   - folder: where the shell is.
    ///   - takesInput: false for a command that only prints.
    public init(_ text: String = "", folder: String = "/", takesInput: Bool = true) {
        var screen = MockScreen(folder: folder, takesInput: takesInput)
        screen.print(text)
        screen.settle()
        inside = Mutex(Inside(screen: screen))
    }

    /// A command of an agent's, which takes no input: what it prints, and whether it has ended.
    convenience init(running command: String, in folder: String) {
        self.init("$ \(command)\n", folder: folder, takesInput: false)
        for part in command.split(separator: ";") where status() == .running { change { $0.perform(String(part)) } }
    }

    /// Changes what is shown, as a program does.
    @discardableResult
    func change<Value: Sendable>(_ change: @Sendable (inout MockScreen) throws -> Value) rethrows -> Value {
        let (value, waiters) = try inside.withLock { inside in
            let value = try change(&inside.screen)
            inside.screen.settle()
            return (value, inside.takeWaiters())
        }
        for waiter in waiters { waiter.resume() }
        return value
    }

    /// Prints text, as a program does.
    public func print(_ text: String) { change { $0.print(text) } }

    /// Rings the bell.
    public func ring() { change { $0.ring() } }

    /// Asks for the mouse, as programs with a screen of their own do.
    public func wantMouse() { change { $0.wantsMouse = true } }

    /// Lets the cursor blink.
    public func blink() { change { $0.blinks = true } }

    /// Ends the program, as it does by itself.
    public func end(code: Int, signal: Int? = nil) { change { $0.status = .ended(code: code, signal: signal) } }

    /// Loses the shell, as a sleeping machine does; `attempt` 0 brings it back.
    public func reconnect(attempt: Int) {
        change { $0.status = attempt == 0 ? .running : .reconnecting(attempt: attempt, of: 3) }
    }

    func close() {
        let waiters = inside.withLock { inside in
            if case .running = inside.screen.status { inside.screen.status = .ended(code: 129, signal: 1) }
            inside.isClosed = true
            return inside.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    /// The process that ran it is gone.
    func lose() { change { if !$0.hasEnded { $0.status = .unknown } } }

    func resize(_ columns: Int, _ rows: Int) {
        change {
            $0.columns = columns
            $0.rows = rows
        }
    }

    var info: (title: String?, folder: String, bells: Int) {
        inside.withLock { ($0.screen.title, $0.screen.folder, $0.screen.bells) }
    }

    // MARK: TerminalScreen

    public func nextFrame(after version: UInt64) async throws -> TerminalFrame? {
        while !Task.isCancelled {
            let (frame, isOver) = inside.withLock { inside in
                (inside.screen.frame(after: version), inside.isClosed || inside.screen.hasEnded)
            }
            if frame != nil || isOver { return frame }
            await wait(since: version)
        }
        return nil
    }

    private func wait(since version: UInt64) async {
        let me = UUID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isNews = inside.withLock { inside in
                    let isNews = inside.screen.version != version || inside.isClosed || Task.isCancelled
                    if !isNews { inside.waiters[me] = Waiter(since: version, wake: continuation) }
                    return isNews
                }
                if isNews { continuation.resume() }
            }
        } onCancel: {
            inside.withLock { $0.waiters.removeValue(forKey: me) }?.wake.resume()
        }
    }

    public func status() -> TerminalStatus { inside.withLock { $0.screen.status } }

    public func setShown(_ isShown: Bool) { inside.withLock { $0.screen.isShown = isShown } }

    public func press(_ key: TerminalKeyPress) throws { try change { try $0.take(key) } }

    public func mouse(_ mouse: TerminalMouse) throws -> Bool { try change { try $0.take(mouse) } }

    public func wheel(_ lines: Int) throws {
        try change {
            try $0.checkInput()
            $0.scroll(lines)
        }
    }

    public func focus(_ isFocused: Bool) throws { try change { try $0.checkInput() } }

    public func commandsRunByPasting(_ text: String) throws -> Int? {
        inside.withLock { inside in
            let lines = text.count(where: \.isNewline)
            return inside.screen.bracketsPastes || lines == 0 ? nil : lines
        }
    }

    public func paste(_ text: String) throws { try change { try $0.paste(text) } }

    public func insertPaths(_ paths: [String]) throws {
        try change { try $0.paste(paths.map { "'\($0.replacing("'", with: "'\\''"))' " }.joined()) }
    }

    public func scroll(_ lines: Int) throws { change { $0.scroll(lines) } }

    public func scrollToEnd() throws { change { $0.scrolled = 0 } }

    public func scrollToPrompt(older: Bool) throws -> Bool { change { $0.scrollToPrompt(older: older) } }

    public func select(_ kind: TerminalSelectionKind, from place: TerminalPlace, _ half: TerminalHalf) throws {
        change { $0.select(kind, from: place) }
    }

    public func extendSelection(to place: TerminalPlace, _ half: TerminalHalf) throws {
        change { $0.extendSelection(to: place) }
    }

    public func selectAll() throws { change { $0.selectAll() } }

    public func clearSelection() throws { change { $0.selected = nil } }

    public func selectedText() throws -> String? { inside.withLock { $0.screen.selectedText } }

    public func lastOutput() async throws -> String? { inside.withLock { $0.screen.lastOutput } }

    public func link(at place: TerminalPlace) throws -> TerminalLink? {
        inside.withLock { $0.screen.link(at: place) }
    }

    public func find(_ pattern: TerminalPattern, limit: Int) async throws -> [TerminalRange] {
        try inside.withLock { try $0.screen.find(pattern, limit: limit) }
    }

    public func show(_ found: TerminalRange) throws { change { $0.show(found) } }

    public func resize(columns: Int, rows: Int) throws { resize(columns, rows) }

    public func setLook(_ palette: TerminalPalette, cellWidth: Int, cellHeight: Int) throws {}
}
