// The words for an error, and for whether there are words at all.
import Foundation

extension Error {
    /// What to show for this error; nil when a task was only cancelled, which is no failure.
    public var sentence: String? {
        switch self {
        case is CancellationError: nil
        case let error as WorkbenchError: error.message
        default: "Something unexpected went wrong in Atelier: \(String(describing: self))"
        }
    }
}

extension String {
    /// Nothing but white space.
    var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
