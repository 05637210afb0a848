// What turns of the core in memory took.
import Foundation

extension MockLog {
    /// A fold over the log, as in the core. `price` says what a request costs where it is known.
    func totals(price: (ActiveModel, Usage) -> Dollars?) -> SessionTotals {
        var turns: [TurnTotals] = []
        var all = Totals()
        var (start, first) = (Date.distantPast, Date?.none)
        for event in events {
            switch event.body {
            case .turnStarted(let turn, let provider, let model):
                let model = ActiveModel(provider: provider, model: model)
                turns.append(TurnTotals(turn: turn, model: model, totals: Totals()))
                (start, first) = (event.at, nil)
            case .messageStarted(_, _, .assistant, _): first = first ?? event.at
            case .usage(_, _, let usage):
                guard let open = turns.popLast() else { break }
                let took = Totals(usage, cost: price(open.model, usage))
                all = all + took
                let firstToken = first.map { Duration.seconds($0.timeIntervalSince(start)) }
                turns.append(
                    TurnTotals(turn: open.turn, model: open.model, totals: open.totals + took, firstToken: firstToken)
                )
            case .turnFinished:
                guard let open = turns.popLast() else { break }
                turns.append(
                    TurnTotals(
                        turn: open.turn,
                        model: open.model,
                        totals: open.totals,
                        firstToken: open.firstToken,
                        duration: .seconds(event.at.timeIntervalSince(start))
                    )
                )
            default: break
            }
        }
        return SessionTotals(turns: turns, totals: all)
    }
}

extension Totals {
    fileprivate init(_ usage: Usage, cost: Dollars?) {
        self.init(requests: 1, usage: usage, cost: cost ?? Dollars(), unpriced: cost == nil ? 1 : 0)
    }

    fileprivate static func + (left: Totals, right: Totals) -> Totals {
        Totals(
            requests: left.requests + right.requests,
            usage: left.usage + right.usage,
            cost: Dollars(millionths: left.cost.millionths + right.cost.millionths),
            unpriced: left.unpriced + right.unpriced
        )
    }
}
