// How the panes of a terminal tab share it.
import Foundation

/// One pane, or two parts beside or above each other.
public indirect enum TerminalLayout<Pane: Hashable & Sendable>: Hashable, Sendable {
    case pane(Pane)
    case split(TerminalSplit, TerminalLayout, TerminalLayout)

    /// All panes, from the left and the top.
    public var panes: [Pane] {
        switch self {
        case .pane(let pane): [pane]
        case .split(_, let first, let second): first.panes + second.panes
        }
    }

    /// The same with a new pane after another one, the room of which they share.
    func splitting(_ pane: Pane, _ axis: TerminalSplit, with new: Pane) -> TerminalLayout {
        switch self {
        case .pane(pane): .split(axis, .pane(pane), .pane(new))
        case .pane: self
        case .split(let split, let first, let second):
            .split(split, first.splitting(pane, axis, with: new), second.splitting(pane, axis, with: new))
        }
    }

    /// The same without a pane, whose room goes to its neighbour; nil when nothing is left.
    func removing(_ pane: Pane) -> TerminalLayout? {
        switch self {
        case .pane(pane): nil
        case .pane: self
        case .split(let split, let first, let second):
            switch (first.removing(pane), second.removing(pane)) {
            case (let first?, let second?): .split(split, first, second)
            case (let left, let right): left ?? right
            }
        }
    }
}

/// How two parts share their room; how much of it each has is the window's affair.
public enum TerminalSplit: Hashable, Sendable {
    /// Beside each other.
    case horizontal
    /// One above the other.
    case vertical
}
