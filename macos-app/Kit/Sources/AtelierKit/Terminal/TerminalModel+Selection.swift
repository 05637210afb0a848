// What is selected, copied, asked about and opened.
import Foundation

extension TerminalModel {
    /// Begins a selection. A place is a row from the top of what is shown.
    public func beginSelection(_ kind: TerminalSelectionKind, row: Int, column: Int, _ half: TerminalHalf) {
        act { try $0.select(kind, from: TerminalPlace(line: grid.line(ofRow: row), column: column), half) }
    }

    public func extendSelection(row: Int, column: Int, _ half: TerminalHalf) {
        act { try $0.extendSelection(to: TerminalPlace(line: grid.line(ofRow: row), column: column), half) }
    }

    public func selectAll() { act { try $0.selectAll() } }

    public func clearSelection() { act { try $0.clearSelection() } }

    public var hasSelection: Bool { grid.state.selected != nil }

    /// What is selected.
    public func selectedText() -> String? { act { try $0.selectedText() } ?? nil }

    /// Most characters that are put into a prompt.
    static let mostAsked = 20_000

    /// What is selected, or what the last command printed, as a block to ask the agent about; nil when there is nothing.
    public func askable() async -> String? {
        var text = selectedText()
        if text == nil, let screen { text = try? await screen.lastOutput() }
        guard let text, !text.isBlank else {
            problem = "There is no output to ask about yet: select some text first."
            return nil
        }
        return Self.quoted(text)
    }

    /// A fenced block that nothing in the text ends, with the end of a text that is too long.
    static func quoted(_ text: String) -> String {
        var text = text
        while text.last?.isNewline == true { text.removeLast() }
        if text.count > mostAsked { text = "…" + text.suffix(mostAsked) }
        var longest = 0
        var run = 0
        for character in text {
            run = character == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return "Output of a terminal:\n\n\(fence)\n\(text)\n\(fence)\n\n"
    }

    // MARK: Links

    /// The address at a row and column of what is shown.
    public func link(row: Int, column: Int) -> TerminalLink? {
        act { try $0.link(at: TerminalPlace(line: grid.line(ofRow: row), column: column)) } ?? nil
    }

    /// Shows the address at a place before it is opened; whether there is one.
    public func askToOpen(row: Int, column: Int) async -> Bool {
        guard let link = link(row: row, column: column) else { return false }
        let roots = (try? await client.folders().paths) ?? []
        guard let address = TerminalAddress(link.address, roots: roots) else {
            problem =
                "This address is not opened, for it is neither a web page, nor mail, nor a file in a folder that you "
                + "allowed: \(link.address.prefix(200))"
            return true
        }
        opening = address
        return true
    }
}

/// An address that may be opened.
public struct TerminalAddress: Hashable, Sendable, Identifiable {
    public enum Target: Hashable, Sendable {
        /// A web page or mail.
        case address(String)
        /// A file, by its absolute path.
        case file(String)
    }

    public let target: Target
    /// What the person sees before it is opened.
    public let shown: String

    public var id: String { shown }

    /// Nil for what is not opened: all but web pages, mail, and files of this machine in one of `roots`.
    public init?(_ text: String, roots: [String]) {
        let isPrintable = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
        guard isPrintable, let url = URL(string: text), let scheme = url.scheme?.lowercased() else { return nil }
        switch scheme {
        case "https", "http":
            guard url.host()?.isEmpty == false else { return nil }
            target = .address(text)
            shown = text
        case "mailto":
            target = .address(text)
            shown = text
        case "file":
            guard ["", "localhost", ProcessInfo.processInfo.hostName].contains(url.host() ?? "") else { return nil }
            // What a link leads to counts, not where it stands.
            let path = URL(filePath: url.path(percentEncoded: false)).resolvingSymlinksInPath().path
            let isInside = roots.contains { root in
                let root = URL(filePath: root).resolvingSymlinksInPath().path
                return path == root || path.hasPrefix(root.hasSuffix("/") ? root : root + "/")
            }
            guard isInside else { return nil }
            target = .file(path)
            shown = path
        default: return nil
        }
    }
}
