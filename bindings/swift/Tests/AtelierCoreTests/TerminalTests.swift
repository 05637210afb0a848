// Real shells on real screens, through the real bindings.
import AtelierCore
import AtelierKit
import Foundation
import Testing

extension RealCore {
    @Suite struct Terminals {
        /// A home in which shells can run, and one that runs there.
        private func withShell(
            _ body: (LiveClient, TerminalHome, String, any TerminalScreen) async throws -> Void
        ) async throws {
            let home = TerminalHome(home: try TemporaryHome())
            let client = try await home.home.open(["SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"])
            _ = try await client.requestDirectoryAccess(path: home.path, bookmark: nil)
            let id = try await client.createTerminal(in: home.path, columns: 40, rows: 10)
            try await body(client, home, id, try await client.terminalScreen(of: id))
            try await client.close()
        }

        private func type(_ text: String, _ screen: any TerminalScreen) throws {
            for character in text {
                try screen.press(TerminalKeyPress(character == "\n" ? .enter : .character(character)))
            }
        }

        /// Frames one after the other come to what the core shows all at once, whatever a program draws.
        @Test func framesComeToTheCoresOwnPicture() async throws {
            try await withShell { client, home, id, screen in
                var numbers = SplitMix(seed: UInt64.random(in: 0...UInt64.max))
                let seed = numbers.seed
                var grid = TerminalGrid()
                for round in 0..<24 {
                    try home.write(RandomOutput.make(&numbers), to: "out\(round)")
                    if round % 6 == 5 {
                        let size = (Int.random(in: 20...90, using: &numbers), Int.random(in: 4...30, using: &numbers))
                        try await client.resizeTerminal(id, columns: size.0, rows: size.1)
                    }
                    try type("cat out\(round); printf '\\033[0m\\033[?1049l\\nro''und\(round).\\n'\n", screen)
                    while !grid.text.contains("round\(round).") {
                        let frame = try #require(try await screen.nextFrame(after: grid.version))
                        try grid.apply(frame)
                    }
                    while true {
                        var whole = TerminalGrid()
                        try whole.apply(#require(try await screen.nextFrame(after: 0)))
                        if whole.version == grid.version {
                            #expect(whole == grid, "seed \(seed), round \(round)")
                            break
                        }
                        try grid.apply(#require(try await screen.nextFrame(after: grid.version)))
                    }
                }
            }
        }

        @Test func aFloodIsMergedAndNothingOfItsEndIsLost() async throws {
            try await withShell { _, _, _, screen in
                try type("seq 200000; echo do''ne\n", screen)
                var (grid, frames) = (TerminalGrid(), 0)
                while !grid.text.contains("done") {
                    try grid.apply(#require(try await screen.nextFrame(after: grid.version)))
                    frames += 1
                }
                #expect(grid.rows.contains { $0.text == "200000" })
                #expect(frames < 20_000, "a line each would be 200,000")
            }
        }

        @Test func aReaderThatIsCancelledLeavesNothingBehind() async throws {
            try await withShell { client, _, id, _ in
                let before = client.openReaderCount
                var screen: (any TerminalScreen)? = try await client.terminalScreen(of: id)
                #expect(client.openReaderCount == before + 1)
                let reader = Task { [screen] in
                    var version: UInt64 = 0
                    while let frame = try await screen?.nextFrame(after: version) { version = frame.version }
                }
                reader.cancel()
                _ = await reader.result
                screen = nil
                #expect(client.openReaderCount == before)
            }
        }

        @Test func outputIsReadAsTextInOrderToTheEnd() async throws {
            try await withShell { client, _, id, screen in
                let before = client.openReaderCount
                let reading = Task {
                    var events: [TerminalEvent] = []
                    for try await batch in client.output(of: id) { events += batch }
                    return events
                }
                try type("seq 20000 | sed s/$/x日/; exit 3\n", screen)
                let events = try await reading.value
                #expect(events.first == .connected && events.last == .ended(code: 3, signal: nil))
                let text = events.reduce(into: "") { if case .output(let more) = $1 { $0 += more } }
                // Before the first number the prompt may stand, where the shell is slower than the typing.
                let numbers = text.split(whereSeparator: \.isNewline).compactMap { line in
                    line.hasSuffix("x日")
                        ? Int(String(line.dropLast(2).reversed().prefix(while: \.isNumber).reversed())) : nil
                }
                #expect(numbers == Array(1...20_000))
                #expect(client.openReaderCount == before)
                await #expect(throws: WorkbenchError(.invalidRequest, "Terminal session not found")) {
                    for try await _ in client.output(of: id) {}
                }
            }
        }

        @Test func aShellStartsInAFolderOfTheTreeAndItsBellsAreCounted() async throws {
            try await withShell { client, home, id, _ in
                let folder = "\(home.path)/Sources of it"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let inside = try await client.createTerminal(in: folder, columns: 80, rows: 10)
                let screen = try await client.terminalScreen(of: inside)
                try type("printf '\\a'; basename \"$PWD\"\n", screen)
                try await wait(for: "Sources of it", on: screen)
                let infos = try await client.terminals()
                #expect(infos.map(\.id) == [id, inside] && infos.map(\.folder) == [home.path, folder])
                #expect(infos.map(\.bells) == [0, 1])
                let outside = home.home.folder.deletingLastPathComponent().path(percentEncoded: false)
                await #expect(throws: WorkbenchError(.invalidRequest, "Invalid working directory")) {
                    _ = try await client.createTerminal(in: outside, columns: 80, rows: 10)
                }
            }
        }

        /// What a screen shows comes back after a restart, above a new shell, where the person wants that.
        @Test func aTerminalThatWasKeptComesBackAfterARestart() async throws {
            let home = TerminalHome(home: try TemporaryHome())
            let variables = ["SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"]
            var client = try await home.home.open(variables)
            _ = try await client.requestDirectoryAccess(path: home.path, bookmark: nil)
            #expect(try await !client.keepsTerminals())
            try await client.keepTerminals(true)
            let id = try await client.createTerminal(in: home.path, columns: 40, rows: 10)
            let closed = try await client.createTerminal(in: home.path, columns: 40, rows: 10)
            let screen = try await client.terminalScreen(of: id)
            try type("echo be''fore\n", screen)
            try await wait(for: "before", on: screen)
            try await client.closeTerminal(closed)
            try await client.close()

            client = try await home.home.open(variables)
            let kept = try await client.keptTerminals()
            #expect(kept.map(\.id) == [id] && kept.first?.folder == home.path)
            try await client.restoreTerminal(id, columns: 40, rows: 10)
            let restored = try await client.terminalScreen(of: id)
            try type("echo af''ter\n", restored)
            #expect(try await wait(for: "after", on: restored).contains("before"))
            #expect(try await client.keptTerminals().isEmpty)
            await #expect(throws: WorkbenchError(.invalidRequest, "Terminal session not found")) {
                try await client.restoreTerminal(closed, columns: 40, rows: 10)
            }
            try await client.close()

            client = try await home.home.open(variables)
            try await client.forgetKeptTerminal(id)
            #expect(try await client.keptTerminals().isEmpty)
            try await client.keepTerminals(false)
            #expect(try await !client.keepsTerminals())
            try await client.close()
        }

        @discardableResult
        private func wait(for line: String, on screen: any TerminalScreen) async throws -> String {
            var grid = TerminalGrid()
            while !grid.rows.contains(where: { $0.text.hasSuffix(line) }) {
                try grid.apply(#require(try await screen.nextFrame(after: grid.version)))
            }
            return grid.text
        }

        @Test func whatProgramsDoBesideDrawingArrives() async throws {
            try await withShell { _, _, _, screen in
                try type("printf '\\a\\033]52;c;aGVsbG8=\\a\\033]2;named\\a\\033]7;file:///tmp\\a'\n", screen)
                var (grid, notices) = (TerminalGrid(), Set<TerminalNotice>())
                while !notices.isSuperset(of: [.bell, .clipboard("hello")]) || grid.state.title != "named" {
                    let frame = try #require(try await screen.nextFrame(after: grid.version))
                    notices.formUnion(frame.notices)
                    try grid.apply(frame)
                }
                #expect(grid.state.shell.folder == "/tmp")
                try screen.setLook(.dark, cellWidth: 8, cellHeight: 16)
                #expect(try !screen.mouse(TerminalMouse(.press, .left, row: 0, column: 0)))
            }
        }
    }
}

/// A folder that a shell works in.
private struct TerminalHome: Sendable {
    let home: TemporaryHome

    /// Without links, as the core names it.
    var path: String {
        let path = home.folder.resolvingSymlinksInPath().path(percentEncoded: false)
        return path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: home.folder.appending(path: name))
    }
}

/// Numbers that a seed repeats.
private struct SplitMix: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) { (self.seed, state) = (seed, seed) }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

/// What programs print: text of all kinds, moves, colours, erasing, links, scrolling. Nothing that asks for an answer.
private enum RandomOutput {
    static func make(_ numbers: inout SplitMix) -> [UInt8] {
        (0..<Int.random(in: 5...120, using: &numbers)).flatMap { _ in piece(&numbers) }
    }

    private static func piece(_ numbers: inout SplitMix) -> [UInt8] {
        let texts = ["hello ", "日本", "e\u{301}", "👩‍👩‍👧", "\n", "\r\n", "\t", "\u{8}", String(repeating: "w", count: 50)]
        let last = "ABCDEFGHJKLMPSTXZ@`d"
        let number = Int.random(in: 0...40, using: &numbers)
        func pick(_ all: [String]) -> String { all[Int.random(in: all.indices, using: &numbers)] }
        let text: String =
            switch Int.random(in: 0..<7, using: &numbers) {
            case 0, 1: pick(texts)
            case 2: "\u{1B}[\(number)" + pick(last.map(String.init))
            case 3: "\u{1B}[\(number % 12);\(number)H"
            case 4:
                "\u{1B}[" + pick(["38;5;\(number)", "48;2;\(number);9;200", "4:3;58;5;\(number)", "1;7", "0"]) + "m"
            case 5: "\u{1B}[" + pick(["?25", "?1049", "?7", "?2026", "4"]) + pick(["h", "l"])
            default: "\u{1B}]8;;https://example.com/\(number)\u{1B}\\link\u{1B}]8;;\u{1B}\\"
            }
        return Array(text.utf8)
    }
}
