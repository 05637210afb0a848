// What turns took and cost, in the Kit's words.
internal import AtelierBindings
import AtelierKit

extension AtelierKit.SessionTotals {
    init(_ session: AtelierBindings.SessionTotals) {
        self.init(turns: session.turns.map(TurnTotals.init), totals: Totals(session.totals))
    }
}

extension AtelierKit.TurnTotals {
    init(_ turn: AtelierBindings.TurnTotals) {
        self.init(
            turn: turn.turn,
            model: ActiveModel(provider: turn.provider, model: turn.model),
            totals: Totals(turn.totals),
            firstToken: turn.firstTokenMs.map { .milliseconds($0) },
            duration: turn.durationMs.map { .milliseconds($0) }
        )
    }
}

extension AtelierKit.Totals {
    init(_ totals: AtelierBindings.Totals) {
        self.init(
            requests: totals.requests,
            usage: Usage(totals.usage),
            cost: Dollars(millionths: totals.costMicroDollars),
            unpriced: totals.unpriced
        )
    }
}
