// How the panes of a terminal tab share it.
import Foundation

/// One pane, or two parts beside or above each other.
public indirect enum TerminalLayout<Pane: Hashable & Sendable>: Hashable, Sendable {
    case pane(Pane)
    /// Two parts, and how much of the room the first has: between 0 and 1.
    case split(TerminalSplit, share: Double, TerminalLayout, TerminalLayout)

    /// All panes, from the left and the top.
    public var panes: [Pane] {
        switch self {
        case .pane(let pane): [pane]
        case .split(_, _, let first, let second): first.panes + second.panes
        }
    }

    /// The same with a new pane after another one, the room of which they share.
    func splitting(_ pane: Pane, _ axis: TerminalSplit, with new: Pane) -> TerminalLayout {
        switch self {
        case .pane(pane): .split(axis, share: 0.5, .pane(pane), .pane(new))
        case .pane: self
        case .split(let split, let share, let first, let second):
            .split(
                split,
                share: share,
                first.splitting(pane, axis, with: new),
                second.splitting(pane, axis, with: new)
            )
        }
    }

    /// The same without a pane, whose room goes to its neighbour; nil when nothing is left.
    func removing(_ pane: Pane) -> TerminalLayout? { mapping { $0 == pane ? nil : $0 } }

    /// The same with other panes, or without those that come to nothing.
    func mapping<Other>(_ change: (Pane) -> Other?) -> TerminalLayout<Other>? {
        switch self {
        case .pane(let pane): return change(pane).map { .pane($0) }
        case .split(let split, let share, let first, let second):
            switch (first.mapping(change), second.mapping(change)) {
            case (let first?, let second?): return .split(split, share: share, first, second)
            case (let left, let right): return left ?? right
            }
        }
    }

    /// The same with another share for the divider before a pane. There is one before each pane but the very first:
    /// that of the part that begins with it.
    func sharing(_ share: Double, before pane: Pane) -> TerminalLayout {
        guard case .split(let split, let known, let first, let second) = self else { return self }
        let isHere = second.panes.first == pane
        return .split(
            split,
            share: isHere ? Self.allowed(share) : known,
            first.sharing(share, before: pane),
            isHere ? second : second.sharing(share, before: pane)
        )
    }

    /// The same with more room for a pane, or less: the divider that is nearest to it moves by so much.
    func growing(_ pane: Pane, by share: Double) -> TerminalLayout {
        guard case .split(let split, let known, let first, let second) = self else { return self }
        switch (first, second) {
        case (.pane(pane), _): return .split(split, share: Self.allowed(known + share), first, second)
        case (_, .pane(pane)): return .split(split, share: Self.allowed(known - share), first, second)
        default:
            return .split(split, share: known, first.growing(pane, by: share), second.growing(pane, by: share))
        }
    }

    /// The same with dividers that give each pane along an axis as much as the others.
    var even: TerminalLayout {
        guard case .split(let split, _, let first, let second) = self else { return self }
        let (before, after) = (Double(first.count(along: split)), Double(second.count(along: split)))
        return .split(split, share: before / (before + after), first.even, second.even)
    }

    /// How many panes lie beside each other along an axis.
    private func count(along axis: TerminalSplit) -> Int {
        guard case .split(axis, _, let first, let second) = self else { return 1 }
        return first.count(along: axis) + second.count(along: axis)
    }

    /// No part gets so small that it can't be seen.
    private static func allowed(_ share: Double) -> Double { share.isFinite ? min(max(share, 0.1), 0.9) : 0.5 }
}

extension TerminalLayout: Codable where Pane: Codable {}

/// How two parts share their room.
public enum TerminalSplit: String, Codable, Hashable, Sendable {
    /// Beside each other.
    case horizontal
    /// One above the other.
    case vertical
}
