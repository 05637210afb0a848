// One message of a transcript. An object of its own, so that a delta invalidates one row and not the transcript.
import Foundation
import Observation

/// A message as it is read so far.
@MainActor
@Observable
public final class ChatMessage: Identifiable {
    public enum Progress: Hashable, Sendable {
        case streaming
        case complete
        /// It ended before the model had finished: stopped, or the connection failed.
        case cutOff
    }

    public let id: MessageID
    public let turn: TurnID
    public let role: Role
    public let content: ContentKind
    /// Which model speaks; nil for the person.
    public let author: ActiveModel?
    public private(set) var progress = Progress.streaming
    /// What the turn took that ends with this message.
    public internal(set) var receipt: TurnTotals?
    /// Thinking is shown only when the reader asks for it.
    public var isExpanded = false
    /// All its text, as it came. Not observed: rows show `blocks`.
    @ObservationIgnored public private(set) var text = ""
    private var cutText = TextBlocks()

    /// There is nothing to see: thinking that its vendor keeps secret.
    public var isSecret: Bool { content == .thinking && progress != .streaming && cutText.blocks.isEmpty }

    /// The text in parts that are laid out one by one.
    public var blocks: [TextBlock] { cutText.blocks }

    public init(id: MessageID, turn: TurnID, role: Role, content: ContentKind, author: ActiveModel? = nil) {
        self.id = id
        self.turn = turn
        self.role = role
        self.content = content
        self.author = author
    }

    func append(_ piece: String) {
        text += piece
        cutText.append(piece)
    }

    func finish(complete: Bool) {
        cutText.finish()
        progress = complete ? .complete : .cutOff
    }
}
