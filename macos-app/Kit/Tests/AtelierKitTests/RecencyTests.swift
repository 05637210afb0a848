// Days in a list.
import Foundation
import Testing

@testable import AtelierKit

@Suite struct RecencyTests {
    @Test func aDayIsADayOfTheReadersCalendarNotTwentyFourHours() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "Europe/Berlin"))
        func date(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }
        let now = try date("2026-01-05T23:30:00Z")
        #expect(Recency(of: try date("2026-01-05T23:10:00Z"), at: now, in: calendar) == .today)
        #expect(Recency(of: try date("2026-01-05T22:50:00Z"), at: now, in: calendar) == .yesterday)
        #expect(Recency(of: try date("2026-01-03T12:00:00Z"), at: now, in: calendar) == .thisYear)
        #expect(Recency(of: try date("2025-12-31T12:00:00Z"), at: now, in: calendar) == .earlier)
        #expect(Recency(of: try date("2026-01-06T12:00:00Z"), at: now, in: calendar) == .today, "a clock that is ahead")
    }
}
