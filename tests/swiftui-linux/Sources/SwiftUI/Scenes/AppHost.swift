// Runs an app's scenes: which windows are open, which one is in front, and what they ask for.

/// An app whose scenes are mounted.
@MainActor
package final class AppHost {
    /// An open window.
    @MainActor
    package final class Window {
        package let number: Int
        package let host: ViewHost
        package let scene: Int
        /// What the menu bar holds while this window is in front.
        fileprivate(set) var entries: [MenuEntry] = []

        fileprivate init(number: Int, scene: Int, host: ViewHost) {
            self.number = number
            self.scene = scene
            self.host = host
        }
    }

    package let preferences = StoredValues()
    /// The open windows, the front one last.
    package private(set) var windows: [Window] = []
    /// Whether the person works in this app.
    package var isActive = true {
        didSet {
            guard isActive != oldValue else { return }
            noteFrontWindow()
            onDirty?()
        }
    }
    /// What windows are drawn in.
    package var colorScheme = ColorScheme.light {
        didSet {
            guard colorScheme != oldValue else { return }
            for host in [root] + windows.map(\.host) {
                host.baseEnvironment.colorScheme = colorScheme
                host.dirty.set()
            }
        }
    }
    /// What kinds of windows the app has.
    package private(set) var scenes: [SceneDescription] = []
    /// What asked for something that the app doesn't have.
    package private(set) var warnings: [String] = []
    private let reduceMotion: Bool
    private var windowCount = 0
    private var onDirty: (@Sendable () -> Void)?
    private var closedWindowlessEntries: [MenuEntry] = []
    private lazy var root = ViewHost(preferences: preferences) { [weak self] context in
        self?.describe(context)
        return []
    }
    private let scene: any Scene

    package init(_ scene: any Scene, reduceMotion: Bool = false) {
        self.scene = scene
        self.reduceMotion = reduceMotion
        root.baseEnvironment = environment(dismiss: nil)
        root.update()
        if let first = scenes.firstIndex(where: { $0.kind == .window }) { open(first) }
    }

    private func describe(_ context: RenderContext) {
        scenes = context.describe(scene)
        closedWindowlessEntries = entries(context.child(.part("commands")))
        for window in windows { window.host.dirty.set() }
    }

    private func entries(_ context: RenderContext) -> [MenuEntry] {
        var context = context
        context.isCommands = true
        return scenes.flatMap(\.commands).enumerated().flatMap {
            context.child(.index($0.offset)).resolve(commands: $0.element)
        }
    }

    /// Evaluates whatever changed.
    package func update() {
        root.update()
        for window in windows { window.host.update() }
    }

    /// Says who is told when something changes.
    package func onDirty(_ notify: @escaping @Sendable () -> Void) {
        onDirty = notify
        root.dirty.onSet(notify)
        for window in windows { window.host.dirty.onSet(notify) }
    }

    /// Closes every window: tasks of views are cancelled.
    package func close() {
        for window in windows { close(window) }
        root.unmount()
    }

    package func title(of window: Window) -> String {
        window.host.title ?? scenes[window.scene].title
    }

    /// The menu bar that belongs to the front window.
    package var menuBar: MenuBar {
        MenuBar(
            entries: windows.last?.entries ?? closedWindowlessEntries,
            newWindow: newWindowAction,
            closeWindow: windows.last.map { window in { [weak self] in self?.close(window) } },
            settings: settingsIndex.map { index in { [weak self] in self?.open(index) } },
            windows: windows.map { window in
                MenuBar.WindowItem(title: title(of: window), isFront: window === windows.last) { [weak self] in
                    self?.bringToFront(window)
                }
            }
        )
    }

    private var settingsIndex: Int? { scenes.firstIndex { $0.kind == .settings } }

    private var newWindowAction: (() -> Void)? {
        guard let index = scenes.firstIndex(where: { $0.kind == .window && $0.isGroup }) else { return nil }
        return { [weak self] in self?.open(index) }
    }
}

extension AppHost {
    /// Opens a window of a scene; of a scene that has only one, it is brought to the front.
    package func open(_ scene: Int) {
        if let open = windows.first(where: { $0.scene == scene }), !scenes[scene].isGroup {
            bringToFront(open)
            return
        }
        windowCount += 1
        let number = windowCount
        let host = ViewHost(preferences: preferences) { [weak self] context in
            self?.evaluate(number, scene: scene, context) ?? []
        }
        let window = Window(number: number, scene: scene, host: host)
        host.baseEnvironment = environment { [weak self, weak window] in
            if let window { self?.close(window) }
        }
        windows.append(window)
        noteFrontWindow()
        host.update()
        if let onDirty {
            host.dirty.onSet(onDirty)
            onDirty()
        }
    }

    private func evaluate(_ number: Int, scene: Int, _ context: RenderContext) -> [Node] {
        guard scenes.indices.contains(scene) else { return [] }
        let nodes = scenes[scene].content(context.child(.part("content")))
        let menus = entries(context.child(.part("commands")))
        windows.first { $0.number == number }?.entries = menus
        return nodes
    }

    package func close(_ window: Window) {
        windows.removeAll { $0 === window }
        window.host.unmount()
        noteFrontWindow()
        onDirty?()
    }

    package func bringToFront(_ window: Window) {
        guard windows.last !== window, windows.contains(where: { $0 === window }) else { return }
        windows.removeAll { $0 === window }
        windows.append(window)
        noteFrontWindow()
        onDirty?()
    }

    /// Tells the windows which of them is in front: none while the person works in another app.
    private func noteFrontWindow() {
        for window in windows {
            let isFront = isActive && window === windows.last
            guard window.host.baseEnvironment.appearsActive != isFront else { continue }
            window.host.baseEnvironment.appearsActive = isFront
            window.host.dirty.set()
        }
    }

    private func environment(dismiss: (@MainActor () -> Void)?) -> EnvironmentValues {
        var values = EnvironmentValues()
        values.accessibilityReduceMotion = reduceMotion
        values.colorScheme = colorScheme
        values.openWindow = OpenWindowAction { [weak self] id in self?.openWindow(id: id) }
        values.openSettings = OpenSettingsAction { [weak self] in self?.openSettings() }
        if let dismiss { values.dismiss = DismissAction(dismiss) }
        return values
    }

    private func openWindow(id: String) {
        guard let match = scenes.firstIndex(where: { $0.kind == .window && $0.id == id }) else {
            warnings.append("openWindow: the app has no window “\(id)”")
            return
        }
        open(match)
    }

    private func openSettings() {
        guard let settingsIndex else {
            warnings.append("openSettings: the app has no Settings scene")
            return
        }
        open(settingsIndex)
    }
}
