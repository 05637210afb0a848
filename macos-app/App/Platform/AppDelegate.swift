// The life of the core within the life of the app.
import AppKit
import AtelierCore
import AtelierKit

/// Opens the core when the first window wants it, and closes it before the app ends.
final class AppDelegate: NSObject, NSApplicationDelegate {
    private(set) lazy var launch = LaunchModel { [weak self] in
        let core = try await LiveClient.open()
        await self?.keep(core)
        return core
    }
    private var core: LiveClient?

    private func keep(_ core: LiveClient) { self.core = core }

    /// Waits for the core: it stops its turns and writes what has come of their answers.
    func applicationShouldTerminate(_ sender: NSApplication) -> NSApplication.TerminateReply {
        guard let core else { return .terminateNow }
        Task {
            // A core that can't close in order is repaired when it is opened the next time.
            try? await core.close()
            sender.reply(toApplicationShouldTerminate: true)
        }
        return .terminateLater
    }
}
