// What a person can do about an agent at work.
import Foundation

/// The part of the core that is about agents: where one works, how far it may go, and whether a tool may run.
public protocol AgentClient: Sendable {
    /// From now on the session works in this folder, and its model has tools. Links in the path are resolved.
    ///
    /// - Throws: `.invalidRequest` when it is no folder that exists, `.sessionNotFound`.
    func work(in folder: String, _ session: SessionID) async throws

    /// From now on the session's agent may go this far without asking.
    func setMode(_ mode: PermissionMode, of session: SessionID) async throws

    /// Answers the question whether a tool may run. Returns once the answer is durable; a turn that waited for it since
    /// another process ended goes on.
    ///
    /// - Throws: `.invalidRequest` when there is no such question or it was answered otherwise. The same answer again is
    ///   fine.
    func resolve(_ call: ToolCallID, of session: SessionID, with answer: ApprovalAnswer) async throws

    /// Takes a queued prompt back and answers its text.
    ///
    /// - Throws: `.invalidRequest` when it was delivered or taken back before.
    func withdraw(_ prompt: QueuedPromptID, of session: SessionID) async throws -> String

    /// Goes on with a turn that waits for the person since another process ended, so that time runs for its question;
    /// where none waits, prompts that were left in the queue begin a turn. False: there is neither.
    func goOn(_ session: SessionID) async throws -> Bool
}
