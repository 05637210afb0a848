// What the system can tell the person while they look elsewhere.
import Foundation

/// Something to tell.
public struct Notice: Hashable, Sendable {
    public let title: String
    public let body: String
    /// A notice replaces an earlier one with the same tag.
    public let tag: String
    /// The session that it is about; shown when the person chooses the notice.
    public let session: SessionID

    public init(title: String, body: String, tag: String, session: SessionID) {
        self.title = title
        self.body = body
        self.tag = tag
        self.session = session
    }
}

/// Shows notices. A host that can't show any passes none.
@MainActor
public protocol Notifier: AnyObject, Sendable {
    /// Asks the person whether notices may be shown, where they were not asked before. False: they may not.
    func requestPermission() async -> Bool
    /// Shows a notice. False: it may not be shown; that is no failure.
    @discardableResult func show(_ notice: Notice) async -> Bool
    /// Takes a notice away that is no longer true.
    func withdraw(tag: String)
    /// How many questions wait for the person, on the app's icon; 0 for none.
    func badge(_ count: Int)
    /// Called with the session of a notice that the person chose.
    var onChoose: (@MainActor (SessionID) -> Void)? { get set }
}
