// What a person does about the agent of a session: where it works, how far it may go, and whether a tool may run.
import Foundation

extension ChatModel {
    /// A question is on the screen from now on; until `grace` has passed it can't be answered.
    public func noteShown(_ call: ChatCall) { call.shownAt = call.shownAt ?? .now }

    /// A question is no longer on the screen.
    public func noteHidden(_ call: ChatCall) { call.shownAt = nil }

    /// The question that a key answers: the oldest one.
    public var pendingCall: ChatCall? { transcript.questions.first }

    /// Answers a question. Nothing happens when it was on the screen for too short a time to be read, or not at all, or
    /// was answered elsewhere.
    public func answer(_ call: ChatCall, _ answer: ApprovalAnswer) async {
        guard call.stage == .waiting, !call.isAnswering, canBeRead(call) else { return }
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

    private func canBeRead(_ call: ChatCall) -> Bool {
        guard let shownAt = call.shownAt else { return false }
        return ContinuousClock.now - shownAt >= grace
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
