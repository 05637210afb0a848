// A number with what is counted: the one place that knows about plurals.
import Foundation

/// “1 file”, “2 files”.
public func counted(_ count: some BinaryInteger, _ one: String, _ many: String? = nil) -> String {
    "\(Int(clamping: count).formatted()) \(count == 1 ? one : many ?? "\(one)s")"
}
