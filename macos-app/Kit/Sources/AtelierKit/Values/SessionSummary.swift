// What a list of sessions shows.
import Foundation

/// Names a session: a UUID in lower case with hyphens.
public typealias SessionID = String
/// The number of a turn in its session, from 1.
public typealias TurnID = UInt64
/// The number of a message in its session, from 1.
public typealias MessageID = UInt64

/// One line of the session list.
public struct SessionSummary: Identifiable, Hashable, Sendable {
    public let id: SessionID
    /// A line of text; “New session” until the first prompt names it.
    public var title: String
    public let createdAt: Date
    /// When its newest event was stored; the creation time while there is none.
    public var updatedAt: Date
    /// Sequence number of its newest event, 0 while there is none.
    public var lastSeq: UInt64
    /// What its agent is doing, as the log says.
    public var state: AgentState
    /// It was put away: it is listed only when somebody asks for it.
    public var isArchived: Bool
    /// The session of whose work it does a part.
    public var parent: SessionID?
    /// The folder that it works in, without links.
    public var folder: String?

    public init(
        id: SessionID,
        title: String,
        createdAt: Date,
        updatedAt: Date,
        lastSeq: UInt64 = 0,
        state: AgentState = .idle,
        isArchived: Bool = false,
        parent: SessionID? = nil,
        folder: String? = nil
    ) {
        self.id = id
        self.title = title
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.lastSeq = lastSeq
        self.state = state
        self.isArchived = isArchived
        self.parent = parent
        self.folder = folder
    }
}

/// What the agent of a session is doing.
public enum AgentState: String, Hashable, Sendable, CaseIterable {
    /// Nothing; it takes a prompt.
    case idle
    /// Waiting for the model or receiving from it.
    case thinking
    /// Running a tool.
    case toolExecution
    /// Waiting for the user's decision.
    case waitingApproval
    /// A request failed; either a retry follows or the turn ends.
    case error
}
