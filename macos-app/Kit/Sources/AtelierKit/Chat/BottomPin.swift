// Whether a transcript follows what is written at its end.
import Foundation

/// What a scroll view shows of its content; lengths in points.
public struct ScrollExtent: Equatable, Sendable {
    /// How far the content is scrolled from its top.
    public var offset: Double
    /// Height of the content.
    public var content: Double
    /// Height of what is visible.
    public var visible: Double

    public init(offset: Double, content: Double, visible: Double) {
        self.offset = offset
        self.content = content
        self.visible = visible
    }

    /// How far the bottom of the content is below the visible part.
    var below: Double { content - offset - visible }
}

/// Keeps a transcript at its end while the reader is there, and leaves it alone once they scroll back.
public struct BottomPin: Equatable, Sendable {
    /// So many points from the end still count as being there.
    public static let tolerance = 40.0

    public private(set) var isPinned = true

    public init() {}

    /// Takes note of a change. True when the transcript has to be scrolled to its end: it has grown or the window was
    /// resized, and the reader was at the end before. Only a change of the offset alone is the reader's own doing.
    public mutating func follow(from old: ScrollExtent, to new: ScrollExtent) -> Bool {
        let isScrolled = old.content == new.content && old.visible == new.visible
        if isScrolled {
            isPinned = new.below <= Self.tolerance
            return false
        }
        return isPinned && new.below > 0
    }

    /// The reader is led elsewhere.
    public mutating func unpin() { isPinned = false }

    /// The reader wants to be at the end.
    public mutating func pin() { isPinned = true }
}
