// What a person can do about an agent at work.
import Foundation

/// The part of the core that is about agents: where one works, how far it may go, and whether a tool may run.
public protocol AgentClient: Sendable {
    /// From now on the session works in this folder, and its model has tools. Links in the path are resolved.
    ///
    /// - Throws: `.invalidRequest` when it is no folder that exists, `.sessionNotFound`.
    func work(in folder: String, _ session: SessionID) async throws

    /// The slash commands of a folder, and the person's own; of no folder the person's own alone.
    func commands(in folder: String?) async throws -> [SlashCommand]

    /// What a prompt comes to that begins with a slash and the name of a command; nil for any other prompt. Throws
    /// `.invalidRequest` when the command can't be used.
    func expand(_ prompt: String, in folder: String?) async throws -> ExpandedCommand?

    /// Has the model summarise the conversation so far, and is told the summary in place of it from then on; returns when
    /// that is done. False: there is nothing to summarise. `interrupt` stops it.
    ///
    /// - Throws: `.invalidRequest` where the demo answers, `.sessionBusy` while a turn runs.
    func compact(_ session: SessionID) async throws -> Bool

    /// From now on the session's agent may go this far without asking.
    func setMode(_ mode: PermissionMode, of session: SessionID) async throws

    /// Answers the question whether a tool may run. Returns once the answer is durable; a turn that waited for it since
    /// another process ended goes on.
    ///
    /// - Throws: `.invalidRequest` when there is no such question or it was answered otherwise. The same answer again is
    ///   fine.
    func resolve(_ call: ToolCallID, of session: SessionID, with answer: ApprovalAnswer) async throws

    /// Answers what a server asks while its call runs. Returns once the answer is durable.
    ///
    /// - Throws: `.invalidRequest` with a sentence for each field that does not fit, and the question goes on waiting; or
    ///   when it does not wait any more.
    func answer(_ elicitation: ElicitationID, of session: SessionID, with reply: ElicitationReply) async throws

    /// Takes a queued prompt back and answers its text.
    ///
    /// - Throws: `.invalidRequest` when it was delivered or taken back before.
    func withdraw(_ prompt: QueuedPromptID, of session: SessionID) async throws -> String

    /// Goes on with a turn that waits for the person since another process ended, so that time runs for its question;
    /// where none waits, prompts that were left in the queue begin a turn. False: there is neither.
    func goOn(_ session: SessionID) async throws -> Bool
}

/// A prompt that was written down to be asked for by name.
public struct SlashCommand: Hashable, Sendable, Identifiable {
    /// What is typed behind the slash.
    public let name: String
    /// What it is for, on one line; perhaps empty.
    public let summary: String
    /// What it takes, for the eye: “[file]”.
    public let arguments: String?
    /// The file that it stands in, as a person would name it.
    public let source: String
    /// What is wrong with it. It may work nevertheless.
    public let problem: String?

    public var id: String { name }

    public init(name: String, summary: String, arguments: String? = nil, source: String, problem: String? = nil) {
        self.name = name
        self.summary = summary
        self.arguments = arguments
        self.source = source
        self.problem = problem
    }
}

/// What a slash command comes to.
public struct ExpandedCommand: Hashable, Sendable {
    /// What the model is sent.
    public let prompt: String
    /// The model that its file names; perhaps a family's name that only one vendor knows.
    public let model: String?
    /// The file that it stands in, as a person would name it.
    public let source: String
    /// The shell commands that its file wants run beforehand. None was.
    public let notRun: [String]
    /// The calls that need no question in its turn, as rules: the person's own commands may say so.
    public let allowed: [String]
    /// What its file wants allowed and is not.
    public let notAllowed: [String]

    public init(
        prompt: String,
        model: String? = nil,
        source: String,
        notRun: [String] = [],
        allowed: [String] = [],
        notAllowed: [String] = []
    ) {
        self.prompt = prompt
        self.model = model
        self.source = source
        self.notRun = notRun
        self.allowed = allowed
        self.notAllowed = notAllowed
    }
}
