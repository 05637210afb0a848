// Terminals of the real core.
internal import AtelierBindings
import AtelierKit
import Foundation

extension LiveClient {
    public func createTerminal(in folder: String, columns: Int, rows: Int) async throws -> TerminalID {
        try await Self.rethrowing {
            let size = (UInt16(clamping: columns), UInt16(clamping: rows))
            return try await core.createTerminal(folder: folder, columns: size.0, rows: size.1).id
        }
    }

    public func terminals() async throws -> [AtelierKit.TerminalInfo] {
        try await Self.rethrowing {
            try await core.terminals().map {
                TerminalInfo(
                    id: $0.id,
                    title: $0.title,
                    process: $0.process,
                    folder: $0.folder,
                    bells: Int(clamping: $0.bells)
                )
            }
        }
    }

    public func resizeTerminal(_ id: TerminalID, columns: Int, rows: Int) async throws {
        try await Self.rethrowing {
            let size = (UInt16(clamping: columns), UInt16(clamping: rows))
            try await core.resizeTerminal(id: id, columns: size.0, rows: size.1)
        }
    }

    public func closeTerminal(_ id: TerminalID) async throws {
        try await Self.rethrowing { try await core.closeTerminal(id: id) }
    }

    public func terminalScreen(of id: TerminalID) async throws -> any AtelierKit.TerminalScreen {
        try await Self.rethrowing { LiveScreen(try await core.terminalScreen(id: id)) }
    }

    public func agentTerminal(of call: ToolCallID, in session: SessionID) async throws -> any AtelierKit.TerminalScreen
    {
        try await Self.rethrowing { LiveScreen(try await core.agentTerminal(session: session, call: call)) }
    }

    public func keepScrollback(lines: Int) async throws {
        try await Self.rethrowing { try await core.setTerminalScrollback(lines: UInt32(clamping: lines)) }
    }

    public func keepsTerminals() async throws -> Bool {
        try await Self.rethrowing { try await core.keepsTerminals() }
    }

    public func keepTerminals(_ areKept: Bool) async throws {
        try await Self.rethrowing { try await core.keepTerminals(keep: areKept) }
    }

    public func keptTerminals() async throws -> [AtelierKit.KeptTerminal] {
        try await Self.rethrowing {
            try await core.keptTerminals().map {
                KeptTerminal(
                    id: $0.id,
                    folder: $0.folder,
                    title: $0.title,
                    savedAt: Date(milliseconds: $0.savedAtMs)
                )
            }
        }
    }

    public func restoreTerminal(_ id: TerminalID, columns: Int, rows: Int) async throws {
        try await Self.rethrowing {
            let size = (UInt16(clamping: columns), UInt16(clamping: rows))
            _ = try await core.restoreTerminal(id: id, columns: size.0, rows: size.1)
        }
    }

    public func forgetKeptTerminal(_ id: TerminalID) async throws {
        try await Self.rethrowing { try await core.forgetKeptTerminal(id: id) }
    }
}

/// A screen of the core's.
final class LiveScreen: AtelierKit.TerminalScreen {
    private let screen: AtelierBindings.TerminalScreen

    init(_ screen: AtelierBindings.TerminalScreen) { self.screen = screen }

    deinit { screen.close() }

    func nextFrame(after version: UInt64) async throws -> AtelierKit.TerminalFrame? {
        let screen = screen
        return try await LiveClient.rethrowing {
            // Cancelling a Swift task does not reach Rust by itself: closing the screen ends the wait there.
            let frame = try await withTaskCancellationHandler {
                try await screen.nextFrame(since: version)
            } onCancel: {
                screen.close()
            }
            return try frame.map { try TerminalFrame($0) }
        }
    }

    /// A screen whose state can't be asked for is none that runs.
    func status() -> AtelierKit.TerminalStatus {
        switch try? screen.status() {
        case .running: .running
        case .reconnecting(let attempt, let most): .reconnecting(attempt: Int(attempt), of: Int(most))
        case .ended(let code, let signal): .ended(code: Int(code), signal: signal.map(Int.init))
        case .unknown: .unknown
        case nil: .ended(code: 1, signal: nil)
        }
    }

    func setShown(_ isShown: Bool) { try? screen.setShown(shown: isShown) }

    func press(_ key: AtelierKit.TerminalKeyPress) throws { try calling { try screen.key(press: .init(key)) } }

    func mouse(_ mouse: AtelierKit.TerminalMouse) throws -> Bool {
        try calling { try screen.mouse(report: .init(mouse)) }
    }

    func wheel(_ lines: Int) throws { try calling { try screen.wheel(lines: Int32(clamping: lines)) } }

    func focus(_ isFocused: Bool) throws { try calling { try screen.focus(gained: isFocused) } }

    func commandsRunByPasting(_ text: String) throws -> Int? {
        try calling { try screen.pasteRuns(text: text).map(Int.init) }
    }

    func paste(_ text: String) throws { try calling { try screen.paste(text: text) } }

    func insertPaths(_ paths: [String]) throws { try calling { try screen.insertPaths(paths: paths) } }

    func scroll(_ lines: Int) throws { try calling { try screen.scroll(lines: Int32(clamping: lines)) } }

    func scrollToEnd() throws { try calling { try screen.scrollToEnd() } }

    func scrollToPrompt(older: Bool) throws -> Bool { try calling { try screen.scrollToPrompt(older: older) } }

    func select(
        _ kind: AtelierKit.TerminalSelectionKind,
        from place: AtelierKit.TerminalPlace,
        _ half: AtelierKit.TerminalHalf
    )
        throws
    {
        try calling { try screen.select(kind: .init(kind), from: .init(place), half: .init(half)) }
    }

    func extendSelection(to place: AtelierKit.TerminalPlace, _ half: AtelierKit.TerminalHalf) throws {
        try calling { try screen.extendSelection(to: .init(place), half: .init(half)) }
    }

    func selectAll() throws { try calling { try screen.selectAll() } }

    func clearSelection() throws { try calling { try screen.clearSelection() } }

    func selectedText() throws -> String? { try calling { try screen.selectedText() } }

    func lastOutput() async throws -> String? {
        let screen = screen
        return try await LiveClient.rethrowing { try await screen.lastOutput() }
    }

    func link(at place: AtelierKit.TerminalPlace) throws -> AtelierKit.TerminalLink? {
        try calling { try screen.linkAt(place: .init(place)) }.map {
            TerminalLink(address: $0.address, range: TerminalRange($0.range))
        }
    }

    func find(_ pattern: AtelierKit.TerminalPattern, limit: Int) async throws -> [AtelierKit.TerminalRange] {
        let screen = screen
        let wanted = AtelierBindings.TerminalPattern(
            text: pattern.text,
            regex: pattern.isRegularExpression,
            caseSensitive: pattern.matchesCase
        )
        return try await LiveClient.rethrowing {
            try await screen.find(pattern: wanted, limit: UInt32(clamping: limit)).map(TerminalRange.init)
        }
    }

    func show(_ found: AtelierKit.TerminalRange) throws { try calling { try screen.show(found: .init(found)) } }

    func resize(columns: Int, rows: Int) throws {
        try calling { try screen.resize(columns: UInt16(clamping: columns), rows: UInt16(clamping: rows)) }
    }

    func setLook(_ palette: AtelierKit.TerminalPalette, cellWidth: Int, cellHeight: Int) throws {
        let colours = AtelierBindings.TerminalPalette(
            foreground: palette.foreground,
            background: palette.background,
            cursor: palette.cursor,
            ansi: palette.ansi
        )
        try calling {
            try screen.setLook(
                palette: colours,
                cellWidth: UInt16(clamping: cellWidth),
                cellHeight: UInt16(clamping: cellHeight)
            )
        }
    }

    /// Errors of a call that does not wait, in the Kit's words.
    private func calling<Value>(_ call: () throws -> Value) throws -> Value {
        do {
            return try call()
        } catch let error as CoreError {
            throw WorkbenchError(error)
        } catch {
            throw WorkbenchError.defect
        }
    }
}
