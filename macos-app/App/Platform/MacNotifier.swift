// Notification Center and the Dock, behind the Kit's protocol.
import AppKit
import AtelierKit
// Its classes may be used from any thread, but do not all say so.
@preconcurrency import UserNotifications

/// Shows notices in Notification Center, one for each tag.
final class MacNotifier: NSObject, Notifier {
    /// Where a notification names its session.
    private nonisolated static let sessionKey = "session"

    var onChoose: (@MainActor (SessionID) -> Void)?
    private let center = UNUserNotificationCenter.current()

    override init() {
        super.init()
        center.delegate = self
    }

    /// macOS asks the person only once; afterwards it answers what they chose.
    func requestPermission() async -> Bool {
        (try? await center.requestAuthorization(options: [.alert, .sound, .badge])) ?? false
    }

    func show(_ notice: Notice) async -> Bool {
        guard await requestPermission() else { return false }
        let content = UNMutableNotificationContent()
        content.title = notice.title
        content.body = notice.body
        content.sound = UNNotificationSound(named: UNNotificationSoundName("Glass"))
        content.threadIdentifier = notice.session
        content.userInfo = [Self.sessionKey: notice.session]
        // A request replaces the delivered one with the same identifier.
        let request = UNNotificationRequest(identifier: notice.tag, content: content, trigger: nil)
        do {
            try await center.add(request)
            return true
        } catch {
            return false
        }
    }

    func withdraw(tag: String) {
        center.removeDeliveredNotifications(withIdentifiers: [tag])
        center.removePendingNotificationRequests(withIdentifiers: [tag])
    }

    func badge(_ count: Int) { NSApp.dockTile.badgeLabel = count == 0 ? nil : "\(count)" }
}

extension MacNotifier: UNUserNotificationCenterDelegate {
    /// The person chose a notification: its session comes to the front.
    nonisolated func userNotificationCenter(
        _ center: UNUserNotificationCenter,
        didReceive response: UNNotificationResponse
    ) async {
        guard let session = response.notification.request.content.userInfo[Self.sessionKey] as? String else { return }
        await MainActor.run {
            NSApp.activate()
            onChoose?(session)
        }
    }
}
