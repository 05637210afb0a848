// A text cut into lines as git and editors count them.
import Foundation

extension StringProtocol {
    /// Lines without their ends. What follows the last line end is a line only if it isn't empty. Only line feeds end
    /// lines, alone or after a carriage return.
    func textLines() -> [Substring] {
        var lines = Substring(self).utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { line in Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line) }
    }
}
