// Notices as banners on the page.

import AtelierKit
import ViewHosting

/// Shows the app's notices in the corner of its page.
@MainActor
final class PageNotifier: Notifier {
    weak var host: SceneHost?
    var onChoose: (@MainActor (SessionID) -> Void)?

    func requestPermission() async -> Bool { true }

    func show(_ notice: Notice) async -> Bool {
        guard let host else { return false }
        host.show(
            PageNotice(title: notice.title, body: notice.body, tag: notice.tag) { [weak self] in
                self?.onChoose?(notice.session)
            }
        )
        return true
    }

    func withdraw(tag: String) { host?.withdrawNotice(tag: tag) }

    /// A page has no icon that could carry a number.
    func badge(_ count: Int) {}
}
