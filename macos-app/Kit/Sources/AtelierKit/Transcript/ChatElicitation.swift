// A question of a server, and what the person has filled in so far.
import Foundation
import Observation

/// A form or an address that a server wants of the person. What they fill in stays until it is answered.
@MainActor
@Observable
public final class ChatElicitation: Identifiable {
    public let question: Elicitation
    /// How it was answered; nil while it waits.
    public private(set) var outcome: ElicitationOutcome?
    /// What was wrong with the last answer, a sentence for each field.
    public internal(set) var problem: String?
    /// An answer is on its way into the log.
    public internal(set) var isAnswering = false
    public let clock = AnswerClock()
    private var texts: [String: String] = [:]
    private var chosen: [String: Set<String>] = [:]

    nonisolated public var id: ElicitationID { question.id }

    init(_ question: Elicitation) {
        self.question = question
        for field in fields {
            guard let given = field.defaultText else { continue }
            if case .choices(let options) = field.kind {
                let values = given.components(separatedBy: ", ")
                chosen[field.name] = Set(options.map(\.value).filter(values.contains))
            } else {
                texts[field.name] = given
            }
        }
    }

    /// Why the server got no answer, where it was not the person who gave none.
    public var reasonForNone: String? { outcome?.reason }

    public var fields: [ElicitationField] {
        if case .form(let fields) = question.wanted { fields } else { [] }
    }

    /// Where the person is asked to go; nil for a form.
    public var address: String? {
        if case .visit(let url) = question.wanted { url } else { nil }
    }

    /// What stands in a field; of `choices` nothing does.
    public subscript(field: ElicitationField) -> String {
        get { texts[field.name] ?? "" }
        set { texts[field.name] = newValue }
    }

    /// Whether an option of `choices` is chosen.
    public subscript(field: ElicitationField, option: ElicitationOption) -> Bool {
        get { chosen[field.name]?.contains(option.value) == true }
        set {
            if newValue {
                chosen[field.name, default: []].insert(option.value)
            } else {
                chosen[field.name]?.remove(option.value)
            }
        }
    }

    /// What is filled in, field by field.
    var answers: [ElicitationAnswer] {
        fields.map { field in
            guard case .choices(let options) = field.kind else {
                return ElicitationAnswer(field: field.name, values: [self[field]])
            }
            return ElicitationAnswer(field: field.name, values: options.filter { self[field, $0] }.map(\.value))
        }
    }

    /// Counts the time that is left for the answer, until there is one or the task is cancelled.
    public func countDown() async { await clock.count(downTo: question.expiresAt) }

    func resolve(_ outcome: ElicitationOutcome) {
        guard self.outcome == nil else { return }
        self.outcome = outcome
        clock.stop()
    }
}
