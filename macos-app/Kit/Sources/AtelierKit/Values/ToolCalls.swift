// What a session's log says about tools: what was asked for, whether it may happen, and what came of it.
import Foundation

/// The number of a tool call in its session, from 1.
public typealias ToolCallID = UInt64
/// The number of a queued prompt in its session, from 1.
public typealias QueuedPromptID = UInt64
/// The number of a checkpoint in its session, from 1.
public typealias CheckpointID = UInt64

/// How far an agent may go without asking.
public enum PermissionMode: String, Hashable, Sendable, CaseIterable {
    /// Reading only.
    case plan
    /// Reading is free, everything else is asked for.
    case `default`
    /// Changes to files are made without asking; what is dangerous is asked for.
    case acceptEdits
    /// Nothing is asked for.
    case bypassPermissions
}

/// What a person answers to the question whether a tool may run.
public enum ApprovalAnswer: Hashable, Sendable {
    case once
    /// This tool is not asked about again, unless the call is dangerous.
    case always
    /// With what the model shall know about it.
    case refuse(message: String?)
}

/// How a question was answered, as the log has it.
public enum Decision: Hashable, Sendable {
    case approved(always: Bool)
    case rejected(message: String?)
    /// Nobody answered in time.
    case timedOut
}

/// What a person is asked about a call.
public struct ToolQuestion: Hashable, Sendable {
    /// Whether such calls can be allowed for the rest of the session: a dangerous one only as far as a rule says.
    public var offersAlways: Bool { !isDangerous || !alwaysRules.isEmpty }

    /// What would happen: a diff, a command.
    public let preview: String?
    /// It can't be undone, or reaches beyond the project.
    public let isDangerous: Bool
    /// It would run outside the sandbox, which has just refused it.
    public let isUnconfined: Bool
    /// The rules that would allow such calls from here on, such as “Bash(make:*)”; the narrowest that fit.
    public let alwaysRules: [String]
    /// When it counts as refused.
    public let expiresAt: Date

    public init(
        preview: String?,
        isDangerous: Bool = false,
        isUnconfined: Bool = false,
        alwaysRules: [String] = [],
        expiresAt: Date
    ) {
        self.preview = preview
        self.alwaysRules = alwaysRules
        self.isDangerous = isDangerous
        self.isUnconfined = isUnconfined
        self.expiresAt = expiresAt
    }
}

/// What came of a call.
public enum ToolOutcome: Hashable, Sendable {
    /// It ran. `content` is what the model is told, `metadata` a JSON object for programs.
    case success(content: String, metadata: String?)
    /// It failed, or could not be tried.
    case failure(code: String, message: String)
    /// It was not run, because it was not allowed.
    case rejected(reason: String, userMessage: String?)
}

/// A file that a call changed.
public struct ToolFileChange: Hashable, Sendable {
    public enum Operation: String, Hashable, Sendable { case write, edit, delete, createDirectory, copy }

    /// From the project's folder on.
    public let path: String
    public let operation: Operation
    /// It was not there before.
    public let isNew: Bool

    public init(path: String, operation: Operation, isNew: Bool = false) {
        self.path = path
        self.operation = operation
        self.isNew = isNew
    }
}
