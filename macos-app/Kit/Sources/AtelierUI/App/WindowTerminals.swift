// What a window does for its terminals wherever it looks: hears their bells, and opens more of them.
import AtelierKit
import SwiftUI

extension View {
    /// Hears the window's terminals, and opens more of them for the project in `folder`; nil: none can be opened.
    func windowTerminals(_ workspaces: WorkspacesModel, folder: String?) -> some View {
        WindowTerminals(workspaces: workspaces, folder: folder, content: self)
    }
}

private struct WindowTerminals<Content: View>: View {
    let workspaces: WorkspacesModel
    let folder: String?
    let content: Content
    @AppStorage(TerminalDefaults.bellSounds) private var bellSounds = true
    @AppStorage(TerminalDefaults.bellBounces) private var bellBounces = false
    @Environment(\.terminalPlatform) private var platform

    var body: some View {
        content
            .environment(\.openInTerminal, folder == nil ? nil : open)
            .task { await workspaces.listenToTerminals() }
            .onChange(of: workspaces.rings) { platform?.ring(sounds: bellSounds, bounces: bellBounces) }
    }

    private func open(_ path: String) {
        if let folder { workspaces.openTerminal(at: path, in: folder) }
    }
}

extension EnvironmentValues {
    /// Opens a shell in a folder; nil where there is no project.
    @Entry var openInTerminal: (@MainActor (String) -> Void)? = nil
}
