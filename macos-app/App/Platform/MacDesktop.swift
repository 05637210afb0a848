// What macOS does for the app, behind the Kit's protocol.
import AppKit
import AtelierKit

/// Pasteboard, Finder and the text field in focus.
final class MacDesktop: Desktop {
    func copy(_ text: String) {
        NSPasteboard.general.clearContents()
        NSPasteboard.general.setString(text, forType: .string)
    }

    func reveal(path: String) {
        NSWorkspace.shared.activateFileViewerSelecting([URL(filePath: path)])
    }

    func open(address: String) {
        // What a server says may be anything; only web pages and mail are opened.
        guard let url = URL(string: address), ["https", "http", "mailto"].contains(url.scheme?.lowercased()) else {
            return
        }
        NSWorkspace.shared.open(url)
    }

    func save(_ text: String, suggestedName name: String) async throws {
        let panel = NSSavePanel()
        panel.nameFieldStringValue = name
        panel.canCreateDirectories = true
        guard await panel.begin() == .OK, let url = panel.url else { return }
        do {
            try Data(text.utf8).write(to: url, options: .atomic)
        } catch {
            throw WorkbenchError(
                .storage,
                "“\(url.lastPathComponent)” could not be written: \(error.localizedDescription)"
            )
        }
    }

    /// What Option-Return does, at the insertion point and undoable.
    func insertLineBreak() {
        NSApp.sendAction(#selector(NSResponder.insertNewlineIgnoringFieldEditor(_:)), to: nil, from: nil)
    }
}
