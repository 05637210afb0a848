// What the system does so that Atelier may use a folder.
import Foundation

/// The folder panel, and the bookmarks by which a sandboxed app comes back to a folder after a restart. A host without
/// a panel passes none, and adding a folder is not offered.
@MainActor
public protocol FolderAccess: AnyObject, Sendable {
    /// Whether the app is sandboxed, and so loses its folders at its end if there are no bookmarks of them.
    var usesBookmarks: Bool { get }

    /// Lets the person choose a folder; nil when they cancel.
    func chooseFolder() async -> ChosenFolder?

    /// The folder that a bookmark leads to; nil when it leads nowhere any more.
    func resolve(_ bookmark: String) -> ResolvedFolder?

    /// Begins the system's access to a folder that was chosen or resolved; nothing happens for any other. Whether it can
    /// be read then, the core finds out.
    func begin(_ path: String)

    /// Ends what `begin` began.
    func end(_ path: String)
}

/// A folder that the person chose in the panel.
public struct ChosenFolder: Sendable, Hashable {
    /// Absolute, without a slash at its end.
    public let path: String
    /// In base64; nil where the app needs none.
    public let bookmark: String?

    public init(path: String, bookmark: String? = nil) {
        self.path = path
        self.bookmark = bookmark
    }
}

/// Where a bookmark leads.
public struct ResolvedFolder: Sendable, Hashable {
    /// Absolute, without a slash at its end; another one than before where the folder was moved.
    public let path: String
    /// Takes the bookmark's place when the system calls that stale; in base64.
    public let renewedBookmark: String?

    public init(path: String, renewedBookmark: String? = nil) {
        self.path = path
        self.renewedBookmark = renewedBookmark
    }
}
