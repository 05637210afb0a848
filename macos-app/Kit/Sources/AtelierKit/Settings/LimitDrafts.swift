// Limits of a turn and the program for notices, as they are being written.
import Foundation

/// Text fields of numbers and of a program. What is no number is told before anything is saved.
public struct LimitDrafts: Hashable, Sendable {
    /// Whole numbers; empty: as usual.
    public var answers = ""
    public var tokens = ""
    public var seconds = ""
    /// A program's absolute path, then its arguments, one a line; empty: none.
    public var program = ""

    init(_ settings: AgentSettings = AgentSettings()) {
        answers = settings.limits.answers.map(String.init) ?? ""
        tokens = settings.limits.tokens.map(String.init) ?? ""
        seconds = settings.limits.seconds.map(String.init) ?? ""
        program = settings.notify.joined(separator: "\n")
    }

    /// The settings with what is written here; throws a sentence where something is no number.
    func applied(to settings: AgentSettings) throws -> AgentSettings {
        var wanted = settings
        wanted.limits.answers = try Self.number(answers, "answers")
        wanted.limits.tokens = try Self.number(tokens, "tokens")
        wanted.limits.seconds = try Self.number(seconds, "seconds")
        wanted.notify = program.split(whereSeparator: \.isNewline).map(String.init).filter { !$0.isBlank }
        return wanted
    }

    private static func number<Number: FixedWidthInteger>(_ text: String, _ what: String) throws -> Number? {
        let digits = text.filter { !$0.isWhitespace }
        guard !digits.isEmpty else { return nil }
        guard let number = Number(digits), number > 0 else {
            throw WorkbenchError(
                .configuration,
                "“\(text)” is no number of \(what): write a whole number, or nothing for the usual."
            )
        }
        return number
    }
}
