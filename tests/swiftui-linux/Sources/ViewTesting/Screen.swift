// A mounted view, and what a person can perceive of it.

@_exported import SwiftUI

/// Why a test could not find or use something.
public struct ScreenError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// A mounted view. Tests act like a person: they find things by role and name, and can't use what is disabled.
@MainActor
public final class Screen {
    let host: ViewHost
    let app: AppUnderTest?
    /// The windows that views asked for. Only without an app around the view.
    public private(set) var openedWindows: [String] = []
    /// Whether a view asked for the settings window. Only without an app around the view.
    public private(set) var didOpenSettings = false
    /// Whether a view asked to be dismissed. Only without an app around the view.
    public private(set) var isDismissed = false

    /// Mounts one view, without an app around it. It finds what the window of `earlier` had stored.
    public init(_ view: some View, restoring earlier: Screen? = nil, reduceMotion: Bool = false) {
        host = ViewHost(sceneValues: earlier?.host.sceneValues ?? StoredValues()) { $0.resolve(view) }
        app = nil
        host.baseEnvironment.setReduceMotion(reduceMotion)
        host.baseEnvironment.install(
            openWindow: OpenWindowAction { [weak self] id in self?.openedWindows.append(id) },
            openSettings: OpenSettingsAction { [weak self] in self?.didOpenSettings = true },
            dismiss: DismissAction { [weak self] in self?.isDismissed = true }
        )
    }

    init(host: ViewHost, app: AppUnderTest) {
        self.host = host
        self.app = app
    }

    /// Takes the view off the screen.
    public func close() { host.unmount() }

    /// The top-level nodes, up to date.
    public var nodes: [Node] {
        update()
        return host.nodes
    }

    /// What the stand-in, or SwiftUI at run time, would complain about. A screen test expects it to be empty.
    public var warnings: [String] {
        update()
        return host.warnings
    }

    /// What VoiceOver was asked to say, oldest first.
    public var announcements: [String] {
        update()
        return host.announcements
    }

    public var title: String {
        update()
        return host.title ?? ""
    }

    /// What stands below the title.
    public var subtitle: String {
        update()
        return host.subtitle ?? ""
    }

    /// How often the bodies of a view type were evaluated.
    public func bodyEvaluations(of type: String) -> Int { host.bodyEvaluations(of: type) }

    /// Everything a person can perceive now: an alert, dialog or sheet hides what is behind it.
    public var visible: [Node] {
        let all = Self.flatten(nodes)
        guard let modal = all.last(where: { [.alert, .dialog, .sheet].contains($0.role) }) else { return all }
        return Self.flatten([modal])
    }

    /// All texts, as they are drawn.
    public var texts: [String] {
        visible.filter { $0.role == .text }.map { $0.visibleText ?? $0.label }
    }

    public func all(_ role: Node.Role) -> [Node] { visible.filter { $0.role == role } }

    public func exists(_ role: Node.Role, _ name: String? = nil) -> Bool {
        visible.contains { $0.role == role && (name == nil || $0.label == name || $0.identifier == name) }
    }

    /// The one thing with this role and name, which is its label or its accessibility identifier.
    public func find(_ role: Node.Role, _ name: String) throws -> Node {
        let candidates = all(role)
        let matches = candidates.filter { $0.label == name || $0.identifier == name }
        guard let node = matches.first else {
            let names = candidates.map { "“\($0.label)”" }.joined(separator: ", ")
            throw ScreenError("no \(role) named “\(name)”; there are: \(names)\n\(outline())")
        }
        guard matches.count == 1 else { throw ScreenError("\(matches.count) \(role)s are named “\(name)”") }
        return node
    }

    /// Lets tasks run until the condition holds. `timeout` only bounds a failure.
    public func wait(
        for what: String,
        timeout: Duration = .seconds(300),
        until condition: @MainActor (Screen) async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + timeout
        while ContinuousClock.now < end {
            update()
            if try await condition(self) { return }
            await Task.yield()
            try await Task.sleep(for: .milliseconds(1))
        }
        throw ScreenError("timed out waiting for \(what)\n\(outline())")
    }

    /// What the run loop does between two events.
    func update() {
        if let app { app.host.update() } else { host.update() }
    }

    private static func flatten(_ nodes: [Node]) -> [Node] {
        nodes.flatMap { [$0] + flatten($0.children) }
    }
}
