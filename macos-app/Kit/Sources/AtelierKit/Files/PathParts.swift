// The parts of a path. Paths have slashes between names and none at the end.
import Foundation

extension String {
    /// The folder that it lies in; empty for what lies in no folder.
    public var parentPath: String { lastIndex(of: "/").map { String(self[..<$0]) } ?? "" }

    /// What comes after the last slash.
    public var pathName: String { split(separator: "/").last.map(String.init) ?? self }
}
