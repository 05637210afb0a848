// Agents of the real core, and what is said about their tool calls, in the Kit's words.
internal import AtelierBindings
import AtelierKit
import Foundation

extension LiveClient {
    public func work(in folder: String, _ session: SessionID) async throws {
        try await Self.rethrowing { try await core.workIn(id: session, folder: folder) }
    }

    public func commands(in folder: String?) async throws -> [AtelierKit.SlashCommand] {
        try await Self.rethrowing {
            try await core.commands(project: folder).map { command in
                SlashCommand(
                    name: command.name,
                    summary: command.description,
                    arguments: command.argumentHint,
                    source: command.source,
                    problem: command.problem
                )
            }
        }
    }

    public func expand(_ prompt: String, in folder: String?) async throws -> AtelierKit.ExpandedCommand? {
        try await Self.rethrowing {
            try await core.expandCommand(project: folder, prompt: prompt).map {
                ExpandedCommand(
                    prompt: $0.prompt,
                    model: $0.model,
                    source: $0.source,
                    notRun: $0.notRun,
                    allowed: $0.allowed,
                    notAllowed: $0.notAllowed
                )
            }
        }
    }

    public func compact(_ session: SessionID) async throws -> Bool {
        try await Self.rethrowing { try await core.compact(id: session) }
    }

    public func setMode(_ mode: AtelierKit.PermissionMode, of session: SessionID) async throws {
        try await Self.rethrowing { try await core.setMode(id: session, mode: mode.bindings) }
    }

    public func resolve(
        _ call: ToolCallID,
        of session: SessionID,
        with answer: AtelierKit.ApprovalAnswer
    ) async throws {
        try await Self.rethrowing { try await core.resolve(id: session, call: call, answer: answer.bindings) }
    }

    public func withdraw(_ prompt: QueuedPromptID, of session: SessionID) async throws -> String {
        try await Self.rethrowing { try await core.withdrawPrompt(id: session, prompt: prompt) }
    }

    public func goOn(_ session: SessionID) async throws -> Bool {
        try await Self.rethrowing { try await core.goOn(id: session) }
    }
}

extension AtelierKit.SessionEvent.Body {
    /// An event about a tool call. The kinds that are none are converted elsewhere.
    static func ofACall(_ body: AtelierBindings.EventBody) -> Self {
        switch body {
        case .toolRequested(let call, let turn, let tool, let params):
            .toolRequested(call: call, turn: turn, tool: tool, params: params)
        case .toolCall(let call, let isAsked, let preview, let isDangerous, let isUnconfined, let rules, let expiresAt):
            .toolCall(
                call: call,
                question: !isAsked
                    ? nil
                    : ToolQuestion(
                        preview: preview,
                        isDangerous: isDangerous,
                        isUnconfined: isUnconfined,
                        alwaysRules: rules,
                        expiresAt: expiresAt.map(Date.init(milliseconds:)) ?? .distantFuture
                    )
            )
        case .approvalResolved(let call, let decision): .approvalResolved(call: call, decision: Decision(decision))
        case .elicitationRequested(let id, let call, let server, let message, let wanted, let expiresAt):
            .elicitationRequested(
                Elicitation(
                    id: id,
                    call: call,
                    server: server,
                    message: message,
                    wanted: ElicitationWanted(wanted),
                    expiresAt: Date(milliseconds: expiresAt)
                )
            )
        case .elicitationResolved(let id, let outcome):
            .elicitationResolved(elicitation: id, outcome: ElicitationOutcome(outcome))
        case .taskStarted(let call, let session): .taskStarted(call: call, session: session)
        case .checkpointTaken(let checkpoint, let call, let paths):
            .checkpointTaken(checkpoint: checkpoint, call: call, paths: paths)
        case .filesRestored(let checkpoint, let restored, let kept):
            .filesRestored(checkpoint: checkpoint, restored: restored, kept: kept)
        case .toolProgress(let call, let percent, let message, let isOutput):
            .toolProgress(call: call, percent: percent.map(Int.init), message: message, isOutput: isOutput)
        case .toolResult(let call, let outcome, let milliseconds):
            .toolResult(call: call, outcome: ToolOutcome(outcome), took: .milliseconds(milliseconds))
        case .fileChanged(let call, let path, let operation, let isNew):
            .fileChanged(
                call: call,
                change: ToolFileChange(path: path, operation: .init(operation), isNew: isNew)
            )
        default: .unknown(kind: "")
        }
    }
}

extension AtelierKit.PermissionMode {
    init(_ mode: AtelierBindings.PermissionMode) {
        self =
            switch mode {
            case .plan: .plan
            case .default: .default
            case .acceptEdits: .acceptEdits
            case .bypassPermissions: .bypassPermissions
            }
    }

    var bindings: AtelierBindings.PermissionMode {
        switch self {
        case .plan: .plan
        case .default: .default
        case .acceptEdits: .acceptEdits
        case .bypassPermissions: .bypassPermissions
        }
    }
}

extension AtelierKit.ApprovalAnswer {
    fileprivate var bindings: AtelierBindings.ApprovalAnswer {
        switch self {
        case .once: .once
        case .always: .always
        case .refuse(let message): .refuse(message: message)
        }
    }
}

extension AtelierKit.Decision {
    fileprivate init(_ decision: AtelierBindings.Decision) {
        self =
            switch decision {
            case .approved(let always): .approved(always: always)
            case .rejected(let message): .rejected(message: message)
            case .timedOut: .timedOut
            }
    }
}

extension AtelierKit.ToolOutcome {
    fileprivate init(_ outcome: AtelierBindings.ToolOutcome) {
        self =
            switch outcome {
            case .success(let content, let metadata): .success(content: content, metadata: metadata)
            case .error(let code, let message): .failure(code: code, message: message)
            case .rejected(let reason, let userMessage): .rejected(reason: reason, userMessage: userMessage)
            }
    }
}

extension AtelierKit.ToolFileChange.Operation {
    fileprivate init(_ operation: AtelierBindings.FileOperation) {
        self =
            switch operation {
            case .write: .write
            case .edit: .edit
            case .delete: .delete
            case .createDirectory: .createDirectory
            case .copy: .copy
            }
    }
}
