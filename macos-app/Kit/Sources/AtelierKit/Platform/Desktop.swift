// What the system around the app can do for it.
import Foundation

/// Services of the desktop that need AppKit. A host without a desktop passes none, and what needs one is not offered.
@MainActor
public protocol Desktop: AnyObject, Sendable {
    /// Puts text on the pasteboard.
    func copy(_ text: String)
    /// Shows a file or folder in Finder. `path` is absolute.
    func reveal(path: String)
    /// Opens an address in the browser; nothing happens with one that is no web address.
    func open(address: String)
    /// Lets the person say where a document goes, and writes it there. Nothing happens when they cancel; a failure is
    /// thrown with a sentence.
    func save(_ text: String, suggestedName name: String) async throws
    /// Puts a line break at the insertion point of the text field that has the focus.
    func insertLineBreak()
}
