// A whole app: its windows and its menu bar.

/// An app whose scenes are mounted, with the window that it opens at launch.
@MainActor
public final class AppUnderTest {
    let host: AppHost

    public init(_ scene: some Scene, reduceMotion: Bool = false) {
        host = AppHost(scene, reduceMotion: reduceMotion)
    }

    /// The titles that the scenes were declared with.
    public var sceneTitles: [String] { host.scenes.map(\.title) }

    /// The titles of the open windows, the front one last.
    public var windowTitles: [String] {
        host.update()
        return host.windows.map { host.title(of: $0) }
    }

    /// Whether the person works in this app, and not in another.
    public var isActive: Bool {
        get { host.isActive }
        set { host.isActive = newValue }
    }

    /// What asked for something that the app doesn't have.
    public var warnings: [String] { host.warnings + host.windows.flatMap(\.host.warnings) }

    /// The front window.
    public func frontWindow() throws -> Screen {
        host.update()
        guard let window = host.windows.last else { throw ScreenError("no window is open") }
        return Screen(host: window.host, app: self)
    }

    /// The open window with this title.
    public func window(_ title: String) throws -> Screen {
        host.update()
        guard let window = host.windows.last(where: { host.title(of: $0) == title }) else {
            throw ScreenError("no window “\(title)”; there are \(windowTitles)")
        }
        return Screen(host: window.host, app: self)
    }

    /// The menus of the front window, from left to right.
    public var menuTitles: [String] {
        host.update()
        return host.menuBar.menus.map(\.label)
    }

    /// An item of the menu bar, or of one of its submenus.
    public func menuItem(_ menu: String, _ item: String) throws -> Node {
        host.update()
        let menus = host.menuBar.menus
        guard let found = menus.first(where: { $0.label == menu }) else {
            throw ScreenError("no menu “\(menu)”; there are \(menus.map(\.label))")
        }
        guard let node = found.menuItems.first(where: { $0.label == item }) else {
            throw ScreenError("menu “\(menu)” has \(found.menuItems.map(\.label))")
        }
        return node
    }

    /// Chooses an item of the menu bar.
    public func choose(_ item: String, fromMenu menu: String) throws {
        let node = try menuItem(menu, item)
        guard node.isEnabled else { throw ScreenError("“\(item)” of menu “\(menu)” is disabled") }
        node.action?()
        host.update()
    }

    /// Closes all windows.
    public func close() { host.close() }

    var menuItems: [Node] { host.menuBar.menus.flatMap(\.menuItems) }
}

extension Screen {
    /// The items of the menu bar, if there is an app around this screen.
    func menuItems() -> [Node] { app?.menuItems ?? [] }
}
