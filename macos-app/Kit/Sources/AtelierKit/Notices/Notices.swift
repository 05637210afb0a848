// Which notices are due. One for all windows, so that what two windows see is told once.
import Foundation
import Observation

/// Tells the person that an agent is done or asks something, while none of the app's windows is in front.
@MainActor
@Observable
public final class Notices {
    /// The session of a notice that was chosen, until a window shows it.
    public private(set) var chosen: SessionID?
    @ObservationIgnored private let notifier: (any Notifier)?
    @ObservationIgnored private var front: Set<UUID> = []
    /// The questions that wait, by session.
    @ObservationIgnored private var waiting: [SessionID: Set<NoticeQuestion.ID>] = [:]
    /// The newest answer that was told of, by session: an answer is told of once.
    @ObservationIgnored private var told: [SessionID: MessageID] = [:]

    public init(notifier: (any Notifier)? = nil) {
        self.notifier = notifier
        notifier?.onChoose = { [weak self] in self?.chosen = $0 }
    }

    /// Asks the person whether notices may be shown.
    public func requestPermission() async { _ = await notifier?.requestPermission() }

    /// A window came to the front or went behind, was minimised or closed.
    public func note(window: UUID, isInFront: Bool) {
        if isInFront { front.insert(window) } else { front.remove(window) }
    }

    /// The session to show; who takes it shows it.
    public func takeChosen() -> SessionID? {
        defer { chosen = nil }
        return chosen
    }

    /// An answer came to its end, whole.
    func finished(_ message: MessageID, of session: SessionID, mode: PermissionMode, model: String) {
        guard told[session] ?? 0 < message else { return }
        told[session] = message
        show(
            Notice(
                title: "\(NoticeText.name(ofMode: NoticeText.work(in: mode))) agent is ready",
                body: "\(NoticeText.name(ofModel: model)) completed the task",
                tag: session,
                session: session
            )
        )
    }

    /// These questions of a session wait now. `areNew`: they came while somebody watched; else they were found waiting.
    func update(_ questions: [NoticeQuestion], of session: SessionID, titled title: String, areNew: Bool) {
        let now = Set(questions.map(\.id))
        let before = waiting[session] ?? []
        guard now != before else { return }
        waiting[session] = now.isEmpty ? nil : now
        notifier?.badge(waiting.values.reduce(0) { $0 + $1.count })
        if now.isEmpty { notifier?.withdraw(tag: session) }
        guard areNew, let newest = questions.last(where: { !before.contains($0.id) }) else { return }
        show(Notice(title: "“\(title)” needs your answer", body: newest.text, tag: session, session: session))
    }

    private func show(_ notice: Notice) {
        guard front.isEmpty, let notifier else { return }
        Task { await notifier.show(notice) }
    }
}

/// A question that waits for the person.
struct NoticeQuestion: Identifiable {
    enum ID: Hashable { case call(ToolCallID), elicitation(ElicitationID) }

    let id: ID
    let text: String

    @MainActor init(_ call: ChatCall) { (id, text) = (.call(call.id), NoticeText.question(about: call)) }

    @MainActor init(_ elicitation: ChatElicitation) {
        (id, text) = (.elicitation(elicitation.id), NoticeText.question(of: elicitation.question))
    }
}
