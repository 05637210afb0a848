// What a person does about the questions of servers.
import Foundation

extension ChatModel {
    /// The question of a server that a key answers: the oldest one.
    public var pendingElicitation: ChatElicitation? { transcript.elicitations.first }

    /// Answers the question of a server with what is filled in; for an address, that the person goes there. Answers
    /// whether that is in the log. What does not fit stays in the form, with what is wrong beside it.
    @discardableResult
    public func accept(_ elicitation: ChatElicitation) async -> Bool {
        await answer(elicitation, .accept(elicitation.answers))
    }

    /// Answers the question of a server with no.
    public func decline(_ elicitation: ChatElicitation) async { await answer(elicitation, .decline) }

    /// Answers the question of a server neither with yes nor with no.
    public func cancel(_ elicitation: ChatElicitation) async { await answer(elicitation, .cancel) }

    /// As with a tool that wants to run, nothing happens when the question could not be read, or was answered elsewhere.
    @discardableResult
    private func answer(_ elicitation: ChatElicitation, _ reply: ElicitationReply) async -> Bool {
        guard elicitation.outcome == nil, !elicitation.isAnswering, elicitation.clock.hasBeenSeen(for: grace) else {
            return false
        }
        elicitation.isAnswering = true
        defer { elicitation.isAnswering = false }
        do {
            try await client.answer(elicitation.id, of: id, with: reply)
            elicitation.problem = nil
            followAgainIfLost()
            return true
        } catch {
            elicitation.problem = error.sentence ?? elicitation.problem
            return false
        }
    }
}
