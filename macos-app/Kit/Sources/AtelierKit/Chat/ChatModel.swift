// State of one chat: the fold over a session's log, the composer, and what went wrong.
import Foundation
import Observation

/// One session as a window shows it. Several models may show the same session.
@MainActor
@Observable
public final class ChatModel: Identifiable {
    public let id: SessionID
    public private(set) var title: String
    /// What was said and done, in order.
    public let transcript = Transcript()
    /// The folder that the session works in; nil: its model has no tools.
    public private(set) var project: String?
    /// How far the agent may go without asking.
    public private(set) var mode = PermissionMode.default
    /// The session that this one does a part of the work of.
    public private(set) var parent: SessionID?
    /// What the person is writing. It stays when a send fails and while another session is shown.
    public var draft = ""
    /// What went wrong, until it is dismissed or the next turn starts.
    public private(set) var problem: ChatProblem?
    /// How the newest turn ended; nil while it runs and before the first.
    public private(set) var ending: TurnEnding?
    /// Who answers the newest turn; nil before the first.
    public private(set) var answering: ActiveModel?
    /// What all turns took together; nil until it was read.
    public private(set) var totals: Totals?
    /// The next request waits; nil while none does.
    public private(set) var waiting: ModelWait?
    /// A prompt is on its way into the log.
    public private(set) var isSending = false
    /// What the log held when it was opened is not read yet.
    public private(set) var isLoading: Bool
    /// Counts attempts to read the log; who follows starts anew when it changes.
    public private(set) var attempt = 0
    /// The slash commands that can be asked for here; empty until somebody began to type one.
    public internal(set) var commands: [SlashCommand] = []
    /// The files that the letters behind an “@” mean.
    var foundFiles: [FoundFile] = []
    /// The letters that these files were found for.
    @ObservationIgnored var foundLetters = ""
    /// What the person should know about the command that was sent last; empty where there is nothing.
    public internal(set) var commandNotes: [String] = []
    /// The model is asked for a summary of the conversation.
    public internal(set) var isCompacting = false
    /// The message that somebody was led to by a search; it is marked until they do something else.
    public internal(set) var target: MessageID?
    /// The person is asked whether the agent may do everything without asking.
    public var isConfirmingBypass = false
    /// The prompt that the person may go back to, while they are asked how far.
    public var rewinding: ChatMessage?
    /// Another session that the window is led to.
    public internal(set) var leadsTo: SessionID?
    /// A model is being chosen by its id.
    public var isNamingOtherModel = false
    /// The model as it is being named.
    public var otherModel = ActiveModel(provider: ProviderChoice.anthropic.rawValue, model: "")
    private var state = AgentState.idle
    private var openTurn: TurnID?
    private var turnsEnded = 0
    /// What went wrong in the turn that is open. It is a problem only if the turn ends by it.
    private var failure: ChatProblem?

    /// Sequence number of the last event that was applied, 0 before the first.
    @ObservationIgnored public private(set) var position: UInt64 = 0
    @ObservationIgnored let client: any WorkbenchClient
    @ObservationIgnored private let choices: ModelChoices
    /// Told of what somebody should know who looks elsewhere.
    @ObservationIgnored public var notices: Notices?
    @ObservationIgnored private let frame: Duration
    /// How long a question must have been on the screen before it can be answered, so that nobody answers one by a key
    /// or a click that was meant for something else.
    @ObservationIgnored public var grace = Duration.milliseconds(500)
    @ObservationIgnored private let lastSeqAtOpening: UInt64
    @ObservationIgnored private var follower = 0
    /// Reading the log ended with an error, and nobody has started it again.
    @ObservationIgnored private var isLogLost = false

    /// The chat of a listed session.
    ///
    /// - Parameters:
    ///   - summary: what the list says about the session.
    ///   - client: the core.
    ///   - choices: which model was chosen where, for all windows.
    ///   - frame: the shortest time between two batches; what comes meanwhile is merged by the core.
    public init(
        summary: SessionSummary,
        client: any WorkbenchClient,
        choices: ModelChoices = ModelChoices(),
        frame: Duration = .milliseconds(16)
    ) {
        id = summary.id
        title = summary.title
        lastSeqAtOpening = summary.lastSeq
        isLoading = summary.lastSeq > 0
        self.client = client
        self.choices = choices
        self.frame = frame
    }

    /// What was said, in order.
    public var messages: [ChatMessage] { transcript.messages }

    /// The agent waits for the person to say whether a tool may run.
    public var isWaitingForAnswer: Bool { !isLoading && !transcript.questions.isEmpty }

    /// The agent, or a server of its, waits for the person.
    public var isAsking: Bool { isWaitingForAnswer || !isLoading && !transcript.elicitations.isEmpty }

    /// A turn runs, here or in another window or process.
    public var isRunning: Bool { !isLoading && (openTurn != nil || state != .idle) }

    /// How many turns have ended; nil while the log is being read. When it changes, there is something new to `reckon`.
    public var reckonable: Int? { isLoading ? nil : turnsEnded }

    /// The newest answer with words in it.
    public var lastAnswer: ChatMessage? {
        messages.last { $0.role == .assistant && $0.content == .text && !$0.blocks.isEmpty }
    }

    /// Who was chosen to answer the next prompts; nil leaves it to the settings.
    public var choice: ActiveModel? {
        get { choices[id] }
        set { choices[id] = newValue }
    }

    /// Also while a turn runs: what is said then is queued.
    public var canSend: Bool { !isLoading && !isSending && !draft.isBlank }

    /// How hard the model thinks; nil leaves it to the settings.
    public var effort: Effort? {
        get { choices.efforts[id] }
        set { choices.efforts[id] = newValue }
    }

    // MARK: What the person does

    /// Sends the draft. It is cleared once the prompt is safe, and kept when that fails.
    public func send() async {
        guard canSend else { return }
        let prompt = draft
        guard await submit(prompt, whenItFails: .send) else { return }
        draft = draft.hasPrefix(prompt) ? String(draft.dropFirst(prompt.count)) : draft
    }

    /// Lets the person name a model by its id, beginning with the provider that answers.
    public func beginOtherModel(like model: ActiveModel?) {
        let provider = model.flatMap { $0.isDemo ? nil : $0.provider } ?? otherModel.provider
        otherModel = ActiveModel(provider: provider, model: "")
        isNamingOtherModel = true
    }

    public var canUseOtherModel: Bool { !otherModel.model.isBlank }

    public func useOtherModel() {
        guard canUseOtherModel else { return }
        otherModel.model = otherModel.model.trimmingCharacters(in: .whitespacesAndNewlines)
        choice = otherModel
        isNamingOtherModel = false
    }

    public func stop() async {
        guard isRunning || isCompacting else { return }
        do {
            try await client.interrupt(id)
            followAgainIfLost()
        } catch {
            report(error, .stop)
        }
    }

    /// Does again what failed: sends the draft or the last prompt, stops, or reads the log.
    public func tryAgain() async {
        guard let source = problem?.source else { return }
        switch source {
        case .send:
            problem = nil
            await send()
        case .turn:
            guard !isRunning, !isSending, let prompt = messages.last(where: { $0.role == .user }) else { return }
            await submit(prompt.text, whenItFails: .turn)
        case .stop:
            problem = nil
            await stop()
        case .agent, .log:
            problem = nil
            followAgainIfLost()
        }
    }

    public func dismissProblem() {
        problem = nil
        followAgainIfLost()
    }

    @discardableResult
    private func submit(_ prompt: String, whenItFails source: ChatProblem.Source) async -> Bool {
        isSending = true
        defer { isSending = false }
        do {
            let command = prompt.hasPrefix("/") ? try await client.expand(prompt, in: project) : nil
            var turn = TurnChoice(choice, effort: effort)
            turn.model = turn.model ?? command?.wishedModel
            turn.allowed = command?.allowed ?? []
            try await client.send(command?.prompt ?? prompt, to: id, choosing: turn)
            (problem, target) = (nil, nil)
            commandNotes = command?.notes(modelIsChosen: choice != nil) ?? []
            followAgainIfLost()
            return true
        } catch {
            report(error, source)
            return false
        }
    }

    func report(_ error: any Error, _ source: ChatProblem.Source) {
        guard let message = error.sentence else { return }
        let kind = (error as? WorkbenchError)?.kind
        problem = ChatProblem(source: source, message: message, concernsProvider: kind == .configuration)
    }

    // MARK: The log

    /// Reads the log from where this model stands and applies what comes, until the task is cancelled. A later call
    /// takes over from an earlier one, so that no event is applied twice.
    public func follow() async {
        // Whose view is gone before it begins takes nothing over from the view that came.
        guard !Task.isCancelled else { return }
        follower += 1
        isLogLost = false
        let me = follower
        do {
            for try await batch in client.events(of: id, after: position) {
                guard me == follower else { return }
                apply(batch)
                try await Task.sleep(for: frame)
                guard me == follower else { return }
            }
        } catch {
            guard me == follower, error.sentence != nil else { return }
            isLogLost = true
            report(error, .log)
        }
    }

    /// A turn that can't write its log ends the reading of it. Whatever the person does next that works shows that
    /// there is something to read again.
    func followAgainIfLost() {
        guard isLogLost else { return }
        isLogLost = false
        attempt += 1
    }

    /// Reads what the turns took. What was read before stays when that fails: it is no reason to interrupt anybody.
    public func reckon() async {
        guard turnsEnded > 0, let read = try? await client.totals(of: id) else { return }
        totals = read.totals
        for turn in read.turns where turn.duration != nil {
            let last = messages.last { $0.turn == turn.turn && $0.role == .assistant && !$0.isSecret }
            if last?.receipt != turn { last?.receipt = turn }
        }
    }

    /// Folds a batch in. Deltas of one message are joined first, so that each batch changes a message once.
    func apply(_ batch: [SessionEvent]) {
        let ended = turnsEnded
        var delta: (message: MessageID, text: String)?
        for event in batch where event.seq > position {
            position = event.seq
            if case .messageDelta(let message, let text) = event.body {
                if delta?.message == message {
                    delta?.text += text
                } else {
                    append(delta)
                    delta = (message, text)
                }
            } else {
                append(delta)
                delta = nil
                apply(event.body)
            }
        }
        append(delta)
        tellNotices(areNew: !isLoading, endedBefore: ended)
        if isLoading, position >= lastSeqAtOpening { isLoading = false }
    }

    private func tellNotices(areNew: Bool, endedBefore: Int) {
        guard let notices else { return }
        // A sub-agent may have asked before anybody read its log; that it is done, its session's caller tells.
        let asked = transcript.questions.map(NoticeQuestion.init) + transcript.elicitations.map(NoticeQuestion.init)
        notices.update(asked, of: id, titled: title, areNew: areNew || parent != nil)
        guard areNew, parent == nil, turnsEnded > endedBefore, ending?.outcome == .completed,
            let last = messages.last, last.role == .assistant, last.progress == .complete
        else { return }
        notices.finished(last.id, of: id, mode: mode, model: answering?.model ?? "")
    }

    private func append(_ delta: (message: MessageID, text: String)?) {
        guard let delta else { return }
        message(delta.message)?.append(delta.text)
    }

    private func apply(_ body: SessionEvent.Body) {
        if waiting != nil, body.endsAWait { waiting = nil }
        switch body {
        case .sessionRenamed(let title): self.title = title
        case .turnStarted(let turn, let provider, let model):
            openTurn = turn
            (ending, problem, failure) = (nil, nil, nil)
            answering = ActiveModel(provider: provider, model: model)
        case .turnFinished(_, let outcome, let stopReason):
            openTurn = nil
            turnsEnded += 1
            ending = TurnEnding(outcome: outcome, stopReason: stopReason)
            if outcome == .failed { problem = failure }
        case .messageStarted(let message, let turn, let role, let content):
            let author = role == .assistant ? answering : nil
            transcript.begin(ChatMessage(id: message, turn: turn, role: role, content: content, author: author))
        case .messageDelta(let message, let text): append((message, text))
        case .messageFinished(let message, let complete): self.message(message)?.finish(complete: complete)
        case .sessionProject(let path): project = path
        case .modeChanged(let mode): self.mode = mode
        case .sessionParent(let session, _): parent = session
        case .error(let code, let message):
            let concernsProvider = code == .llmAPIError || code == .notReady
            let told = ChatProblem(source: .turn, message: message, concernsProvider: concernsProvider)
            if openTurn == nil { problem = told } else { failure = told }
        case .modelWaiting(_, let reason, let attempt, let attempts, let milliseconds):
            waiting = ModelWait(
                reason: reason,
                failure: failure?.message,
                attempt: attempt,
                attempts: attempts,
                duration: .milliseconds(milliseconds)
            )
            failure = nil
        case .stateChanged(let state):
            self.state = state
            transcript.apply(body, at: position)
        default: transcript.apply(body, at: position)
        }
    }

    private func message(_ id: MessageID) -> ChatMessage? { transcript.message(id) }
}
