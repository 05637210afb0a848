// The folder panel and security-scoped bookmarks of macOS, behind the Kit's protocol.
import AppKit
import AtelierKit

/// Keeps the URLs by which folders were chosen or resolved: the right to use a folder belongs to its URL.
final class MacFolders: FolderAccess {
    /// Outside a sandbox every folder that the person may read is open to the app.
    let usesBookmarks = ProcessInfo.processInfo.environment["APP_SANDBOX_CONTAINER_ID"] != nil
    private var known: [String: URL] = [:]
    private var begun: [String: URL] = [:]

    func chooseFolder() async -> ChosenFolder? {
        let panel = NSOpenPanel()
        panel.canChooseFiles = false
        panel.canChooseDirectories = true
        panel.canCreateDirectories = true
        panel.prompt = "Allow"
        panel.message = "Choose a folder that Atelier may work in."
        guard await panel.begin() == .OK, let url = panel.url else { return nil }
        known[url.path] = url
        // Without a bookmark the folder can be used until the app ends.
        return ChosenFolder(path: url.path, bookmark: usesBookmarks ? bookmark(of: url) : nil)
    }

    func resolve(_ bookmark: String) -> ResolvedFolder? {
        guard let data = Data(base64Encoded: bookmark) else { return nil }
        var isStale = false
        guard
            let url = try? URL(
                resolvingBookmarkData: data,
                options: [.withSecurityScope, .withoutUI],
                relativeTo: nil,
                bookmarkDataIsStale: &isStale
            )
        else { return nil }
        known[url.path] = url
        return ResolvedFolder(path: url.path, renewedBookmark: isStale ? renewedBookmark(of: url) : nil)
    }

    func begin(_ path: String) {
        guard let url = known[path], url.startAccessingSecurityScopedResource() else { return }
        begun[path] = url
    }

    func end(_ path: String) {
        begun.removeValue(forKey: path)?.stopAccessingSecurityScopedResource()
    }

    /// A bookmark can be made only while there is access.
    private func renewedBookmark(of url: URL) -> String? {
        guard url.startAccessingSecurityScopedResource() else { return nil }
        defer { url.stopAccessingSecurityScopedResource() }
        return bookmark(of: url)
    }

    private func bookmark(of url: URL) -> String? {
        try? url.bookmarkData(options: .withSecurityScope).base64EncodedString()
    }
}
