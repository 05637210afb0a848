// How a date is told in a list.
import Foundation

/// How long ago a day was, as far as a list cares.
public enum Recency: Hashable, Sendable {
    case today, yesterday, thisYear, earlier

    public init(of date: Date, at now: Date, in calendar: Calendar) {
        let days = calendar.dateComponents(
            [.day],
            from: calendar.startOfDay(for: date),
            to: calendar.startOfDay(for: now)
        ).day
        switch days {
        case .some(...0): self = .today
        case 1: self = .yesterday
        default: self = calendar.isDate(date, equalTo: now, toGranularity: .year) ? .thisYear : .earlier
        }
    }
}
