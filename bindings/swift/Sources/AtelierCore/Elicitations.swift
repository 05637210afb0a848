// What servers ask the person, in the Kit's words.
internal import AtelierBindings
import AtelierKit
import Foundation

extension LiveClient {
    public func answer(
        _ elicitation: ElicitationID,
        of session: SessionID,
        with reply: AtelierKit.ElicitationReply
    ) async throws {
        try await Self.rethrowing {
            try await core.answerElicitation(id: session, elicitation: elicitation, reply: reply.bindings)
        }
    }
}

extension AtelierKit.ElicitationWanted {
    init(_ wanted: AtelierBindings.ElicitationWanted) {
        self =
            switch wanted {
            case .form(let fields): .form(fields.map(ElicitationField.init))
            case .url(let url): .visit(url: url)
            }
    }
}

extension AtelierKit.ElicitationField {
    fileprivate init(_ field: AtelierBindings.FormField) {
        self.init(
            name: field.name,
            label: field.label,
            summary: field.description,
            isRequired: field.required,
            kind: Kind(field.kind),
            hint: field.hint,
            defaultText: field.defaultText
        )
    }
}

extension AtelierKit.ElicitationField.Kind {
    fileprivate init(_ kind: AtelierBindings.FieldKind) {
        self =
            switch kind {
            case .text: .text
            case .number: .number
            case .yesNo: .yesNo
            case .choice(let options): .choice(options.map(ElicitationOption.init))
            case .choices(let options): .choices(options.map(ElicitationOption.init))
            }
    }
}

extension AtelierKit.ElicitationOption {
    fileprivate init(_ option: AtelierBindings.FormOption) { self.init(value: option.value, label: option.label) }
}

extension AtelierKit.ElicitationReply {
    fileprivate var bindings: AtelierBindings.ElicitationReply {
        switch self {
        case .accept(let answers): .accept(fields: answers.map { FieldText(name: $0.field, values: $0.values) })
        case .decline: .decline
        case .cancel: .cancel
        }
    }
}

extension AtelierKit.ElicitationOutcome {
    init(_ outcome: AtelierBindings.ElicitationOutcome) {
        self =
            switch outcome {
            case .accepted: .accepted
            case .declined(let reason): .declined(reason: reason)
            case .cancelled(let reason): .cancelled(reason: reason)
            }
    }
}
