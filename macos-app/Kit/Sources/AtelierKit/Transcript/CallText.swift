// A tool call in words: what is done, to what, with which arguments.
import Foundation

/// The arguments of a call, as they are shown.
struct CallText {
    /// The longest line about a call, and the longest argument, in characters.
    private static let longestSubject = 120
    private static let longestArgument = 600

    /// What the call is about, on one line: a path, a command. Nil where no argument says it.
    let subject: String?
    /// The arguments by name, in alphabetical order, one a line.
    let arguments: String

    /// - Parameter params: a JSON object, as the model wrote it.
    init(params: String) {
        let values = (try? JSONSerialization.jsonObject(with: Data(params.utf8))) as? [String: Any] ?? [:]
        let telling = Self.telling.lazy.compactMap { values[$0] as? String }.first
        subject = telling.flatMap { Self.line($0) }
        arguments = values.sorted { $0.key < $1.key }
            .map { "\($0.key): \(Self.shortened(Self.text(of: $0.value), to: Self.longestArgument))" }
            .joined(separator: "\n")
    }

    /// The arguments that say best what a call is about; the first that is there counts.
    private static let telling = [
        "command", "pattern", "path", "source", "query", "url", "description", "message", "name",
    ]

    private static func line(_ text: String) -> String? {
        let words = text.prefix(4 * longestSubject).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.isEmpty ? nil : shortened(words, to: longestSubject)
    }

    private static func shortened(_ text: String, to length: Int) -> String {
        text.count > length ? "\(text.prefix(length))…" : text
    }

    private static func text(of value: Any) -> String {
        if let text = value as? String { return text }
        let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes]
        let data = try? JSONSerialization.data(withJSONObject: value, options: options)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

/// What a person reads for the name of a tool.
public enum ToolName {
    /// “Edit”, “Run”; tools that Atelier does not know go by their own name.
    public static func title(of tool: String) -> String { titles[tool] ?? tool }

    private static let titles = [
        "read_file": "Read", "write_file": "Write", "edit_file": "Edit", "multi_edit": "Edit", "apply_patch": "Patch",
        "search_files": "Search", "glob": "Find", "delete_file": "Delete", "list_directory": "List",
        "create_directory": "Make folder", "copy_file": "Copy", "shell_exec": "Run",
        "shell_background": "Run in background", "shell_status": "Look at command", "shell_end": "End command",
        "todo": "To-do list", "fetch_url": "Fetch", "task": "Agent",
        "git_status": "Git status", "git_diff": "Git diff", "git_log": "Git log", "git_commit": "Commit",
        "git_branch": "Git branch", "git_push": "Git push",
        "diagnostics": "Diagnostics", "symbols": "Symbols", "hover": "Look up", "definition": "Definition",
        "references": "References",
    ]
}
