// What a shell in memory shows: lines, a prompt, what is typed, and what a few commands do.
import Foundation

struct MockScreen: Sendable {
    var columns = 80
    var rows = 24
    var folder: String
    var title: String?
    var status = TerminalStatus.running
    var bracketsPastes = false
    var wantsMouse = false
    var blinks = false
    var isShown = false
    var scrolled = 0
    var selected: TerminalRange?
    let takesInput: Bool
    private(set) var version: UInt64 = 0
    private var whole: UInt64 = 0
    private var shown: [(version: UInt64, row: TerminalRow)] = []
    private var state = TerminalState(columns: 0, rows: 0)
    private var shownStatus = TerminalStatus.running
    private var notices: [(version: UInt64, notice: TerminalNotice)] = []
    /// What was printed, line by line; the last may go on.
    private var printed: [String] = [""]
    /// The lines that a prompt stands in.
    private var prompts: [Int] = []
    private var typed = ""
    private var lastStatus: Int?
    /// How often it rang.
    private(set) var bells = 0
    static let prompt = "\u{1B}[32m$\u{1B}[0m "
    private static let mostLines = 2_000

    init(folder: String, takesInput: Bool) {
        self.folder = folder
        self.takesInput = takesInput
        settle()
    }

    var hasEnded: Bool {
        switch status {
        case .ended, .unknown: true
        case .running, .reconnecting: false
        }
    }

    // MARK: Printing

    mutating func print(_ text: String) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { printed.append("") }
            printed[printed.count - 1] += line
        }
        if printed.count > Self.mostLines { printed.removeFirst(printed.count - Self.mostLines) }
    }

    mutating func ring() {
        bells += 1
        notices = notices.suffix(15) + [(version + 1, .bell)]
    }

    mutating func askForClipboard(_ text: String) { notices.append((version + 1, .clipboard(text))) }

    // MARK: Taking

    func checkInput() throws {
        guard takesInput, !hasEnded else { throw WorkbenchError(.invalidRequest, "Terminal session not found") }
    }

    mutating func take(_ key: TerminalKeyPress) throws {
        try checkInput()
        guard key.event != .release else { return }
        scrolled = 0
        switch key.key {
        case .enter: run()
        case .backspace: if !typed.isEmpty { typed.removeLast() }
        case .character("c") where key.modifiers.contains(.control): abandon()
        case .character("d") where key.modifiers.contains(.control): if typed.isEmpty { end(code: 0) }
        case .character("l") where key.modifiers.contains(.control): printed = [""]
        default: if !key.modifiers.contains(.control) { typed += key.text }
        }
    }

    mutating func take(_ mouse: TerminalMouse) throws -> Bool {
        try checkInput()
        if wantsMouse, mouse.action == .press { print("mouse \(mouse.row) \(mouse.column)\n") }
        return wantsMouse
    }

    mutating func paste(_ text: String) throws {
        try checkInput()
        for character in text {
            if character.isNewline { run() } else { typed.append(character) }
        }
    }

    private mutating func abandon() {
        print("\(Self.prompt)\(typed)^C\n")
        typed = ""
    }

    private mutating func end(code: Int) { status = .ended(code: code, signal: nil) }

    private mutating func run() {
        let command = typed
        typed = ""
        prompts.append(printed.count - 1)
        print("\(Self.prompt)\(command)\n")
        perform(command)
    }

    /// Does what a few commands do.
    mutating func perform(_ command: String) {
        let words = command.split(separator: " ").map(String.init)
        let rest = words.dropFirst().joined(separator: " ").replacing("'", with: "")
        lastStatus = 0
        switch words.first {
        case nil: break
        case "echo": print("\(rest)\n")
        case "seq": print((1...max(1, Int(rest) ?? 1)).map { "\($0)\n" }.joined())
        case "cd": folder = rest.hasPrefix("/") ? rest : "\(folder)/\(rest)"
        case "title": title = rest
        case "exit": end(code: Int(rest) ?? 0)
        // It goes on until it is ended.
        case "sleep": break
        default:
            lastStatus = 127
            print("sh: \(words[0]): command not found\n")
        }
    }

    // MARK: Looking

    /// All lines as they are laid out, the prompt and what is typed at the end.
    private var laidOut: [TerminalRow] {
        var lines = printed
        if takesInput, !hasEnded { lines[lines.count - 1] += Self.prompt + typed }
        return lines.flatMap { MockText.rows(of: $0, columns: columns) }
    }

    /// Lines of the history.
    private func history(of laidOut: [TerminalRow]) -> Int { max(0, laidOut.count - rows) }

    /// Finds out what has changed, and counts it as a version.
    mutating func settle() {
        let all = laidOut
        let history = max(0, all.count - rows)
        scrolled = min(max(0, scrolled), history)
        let top = history - scrolled
        var window = Array(all.dropFirst(top).prefix(rows))
        window += Array(repeating: MockText.empty(columns), count: rows - window.count)
        var state = TerminalState(columns: columns, rows: rows)
        state.cursor = TerminalCursor(
            row: all.count - 1 - history,
            column: min(MockText.width(of: all.last ?? TerminalRow()), columns - 1),
            isBlinking: blinks,
            isVisible: !hasEnded
        )
        state.title = title
        state.bracketsPastes = bracketsPastes
        state.wantsMouse = wantsMouse
        state.scrolled = scrolled
        state.history = history
        state.selected = selected
        state.shell = TerminalShell(folder: folder, isAtPrompt: !hasEnded, lastStatus: lastStatus)
        take(window, state)
    }

    private mutating func take(_ window: [TerminalRow], _ state: TerminalState) {
        let isNewSize = state.columns != self.state.columns || state.rows != self.state.rows
        let isSame = !isNewSize && state == self.state && status == shownStatus && window == shown.map(\.row)
        guard !isSame || notices.last?.version == version + 1 else { return }
        shownStatus = status
        version += 1
        if isNewSize { whole = version }
        shown = window.enumerated().map { index, row in
            let known = isNewSize ? nil : shown[index]
            return (known?.row == row ? known?.version ?? version : version, row)
        }
        self.state = state
    }

    /// What has changed since a version; nil when nothing has.
    func frame(after since: UInt64) -> TerminalFrame? {
        guard since != version else { return nil }
        let isWhole = since < whole || since > version
        let changed = shown.enumerated().filter { isWhole || $0.element.version > since }
        return TerminalFrame(
            version: version,
            isWhole: isWhole,
            rows: Dictionary(uniqueKeysWithValues: changed.map { ($0.offset, $0.element.row) }),
            state: state,
            notices: notices.filter { $0.version > since }.map(\.notice)
        )
    }

    mutating func scroll(_ lines: Int) { scrolled = min(max(0, scrolled + lines), history(of: laidOut)) }

    mutating func scrollToPrompt(older: Bool) -> Bool {
        let all = laidOut
        let top = history(of: all) - scrolled
        let lines = all.indices.filter { all[$0].text.hasPrefix("$ ") }
        let found = older ? lines.last { $0 < top } : lines.first { $0 > top }
        if let found { scrolled = max(0, history(of: all) - found) }
        return found != nil
    }

    // MARK: Selecting and finding

    /// The text of a line, counted from the top of the live screen.
    private func text(ofLine line: Int, _ all: [TerminalRow]) -> String {
        let index = line + history(of: all)
        return all.indices.contains(index) ? all[index].text : ""
    }

    mutating func select(_ kind: TerminalSelectionKind, from place: TerminalPlace) {
        let text = Array(self.text(ofLine: place.line, laidOut))
        switch kind {
        case .words where text.indices.contains(place.column):
            let isWord = { (at: Int) in !text[at].isWhitespace }
            var (start, end) = (place.column, place.column)
            while start > 0, isWord(start - 1) { start -= 1 }
            while end < text.count - 1, isWord(end + 1) { end += 1 }
            selected = TerminalRange(
                TerminalPlace(line: place.line, column: start),
                TerminalPlace(line: place.line, column: end)
            )
        case .lines:
            selected = TerminalRange(
                TerminalPlace(line: place.line, column: 0),
                TerminalPlace(line: place.line, column: columns - 1)
            )
        default: selected = TerminalRange(place, place, isBlock: kind == .block)
        }
    }

    mutating func extendSelection(to place: TerminalPlace) {
        guard let range = selected else { return }
        selected = TerminalRange(min(range.start, place), max(range.start, place), isBlock: range.isBlock)
    }

    mutating func selectAll() {
        let history = max(0, laidOut.count - rows)
        selected = TerminalRange(
            TerminalPlace(line: -history, column: 0),
            TerminalPlace(line: rows - 1, column: columns - 1)
        )
    }

    var selectedText: String? {
        guard let selected else { return nil }
        let all = laidOut
        let lines = (selected.start.line...selected.end.line).map { line -> String in
            let content = Array(self.text(ofLine: line, all))
            guard let range = selected.columns(of: line, in: content.count) else { return "" }
            return String(content[range])
        }
        let text = lines.joined(separator: "\n").trimmingSuffix { $0 == "\n" }
        return text.isEmpty ? nil : text
    }

    var lastOutput: String? {
        guard let prompt = prompts.last else { return nil }
        let lines = printed.dropFirst(prompt + 1).map { MockText.plain($0) }
        let text = lines.joined(separator: "\n").trimmingSuffix { $0 == "\n" }
        return text.isEmpty ? nil : text
    }

    func link(at place: TerminalPlace) -> TerminalLink? {
        let text = Array(self.text(ofLine: place.line, laidOut))
        guard text.indices.contains(place.column), !text[place.column].isWhitespace else { return nil }
        let start = text[..<place.column].lastIndex(where: \.isWhitespace).map { $0 + 1 } ?? 0
        let end = text[place.column...].firstIndex(where: \.isWhitespace) ?? text.count
        let word = String(text[start..<end])
        guard ["http://", "https://", "file://", "mailto:"].contains(where: word.hasPrefix) else { return nil }
        let range = TerminalRange(
            TerminalPlace(line: place.line, column: start),
            TerminalPlace(line: place.line, column: end - 1)
        )
        return TerminalLink(address: word, range: range)
    }

    func find(_ pattern: TerminalPattern, limit: Int) throws -> [TerminalRange] {
        guard !pattern.text.isEmpty else { throw WorkbenchError(.invalidRequest, "Type what to look for.") }
        var options: NSString.CompareOptions = pattern.matchesCase ? [] : .caseInsensitive
        if pattern.isRegularExpression {
            guard (try? NSRegularExpression(pattern: pattern.text)) != nil else {
                throw WorkbenchError(
                    .invalidRequest,
                    "This is not a regular expression that can be searched for; check its brackets and escapes."
                )
            }
            options.insert(.regularExpression)
        }
        let all = laidOut
        let history = max(0, all.count - rows)
        let found = all.enumerated().flatMap { index, row -> [TerminalRange] in
            row.text.ranges(of: pattern.text, options).map { columns in
                TerminalRange(
                    TerminalPlace(line: index - history, column: columns.lowerBound),
                    TerminalPlace(line: index - history, column: columns.upperBound - 1)
                )
            }
        }
        return Array(found.prefix(limit))
    }

    mutating func show(_ found: TerminalRange) {
        let row = found.start.line + scrolled
        if !(0..<rows).contains(row) { scrolled = max(0, -found.start.line + rows / 2) }
    }
}

extension String {
    fileprivate func trimmingSuffix(_ isTrimmed: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return text
    }

    /// Where a text stands, in characters.
    fileprivate func ranges(of text: String, _ options: NSString.CompareOptions) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var from = startIndex
        while let range = range(of: text, options: options, range: from..<endIndex), !range.isEmpty {
            ranges.append(
                distance(from: startIndex, to: range.lowerBound)..<distance(from: startIndex, to: range.upperBound)
            )
            from = range.upperBound
        }
        return ranges
    }
}
