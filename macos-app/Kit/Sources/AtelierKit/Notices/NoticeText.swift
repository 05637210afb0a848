// The words of notices.
import Foundation

enum NoticeText {
    /// “plan-agent” becomes “Plan Agent”; nothing becomes “Agent”.
    static func name(ofMode mode: String?) -> String {
        let words = words(of: mode ?? "", at: ["-", "_", " "])
        return words.isEmpty ? "Agent" : words.joined(separator: " ")
    }

    /// “claude-sonnet-4-5” becomes “Claude Sonnet 4.5”.
    static func name(ofModel model: String) -> String {
        var name = ""
        var endsWithNumber = false
        for word in words(of: model, at: ["-", "_"]) {
            let isNumber = word.allSatisfy { "0"..."9" ~= $0 }
            name += name.isEmpty ? word : (endsWithNumber && isNumber ? "." : " ") + word
            endsWithNumber = isNumber
        }
        return name.isEmpty ? "The model" : name
    }

    /// What kind of work an agent does in a mode.
    static func work(in mode: PermissionMode) -> String { mode == .plan ? "plan" : "build" }

    /// What a question is about, for somebody who sees nothing else of it.
    @MainActor static func question(about call: ChatCall) -> String {
        "\(call.title)\(call.subject.map { " \($0)" } ?? "")?"
    }

    /// What a server asks, for somebody who sees nothing else of it.
    static func question(of elicitation: Elicitation) -> String {
        let line = elicitation.message.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return "\(elicitation.server) asks: \(line.prefix(200))"
    }

    private static func words(of text: String, at separators: Set<Character>) -> [String] {
        text.split(whereSeparator: separators.contains).map { $0.prefix(1).uppercased() + $0.dropFirst() }
    }
}
