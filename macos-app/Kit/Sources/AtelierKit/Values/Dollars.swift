// Money, exact. The one place where it is written out.
import Foundation

/// An amount of US dollars in millionths, as the core counts them.
public struct Dollars: Hashable, Sendable {
    public let millionths: UInt64

    public init(millionths: UInt64 = 0) { self.millionths = millionths }

    /// As a cost is told: “$12.35”, below a dollar with four decimals, and never as nothing when it was something.
    public var cost: String {
        switch millionths {
        case 0: "$0"
        case ..<50: "<$0.0001"
        case ..<999_950: "$0." + Self.padded((millionths + 50) / 100, to: 4)
        default: Self.dollarsAndCents((millionths + 5_000) / 10_000)
        }
    }

    /// As a price is told: with the digits that it has, “$3”, “$0.075”, “$2.50”.
    public var price: String {
        let (dollars, rest) = millionths.quotientAndRemainder(dividingBy: 1_000_000)
        var decimals = Self.padded(rest, to: 6)
        while decimals.hasSuffix("0") { decimals.removeLast() }
        if decimals.count == 1 { decimals += "0" }
        return decimals.isEmpty ? "$\(dollars)" : "$\(dollars).\(decimals)"
    }

    private static func dollarsAndCents(_ cents: UInt64) -> String { "$\(cents / 100).\(padded(cents % 100, to: 2))" }

    private static func padded(_ number: UInt64, to digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(digits - text.count, 0)) + text
    }
}
