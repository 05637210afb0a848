// Notices in memory.
import Foundation

/// Remembers what was shown.
@MainActor
public final class MockNotifier: Notifier {
    public private(set) var shown: [Notice] = []
    public private(set) var withdrawn: [String] = []
    public private(set) var badge = 0
    public private(set) var requests = 0
    public var isAllowed = true
    public var onChoose: (@MainActor (SessionID) -> Void)?

    public init() {}

    public func requestPermission() async -> Bool {
        requests += 1
        return isAllowed
    }

    public func show(_ notice: Notice) async -> Bool {
        if isAllowed { shown.append(notice) }
        return isAllowed
    }

    public func withdraw(tag: String) { withdrawn.append(tag) }

    public func badge(_ count: Int) { badge = count }
}
