// The fold over what a session's log says about messages and tool calls.
import Foundation
import Observation

/// What stands in a transcript, in order.
public enum TranscriptItem: Identifiable {
    case message(ChatMessage)
    case call(ChatCall)
    case note(TranscriptNote)

    /// Names it within its transcript.
    public enum ID: Hashable, Sendable { case message(MessageID), call(ToolCallID), note(Int) }

    public var id: ID {
        switch self {
        case .message(let message): .message(message.id)
        case .call(let call): .call(call.id)
        case .note(let note): .note(note.id)
        }
    }
}

/// Something that happened to the conversation itself.
public struct TranscriptNote: Identifiable, Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// The model is told a summary of what stands above.
        case compacted(summary: String, isAutomatic: Bool)
        /// Files are as they were before.
        case restored(files: [String], kept: [String])
        /// What stands above is a copy of another session's.
        case forked(from: SessionID)
    }

    /// Its place among the notes, from 0.
    public let id: Int
    public let kind: Kind
}

/// A prompt that waits for the agent's next step.
public struct QueuedPrompt: Identifiable, Hashable, Sendable {
    public let id: QueuedPromptID
    public let text: String
}

/// A session's messages and calls, and what follows from them. Fed with the log's events in order.
@MainActor
@Observable
public final class Transcript {
    public private(set) var items: [TranscriptItem] = []
    /// What was said, in order.
    public private(set) var messages: [ChatMessage] = []
    /// The calls about which the person is asked, oldest first.
    public private(set) var questions: [ChatCall] = []
    /// What servers ask the person, oldest first.
    public private(set) var elicitations: [ChatElicitation] = []
    /// The model's to-do list as it told it last.
    public private(set) var todos: [TodoItem] = []
    /// The prompts that wait to be delivered, in that order.
    public private(set) var queued: [QueuedPrompt] = []
    /// How many tokens of the model's window the newest request and its answer took; nil while that is not known.
    public private(set) var contextTokens: UInt64?
    /// The sessions that do a part of the work now.
    public private(set) var helpers: Set<SessionID> = []
    @ObservationIgnored private var calls: [ToolCallID: ChatCall] = [:]
    @ObservationIgnored private var allowed: [ChatCall] = []
    @ObservationIgnored private var notes = 0

    public init() {}

    /// Begins a message.
    func begin(_ message: ChatMessage) {
        messages.append(message)
        items.append(.message(message))
    }

    /// Searched from the end: deltas nearly always belong to the newest message.
    func message(_ id: MessageID) -> ChatMessage? { messages.last { $0.id == id } }

    /// What the log says about calls, prompts that wait, and the conversation itself. Nothing else changes anything.
    func apply(_ body: SessionEvent.Body, at seq: UInt64 = 0) {
        switch body {
        case .promptQueued(let prompt, let text): queued.append(QueuedPrompt(id: prompt, text: text))
        case .promptWithdrawn(let prompt), .promptDelivered(let prompt): queued.removeAll { $0.id == prompt }
        case .historyCompacted(_, let summary, let isAutomatic):
            contextTokens = nil
            note(.compacted(summary: summary, isAutomatic: isAutomatic))
        case .filesRestored(_, let restored, let kept): note(.restored(files: restored, kept: kept))
        case .sessionForked(let session, _): note(.forked(from: session))
        case .conversationRewound(let message): rewind(to: message)
        case .usage(_, _, let usage): contextTokens = usage.total > 0 ? usage.total : nil
        case .stateChanged(.toolExecution):
            for call in allowed { call.run() }
            allowed = []
        default: applyCall(body, at: seq)
        }
    }

    private func applyCall(_ body: SessionEvent.Body, at seq: UInt64) {
        switch body {
        case .toolRequested(let id, let turn, let tool, let params):
            let call = ChatCall(id: id, turn: turn, tool: tool, params: params)
            calls[id] = call
            items.append(.call(call))
        case .toolCall(let id, let question):
            guard let call = calls[id] else { return }
            call.begin(asking: question)
            if question != nil { questions.append(call) }
        case .approvalResolved(let id, let decision):
            guard let call = calls[id] else { return }
            call.decide(decision)
            if call.stage == .allowed { allowed.append(call) }
            closeQuestion(id)
        case .elicitationRequested(let question):
            guard let call = calls[question.call] else { return }
            let elicitation = ChatElicitation(question)
            call.ask(elicitation)
            elicitations.append(elicitation)
        case .elicitationResolved(let id, let outcome):
            elicitations.first { $0.id == id }?.resolve(outcome)
            closeElicitations()
        case .toolProgress(let id, let percent, let message, let isOutput):
            calls[id]?.tell(message, percent: percent, isOutput: isOutput)
        case .toolResult(let id, let outcome, let took): settle(id, outcome, took, at: seq)
        case .fileChanged(let id, let change): calls[id]?.note(change)
        case .taskStarted(let id, let session):
            calls[id]?.hand(to: session)
            helpers.insert(session)
        default: break
        }
    }

    private func settle(_ id: ToolCallID, _ outcome: ToolOutcome, _ took: Duration, at seq: UInt64) {
        closeQuestion(id)
        guard let call = calls[id] else { return }
        call.settle(outcome, after: took, at: seq)
        closeElicitations()
        if let session = call.session { helpers.remove(session) }
        if call.tool == "todo", case .success(_, let metadata?) = outcome,
            let list = TodoItem.list(inMetadata: metadata)
        {
            todos = list
        }
    }

    private func closeQuestion(_ id: ToolCallID) {
        if questions.contains(where: { $0.id == id }) { questions.removeAll { $0.id == id } }
    }

    private func closeElicitations() {
        if elicitations.contains(where: { $0.outcome != nil }) { elicitations.removeAll { $0.outcome != nil } }
    }

    private func note(_ kind: TranscriptNote.Kind) {
        items.append(.note(TranscriptNote(id: notes, kind: kind)))
        notes += 1
    }

    /// The log keeps what was taken back; nobody is shown it.
    private func rewind(to message: MessageID) {
        guard let start = items.firstIndex(where: { $0.id == .message(message) }) else { return }
        for case .call(let call) in items[start...] { calls[call.id] = nil }
        items.removeSubrange(start...)
        messages.removeAll { $0.id >= message }
        questions.removeAll { calls[$0.id] == nil }
        elicitations.removeAll { calls[$0.question.call] == nil }
        contextTokens = nil
    }
}
