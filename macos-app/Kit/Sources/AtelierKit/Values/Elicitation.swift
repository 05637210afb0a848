// What an MCP server asks the person in the course of a call: values for a form, or a visit to an address.
import Foundation

/// The number of such a question in its session, from 1.
public typealias ElicitationID = UInt64

/// A question that a server asks while a call of its tools runs.
public struct Elicitation: Hashable, Sendable, Identifiable {
    public let id: ElicitationID
    /// The call in whose course it is asked.
    public let call: ToolCallID
    /// Who asks.
    public let server: String
    /// What the person is told, in the server's words.
    public let message: String
    public let wanted: ElicitationWanted
    /// When it counts as cancelled.
    public let expiresAt: Date

    public init(
        id: ElicitationID,
        call: ToolCallID,
        server: String,
        message: String,
        wanted: ElicitationWanted,
        expiresAt: Date
    ) {
        self.id = id
        self.call = call
        self.server = server
        self.message = message
        self.wanted = wanted
        self.expiresAt = expiresAt
    }
}

/// What is asked for.
public enum ElicitationWanted: Hashable, Sendable {
    /// Values, in the order in which they are asked for.
    case form([ElicitationField])
    /// That the person goes to this web address. It is opened only when they press for it.
    case visit(url: String)
}

/// One value of a form.
public struct ElicitationField: Hashable, Sendable, Identifiable {
    public enum Kind: Hashable, Sendable {
        case text, number
        /// `yes` or `no`.
        case yesNo
        /// The value of one of these.
        case choice([ElicitationOption])
        /// The values of any of these.
        case choices([ElicitationOption])
    }

    /// What an answer calls it.
    public let name: String
    /// What it is called on the screen.
    public let label: String
    /// More about it.
    public let summary: String?
    /// The form is incomplete without it.
    public let isRequired: Bool
    public let kind: Kind
    /// What it takes, in a few words: “a whole number from 1 to 5”.
    public let hint: String
    /// What it is where it is left out, as one would type it; of several, with “, ” between them.
    public let defaultText: String?

    public var id: String { name }

    public init(
        name: String,
        label: String,
        summary: String? = nil,
        isRequired: Bool = false,
        kind: Kind,
        hint: String,
        defaultText: String? = nil
    ) {
        self.name = name
        self.label = label
        self.summary = summary
        self.isRequired = isRequired
        self.kind = kind
        self.hint = hint
        self.defaultText = defaultText
    }
}

/// A value that can be chosen.
public struct ElicitationOption: Hashable, Sendable, Identifiable {
    public let value: String
    public let label: String

    public var id: String { value }

    public init(value: String, label: String) {
        self.value = value
        self.label = label
    }
}

/// What was typed or chosen for a field: one text, or several for `choices`; none or an empty one leaves it out.
public struct ElicitationAnswer: Hashable, Sendable {
    public let field: String
    public let values: [String]

    public init(field: String, values: [String]) {
        self.field = field
        self.values = values
    }
}

/// What a person answers.
public enum ElicitationReply: Hashable, Sendable {
    /// With this; for an address, that they go there: no answers.
    case accept([ElicitationAnswer])
    case decline
    /// Neither yes nor no.
    case cancel
}

/// How a question was answered. A reason is there where it was not the person who said so.
public enum ElicitationOutcome: Hashable, Sendable {
    case accepted
    case declined(reason: String?)
    case cancelled(reason: String?)

    var reason: String? {
        switch self {
        case .accepted: nil
        case .declined(let reason), .cancelled(let reason): reason
        }
    }
}
