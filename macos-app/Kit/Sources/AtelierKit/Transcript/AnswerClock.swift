// How long a question has been on the screen, and how long it still waits.
import Foundation
import Observation

/// The time of one question.
@MainActor
@Observable
public final class AnswerClock {
    /// How long the person has to answer, in whole seconds; nil while nobody counts.
    public private(set) var secondsLeft: Int?
    /// When it was put before the eyes of somebody.
    @ObservationIgnored private var shownAt: ContinuousClock.Instant?
    @ObservationIgnored private var isOver = false

    init() {}

    func noteShown() { shownAt = shownAt ?? .now }

    func noteHidden() { shownAt = nil }

    /// It has been on the screen for so long.
    func hasBeenSeen(for time: Duration) -> Bool { shownAt.map { ContinuousClock.now - $0 >= time } ?? false }

    /// It was answered.
    func stop() {
        (secondsLeft, shownAt) = (nil, nil)
        isOver = true
    }

    /// Counts the time that is left, until it is answered or the task is cancelled.
    func count(downTo end: Date) async {
        while !isOver, !Task.isCancelled {
            secondsLeft = max(Int(end.timeIntervalSinceNow.rounded(.up)), 0)
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
