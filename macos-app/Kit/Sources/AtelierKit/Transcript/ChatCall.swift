// One tool call of a transcript. An object of its own, so that its output invalidates one card and not the transcript.
import Foundation
import Observation

/// A tool call as far as the log tells it.
@MainActor
@Observable
public final class ChatCall: Identifiable {
    /// How far it has come.
    public enum Stage: Hashable, Sendable {
        /// The model has asked for it.
        case requested
        /// The person is asked.
        case waiting
        /// The person said yes; it has not begun.
        case allowed
        case running
        /// The person said no, or nobody answered in time.
        case refused
        /// It ran.
        case done
        /// It failed, or could not be tried.
        case failed
        /// It was not run.
        case notRun
    }

    public let id: ToolCallID
    public let turn: TurnID
    /// The tool, as the core names it.
    public let tool: String
    /// What the call is about, on one line.
    public let subject: String?
    /// Its arguments, one a line.
    public let arguments: String
    public private(set) var stage = Stage.requested
    /// What the person is or was asked; nil when nobody was.
    public private(set) var question: ToolQuestion?
    /// How the person answered.
    public private(set) var decision: Decision?
    /// What would change or has changed.
    public private(set) var diff: DiffText?
    /// What a running command has written so far.
    public private(set) var output = BoundedText()
    /// What it is doing, and how far it is from 0 to 100.
    public private(set) var step: String?
    public private(set) var percent: Int?
    /// What came of it: the tool's answer, the failure, or why it was not run.
    public private(set) var result: BoundedText?
    /// How long it ran.
    public private(set) var took: Duration?
    /// The files that it changed.
    public private(set) var changes: [ToolFileChange] = []
    /// The session that does it.
    public private(set) var session: SessionID?
    /// Details are shown only when the reader asks for them.
    public var isExpanded = false
    /// Its whole result, once the reader has asked for it.
    public private(set) var wholeResult: String?
    /// The whole result is being read.
    public internal(set) var isReading = false
    /// Where the log has its whole result; nil where all of it is here.
    @ObservationIgnored private(set) var resultSeq: UInt64?
    /// What the person wants the model to know with a refusal.
    public var reason = ""
    /// An answer is on its way into the log.
    public internal(set) var isAnswering = false
    /// How long the question waits.
    public let clock = AnswerClock()
    /// What its server has asked the person while it ran, oldest first.
    public private(set) var elicitations: [ChatElicitation] = []

    public init(id: ToolCallID, turn: TurnID, tool: String, params: String) {
        self.id = id
        self.turn = turn
        self.tool = tool
        let text = CallText(params: params)
        (subject, arguments) = (text.subject, text.arguments)
    }

    public var title: String { ToolName.title(of: tool) }

    /// It runs a command whose output can be shown as a terminal does.
    public var isCommand: Bool { ["shell_exec", "shell_background"].contains(tool) }

    /// It starts a command and does not wait for it.
    public var isBackgroundCommand: Bool { tool == "shell_background" }

    /// It runs or may still run.
    public var isOpen: Bool { [.requested, .waiting, .allowed, .running].contains(stage) }

    /// Whether there is more to see than its line.
    public var hasDetails: Bool { diff != nil || !arguments.isEmpty || !output.isEmpty || result?.isEmpty == false }

    /// Counts the time that is left for the answer, until there is one or the task is cancelled.
    public func countDown() async {
        guard let question, stage == .waiting else { return }
        await clock.count(downTo: question.expiresAt)
    }

    // MARK: The log

    func begin(asking question: ToolQuestion?) {
        self.question = question
        stage = question == nil ? .running : .waiting
        if let preview = question?.preview { diff = DiffText(preview) }
    }

    /// Only the first answer to a question counts.
    func decide(_ decision: Decision) {
        guard stage == .waiting else { return }
        self.decision = decision
        clock.stop()
        if case .approved = decision { stage = .allowed } else { stage = .refused }
    }

    func run() { if stage == .allowed { stage = .running } }

    func tell(_ message: String, percent: Int?, isOutput: Bool) {
        if isOutput { output.append(message) } else { (step, self.percent) = (message, percent) }
    }

    /// There is more of its result than is kept here.
    public var hasMoreResult: Bool { wholeResult == nil && resultSeq != nil }

    func settle(_ outcome: ToolOutcome, after took: Duration, at seq: UInt64) {
        result = BoundedText(outcome.text)
        resultSeq = result?.leftOut == 0 || seq == 0 ? nil : seq
        switch outcome {
        case .success(_, let metadata):
            stage = .done
            if let told = metadata.flatMap(DiffText.init(inMetadata:)) { diff = told }
        case .failure: stage = .failed
        case .rejected: stage = .notRun
        }
        // What was written while it ran is in the result.
        (output, step, percent) = (BoundedText(), nil, nil)
        clock.stop()
        for elicitation in elicitations { elicitation.resolve(.cancelled(reason: nil)) }
        self.took = stage == .notRun ? nil : took
    }

    func keep(whole outcome: ToolOutcome) { wholeResult = outcome.text }

    func note(_ change: ToolFileChange) { changes.append(change) }

    func ask(_ elicitation: ChatElicitation) { elicitations.append(elicitation) }

    func hand(to session: SessionID) { self.session = session }
}

extension ToolOutcome {
    /// What it says, for people.
    fileprivate var text: String {
        switch self {
        case .success(let content, _): TerminalText.plain(content)
        case .failure(_, let message): TerminalText.plain(message)
        case .rejected(let reason, let userMessage): [reason, userMessage].compactMap(\.self).joined(separator: ": ")
        }
    }
}

extension DiffText {
    /// The diff in what a tool answers for programs.
    init?(inMetadata metadata: String) {
        struct Answer: Decodable { let diff: String }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(metadata.utf8)) else { return nil }
        self.init(answer.diff)
    }
}
