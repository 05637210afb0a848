// What a person does about the agent of a session: where it works, how far it may go, and whether a tool may run.
import Foundation

extension ChatModel {
    /// A question is on the screen from now on; until `grace` has passed it can't be answered.
    public func noteShown(_ clock: AnswerClock) { clock.noteShown() }

    /// A question is no longer on the screen.
    public func noteHidden(_ clock: AnswerClock) { clock.noteHidden() }

    /// The question that a key answers: the oldest one.
    public var pendingCall: ChatCall? { transcript.questions.first }

    /// Answers a question. Nothing happens when it was on the screen for too short a time to be read, or not at all, or
    /// was answered elsewhere.
    public func answer(_ call: ChatCall, _ answer: ApprovalAnswer) async {
        guard call.stage == .waiting, !call.isAnswering, call.clock.hasBeenSeen(for: grace) else { return }
        call.isAnswering = true
        defer { call.isAnswering = false }
        await reporting { try await client.resolve(call.id, of: id, with: answer) }
    }

    /// Refuses, with what the person has written about it.
    public func refuse(_ call: ChatCall) async {
        let reason = call.reason.trimmingCharacters(in: .whitespacesAndNewlines)
        await answer(call, .refuse(message: reason.isEmpty ? nil : reason))
    }

    /// Lets a question go on that another process has left; otherwise nothing happens.
    public func goOn() async {
        guard isWaitingForAnswer else { return }
        await reporting { _ = try await client.goOn(id) }
    }

    /// Takes a queued prompt back, into the composer where that is empty.
    public func withdraw(_ prompt: QueuedPrompt) async {
        await reporting {
            let text = try await client.withdraw(prompt.id, of: id)
            if draft.isBlank { draft = text }
        }
    }

    /// Sends what a turn that was stopped has left in the queue.
    public func sendQueued() async {
        guard !isRunning, !transcript.queued.isEmpty else { return }
        await reporting { _ = try await client.goOn(id) }
    }

    public func setMode(_ mode: PermissionMode) async {
        guard mode != self.mode else { return }
        await reporting { try await client.setMode(mode, of: id) }
    }

    /// From now on the agent works in this folder, and has tools.
    public func work(in folder: String) async {
        guard folder != project else { return }
        await reporting { try await client.work(in: folder, id) }
    }

    /// Sets how far the agent may go; the mode that asks for nothing only after the person has confirmed it.
    public func choose(_ mode: PermissionMode) async {
        guard mode == .bypassPermissions, mode != self.mode else { return await setMode(mode) }
        isConfirmingBypass = true
    }

    /// There is something to summarise, and nobody at work.
    public var canCompact: Bool {
        !isLoading && !isRunning && !isCompacting && ending != nil && answering?.isDemo == false
    }

    /// Has the model summarise the conversation, so that more fits its window.
    public func compact() async {
        guard canCompact else { return }
        isCompacting = true
        defer { isCompacting = false }
        await reporting { _ = try await client.compact(id) }
    }

    /// Reads the whole result of a call again, of which only the beginning and the end were kept.
    public func readWhole(_ call: ChatCall) async {
        guard let seq = call.resultSeq, call.wholeResult == nil, !call.isReading else { return }
        call.isReading = true
        defer { call.isReading = false }
        await reporting {
            for try await batch in client.events(of: id, after: seq - 1) {
                if case .toolResult(call.id, let outcome, _)? = batch.first?.body { call.keep(whole: outcome) }
                return
            }
        }
    }

    // MARK: Being led to a message

    /// Leads the reader to a message, once it was read.
    public func show(_ message: MessageID) { target = message == 0 ? nil : message }

    /// The message that the reader is led to, where it has been read and can be seen.
    public var targetMessage: ChatMessage? { isLoading ? nil : target.flatMap { transcript.message($0) } }

    // MARK: Going back

    /// A new session that goes on from before this prompt; the window is led there.
    public func fork(before message: ChatMessage) async {
        await reporting { lead(to: try await client.fork(id, before: message.id)) }
    }

    /// Takes a prompt and all after it out of the conversation. It can be written anew.
    public func rewind(to message: ChatMessage, restoringFiles: Bool) async {
        await reporting {
            try await client.rewind(id, to: message.id, restoringFiles: restoringFiles)
            if draft.isBlank { draft = message.text }
        }
    }

    /// Puts back what the agent changed for the newest prompt for which it changed anything.
    public func undoChanges() async { await reporting { try await client.undo(id) } }

    /// Leads the window to another session.
    public func lead(to session: SessionID) { leadsTo = session }

    /// Where the window is led; who takes it goes there.
    public func takeLead() -> SessionID? {
        defer { leadsTo = nil }
        return leadsTo
    }

    private func reporting(_ action: () async throws -> Void) async {
        do {
            try await action()
            followAgainIfLost()
        } catch {
            report(error, .agent)
        }
    }
}
