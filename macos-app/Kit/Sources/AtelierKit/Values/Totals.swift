// What model requests took and cost.
import Foundation

/// What some model requests took together.
public struct Totals: Hashable, Sendable {
    /// How many requests said what they took.
    public var requests: UInt64
    public var usage: Usage
    /// What they cost, as far as prices are known.
    public var cost: Dollars
    /// How many of them are not in the cost, because a price is not known.
    public var unpriced: UInt64

    public init(requests: UInt64 = 0, usage: Usage = Usage(), cost: Dollars = Dollars(), unpriced: UInt64 = 0) {
        self.requests = requests
        self.usage = usage
        self.cost = cost
        self.unpriced = unpriced
    }
}

/// What one turn took.
public struct TurnTotals: Hashable, Sendable {
    public let turn: TurnID
    /// Who answered last; until someone has, who was asked.
    public let model: ActiveModel
    public let totals: Totals
    /// How long its first request took to bring something of the answer; nil where nothing came.
    public let firstToken: Duration?
    /// From its start to its end; nil while it runs.
    public let duration: Duration?

    public init(
        turn: TurnID,
        model: ActiveModel,
        totals: Totals,
        firstToken: Duration? = nil,
        duration: Duration? = nil
    ) {
        self.turn = turn
        self.model = model
        self.totals = totals
        self.firstToken = firstToken
        self.duration = duration
    }
}

/// What a session took.
public struct SessionTotals: Hashable, Sendable {
    /// In the order of the session.
    public let turns: [TurnTotals]
    /// All of them together.
    public let totals: Totals

    public init(turns: [TurnTotals] = [], totals: Totals = Totals()) {
        self.turns = turns
        self.totals = totals
    }
}

// MARK: For people

extension Totals {
    /// What it cost: nil where no price is known, and “at least” where some are not.
    public var costText: String? {
        guard requests > unpriced else { return nil }
        return unpriced > 0 ? "at least \(cost.cost)" : cost.cost
    }

    /// All tokens and the cost, in one line; nil where nobody said.
    public var summary: String? {
        guard requests > 0 else { return nil }
        return ["\(usage.total.short) tokens", costText].compactMap(\.self).joined(separator: " · ")
    }
}

extension TurnTotals {
    /// What it took, in one line: “1.2K in (900 cached) · 310 out (200 thinking) · $0.0123 · first token 0.8 s · 2.3 s”.
    /// Nil where nobody said.
    public var summary: String? {
        guard totals.requests > 0 else { return nil }
        let usage = totals.usage
        let cached = usage.cacheRead > 0 ? " (\(usage.cacheRead.short) cached)" : ""
        let thinking = usage.reasoning > 0 ? " (\(usage.reasoning.short) thinking)" : ""
        let parts = [
            Usage(input: usage.input, cacheRead: usage.cacheRead, cacheWrite: usage.cacheWrite).total.short + " in"
                + cached,
            usage.output.short + " out" + thinking,
            totals.costText,
            firstToken.map { "first token \($0.short)" },
            duration.map(\.short),
        ]
        return parts.compactMap(\.self).joined(separator: " · ")
    }
}

extension UInt64 {
    /// A number in two or three digits: “1.2K”.
    public var short: String { formatted(.number.notation(.compactName)) }
}

extension Duration {
    /// Seconds, with a tenth while they are few; from a minute on in minutes and seconds.
    public var short: String {
        let tenths = max(Int((self / .milliseconds(100)).rounded()), 0)
        if tenths < 100 { return (Double(tenths) / 10).formatted(.number.precision(.fractionLength(0...1))) + " s" }
        let seconds = (tenths + 5) / 10
        return seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
    }
}
