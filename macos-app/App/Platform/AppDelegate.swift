// The life of the core within the life of the app.
import AppKit
import AtelierCore
import AtelierKit

/// Says how the core is opened, and closes it before the app ends.
final class AppDelegate: NSObject, NSApplicationDelegate {
    private(set) lazy var launch = LaunchModel(access: MacFolders(), notifier: MacNotifier()) {
        try await LiveClient.open()
    }

    /// Waits for the core: it stops its turns and writes what has come of their answers.
    func applicationShouldTerminate(_ sender: NSApplication) -> NSApplication.TerminateReply {
        guard case .open(let client, _) = launch.state, let core = client as? LiveClient else { return .terminateNow }
        Task {
            // A core that can't close in order is repaired when it is opened the next time.
            try? await core.close()
            sender.reply(toApplicationShouldTerminate: true)
        }
        return .terminateLater
    }
}
