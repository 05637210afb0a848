// Pushing newer renderings to pages: each connection sends what changed since its own last one.

import Foundation
import Synchronization
import ViewHTML

/// Lets threads wait until there is something new to send.
final class FrameSignal: Sendable {
    private struct State {
        var generation = 0
        var isStopped = false
    }

    private let state = Mutex(State())
    private let condition = NSCondition()

    func raise() {
        condition.lock()
        state.withLock { $0.generation += 1 }
        condition.broadcast()
        condition.unlock()
    }

    func stop() {
        condition.lock()
        state.withLock { $0.isStopped = true }
        condition.broadcast()
        condition.unlock()
    }

    /// The newest generation, once it is newer than `seen` or the time is over; nil when the host stops.
    func wait(after seen: Int, seconds: TimeInterval) -> Int? {
        condition.lock()
        defer { condition.unlock() }
        let end = Date(timeIntervalSinceNow: seconds)
        while true {
            let now = state.withLock { $0 }
            if now.isStopped { return nil }
            if now.generation != seen { return now.generation }
            if !condition.wait(until: end) { return seen }
        }
    }
}

/// What a page gets, as one server-sent event.
struct Frame: Encodable {
    /// All events of the page up to this number are in the picture.
    var acknowledged: Int
    /// The whole picture, for a page that has none yet.
    var whole: String?
    var patches: [Patch] = []
    var title: String?
    var announcements: [String] = []

    var isEmpty: Bool { whole == nil && patches.isEmpty && announcements.isEmpty && title == nil }
}

/// What one connection has sent so far.
struct FrameCursor {
    /// What the app has now, taken on the main actor.
    struct Snapshot: Sendable {
        let desktop: Element
        let title: String
        let acknowledged: Int
        let announcements: [(number: Int, text: String)]
    }

    private var desktop: Element?
    private var title: String?
    private var acknowledged = 0
    private var lastAnnouncement: Int?

    /// The next frame; nil when the page has everything.
    mutating func frame(_ snapshot: Snapshot) -> Frame? {
        var frame = Frame(acknowledged: snapshot.acknowledged)
        if let desktop {
            frame.patches = Patch.changes(from: desktop, to: snapshot.desktop)
        } else {
            frame.whole = snapshot.desktop.html
        }
        if title != snapshot.title { frame.title = snapshot.title }
        // A page that connects isn't told what was said before.
        if let lastAnnouncement {
            frame.announcements = snapshot.announcements.filter { $0.number > lastAnnouncement }.map(\.text)
        }
        let isNews = !frame.isEmpty || acknowledged != snapshot.acknowledged
        desktop = snapshot.desktop
        title = snapshot.title
        acknowledged = snapshot.acknowledged
        lastAnnouncement = snapshot.announcements.last?.number ?? lastAnnouncement ?? 0
        return isNews ? frame : nil
    }
}
