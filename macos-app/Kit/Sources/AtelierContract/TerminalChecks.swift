// What every core does with terminals. The shell may be any: only `echo`, `exit` and Return are relied upon.
import AtelierKit
import Foundation

extension ContractCheck {
    static let terminalChecks = [
        ContractCheck("a shell takes keys and pasted text, and shows what comes of them") { client in
            try await withTerminal(client) { terminal in
                try terminal.type("echo one''two\n")
                try await terminal.wait("the answer") { $0.hasLine("onetwo") }
                try expect(terminal.screen.commandsRunByPasting("echo") == nil, "one line runs nothing")
                try terminal.screen.paste("echo pas''ted")
                try terminal.type("\n")
                try await terminal.wait("what was pasted") { $0.hasLine("pasted") }
                try terminal.screen.insertPaths(["/a b/it's"])
                try await terminal.wait("a quoted path") { $0.text.contains("'") && $0.text.contains("/a b/it") }
            }
        },
        ContractCheck("frames after a version come to the same as all at once, whatever was missed") { client in
            try await withTerminal(client) { terminal in
                for number in 1...3 {
                    try terminal.type("echo wo''rd\(number)\n")
                    try await terminal.wait("word \(number)") { $0.hasLine("word\(number)") }
                }
                var whole = TerminalGrid()
                while true {
                    var whole = TerminalGrid()
                    guard let frame = try await terminal.screen.nextFrame(after: 0) else { break }
                    try whole.apply(frame)
                    if whole.version == terminal.grid.version {
                        return try expect(whole == terminal.grid, "“\(whole.text)”, not “\(terminal.grid.text)”")
                    }
                    try await terminal.next()
                }
            }
        },
        ContractCheck("a new size arrives on the screen, and a size of nothing is an error") { client in
            try await withTerminal(client) { terminal in
                try await client.resizeTerminal(terminal.id, columns: 60, rows: 12)
                try await terminal.wait("the size") { $0.state.columns == 60 && $0.rows.count == 12 }
                try await expectFailure(.invalidRequest, of: "no columns") {
                    try await client.resizeTerminal(terminal.id, columns: 0, rows: 12)
                }
            }
        },
        ContractCheck("what is on the screen is found, shown, selected and copied") { client in
            try await withTerminal(client) { terminal in
                for number in 1...40 {
                    try terminal.type("echo li''ne\(number)x\n")
                    // What is typed while a command runs may stand before its output.
                    try await terminal.wait("a line") { $0.hasLine("line\(number)x") }
                }
                let found = try await terminal.screen.find(TerminalPattern("LINE1x"), limit: 10)
                try expect(found.count == 1, "found \(found)")
                let exact = try await terminal.screen.find(TerminalPattern("LINE1x", matchesCase: true), limit: 10)
                try expect(exact.isEmpty, "found \(exact)")
                try terminal.screen.show(found[0])
                try await terminal.wait("the match") { $0.hasLine("line1x") && $0.state.scrolled > 0 }
                try terminal.screen.select(.words, from: found[0].start, .left)
                try await terminal.wait("a selection") { $0.state.selected != nil }
                try expect(try terminal.screen.selectedText() == "line1x", "another text is selected")
                try terminal.screen.clearSelection()
                try await terminal.wait("no selection") { $0.state.selected == nil }
                try terminal.screen.scrollToEnd()
                try await terminal.wait("the end") { $0.state.scrolled == 0 && $0.hasLine("line40x") }
                try await expectFailure(.invalidRequest, of: "half an expression") {
                    _ = try await terminal.screen.find(TerminalPattern("(", isRegularExpression: true), limit: 1)
                }
            }
        },
        ContractCheck("addresses are known by their place") { client in
            try await withTerminal(client) { terminal in
                try terminal.type("echo see htt''ps://example.com/a now\n")
                try await terminal.wait("the address") { $0.hasLine("see https://example.com/a now") }
                let rows = terminal.grid.rows
                let row = rows.firstIndex { $0.text.hasSuffix("see https://example.com/a now") } ?? 0
                let end = TerminalPlace(line: terminal.grid.line(ofRow: row), column: rows[row].text.count - 6)
                let link = try terminal.screen.link(at: end)
                try expect(link?.address == "https://example.com/a", "\(link as Any)")
                let word = TerminalPlace(line: end.line, column: end.column + 4)
                try expect(try terminal.screen.link(at: word) == nil, "“now” is no address")
            }
        },
        ContractCheck("a shell that ends says how, its screen stays, and it takes nothing more") { client in
            try await withTerminal(client) { terminal in
                try terminal.type("echo last''words\n")
                try await terminal.wait("the answer") { $0.hasLine("lastwords") }
                try terminal.type("exit 3\n")
                try await terminal.waitForEnd()
                try expect(terminal.screen.status() == .ended(code: 3, signal: nil), "\(terminal.screen.status())")
                try expect(terminal.grid.hasLine("lastwords"), "“\(terminal.grid.text)”")
                try await expectFailure(.invalidRequest, of: "typing to a shell that is gone") {
                    try terminal.type("x")
                }
            }
        },
        ContractCheck("a terminal that was closed, or never was, is an error with words") { client in
            try await withTerminal(client) { terminal in
                try expect(try await client.terminals().map(\.id) == [terminal.id], "the list does not have it")
                try await client.closeTerminal(terminal.id)
                try await terminal.waitForEnd()
                try expect(try await client.terminals().isEmpty, "the list still has it")
                for id in [terminal.id, "none"] {
                    try await expectFailure(.invalidRequest, of: "closing nothing") {
                        try await client.closeTerminal(id)
                    }
                    try await expectFailure(.invalidRequest, of: "showing nothing") {
                        _ = try await client.terminalScreen(of: id)
                    }
                }
                try await expectFailure(.invalidRequest, of: "a shell in no folder") {
                    _ = try await client.createTerminal(in: "/no/such/folder", columns: 80, rows: 24)
                }
                let session = try await client.createSession().id
                try await expectFailure(.invalidRequest, of: "the command of no call") {
                    _ = try await client.agentTerminal(of: 999, in: session)
                }
            }
        },
        ContractCheck("terminals are kept only where that is wanted, and what is not kept can't come back") { client in
            try expect(try await !client.keepsTerminals(), "terminals are kept though nobody wanted it")
            try await client.keepTerminals(true)
            try expect(try await client.keepsTerminals(), "the setting was not saved")
            try await withTerminal(client) { terminal in
                let kept = try await client.keptTerminals()
                try expect(kept.isEmpty, "one that is open can't be opened again: \(kept)")
                try await expectFailure(.invalidRequest, of: "bringing back nothing") {
                    try await client.restoreTerminal("none", columns: 80, rows: 24)
                }
                // There is nothing to forget, which is fine.
                try await client.forgetKeptTerminal("none")
            }
            try await client.keepTerminals(false)
            try expect(try await !client.keepsTerminals(), "the setting was not taken back")
        },
        ContractCheck("a reader that is cancelled ends, though nothing comes") { client in
            try await withTerminal(client) { terminal in
                let (screen, version) = (terminal.screen, terminal.grid.version)
                let waiting = Task {
                    var version = version
                    while let frame = try await screen.nextFrame(after: version) { version = frame.version }
                }
                waiting.cancel()
                _ = try? await waiting.value
            }
        },
    ]
}

/// A shell on a screen, read frame by frame.
final class TerminalUnderCheck {
    let id: TerminalID
    let screen: any TerminalScreen
    private(set) var grid = TerminalGrid()

    init(id: TerminalID = "", screen: any TerminalScreen) {
        self.id = id
        self.screen = screen
    }

    /// Presses a key for each character; a line end is Return.
    func type(_ text: String) throws {
        for character in text { try screen.press(TerminalKeyPress(character == "\n" ? .enter : .character(character))) }
    }

    /// Takes the next frame; whether there was one.
    @discardableResult
    func next() async throws -> Bool {
        guard let frame = try await screen.nextFrame(after: grid.version) else { return false }
        try grid.apply(frame)
        return true
    }

    func wait(_ what: String, until condition: (TerminalGrid) -> Bool) async throws {
        while !condition(grid) {
            guard try await next() else { throw ContractViolation("\(what) did not come: “\(grid.text)”") }
        }
    }

    func waitForEnd() async throws {
        while try await next() {}
    }
}

extension TerminalGrid {
    /// Whether a line ends with a text. Before it a prompt may stand, where somebody typed faster than the shell.
    func hasLine(_ text: String) -> Bool { rows.contains { $0.text.hasSuffix(text) } }
}

/// A shell in an empty folder; ended afterwards.
private func withTerminal(
    _ client: any WorkbenchClient,
    _ body: (TerminalUnderCheck) async throws -> Void
) async throws {
    try await withWorkspace(client) { folder in
        let id = try await client.createTerminal(in: folder, columns: 80, rows: 24)
        try await body(TerminalUnderCheck(id: id, screen: try await client.terminalScreen(of: id)))
        // One that the check has ended is gone.
        try? await client.closeTerminal(id)
    }
}
