// The app that a page shows: its windows as elements, and what people do in them.

import Foundation
import SwiftUI
import ViewHTML

/// A mounted app with its newest rendering.
@MainActor
final class HostedApp {
    let app: AppHost
    private(set) var desktop: Element
    /// What VoiceOver would have said so far; only the newest are kept.
    private(set) var announcements: [(number: Int, text: String)] = []
    /// What the app tells while the person looks elsewhere.
    private(set) var notices: [PageNotice] = []
    /// The number of the newest event of each page that the rendering shows the effect of.
    private(set) var shownEvents: [String: Int] = [:]
    private var handledEvents: [String: Int] = [:]
    private let name: String
    private var announcementCount = 0
    private var reported: Set<String> = []
    private var nodes: [String: Target] = [:]
    private var menuBar: MenuBar
    private let changed: @Sendable () -> Void

    /// A node that can be acted on, and the window that it is in.
    struct Target {
        let node: Node
        let window: AppHost.Window?
    }

    /// Mounts `scene`. `changed` is called, from any thread, when something may look different.
    init(name: String, scene: some Scene, changed: @escaping @Sendable () -> Void) {
        self.name = name
        self.changed = changed
        app = AppHost(scene)
        menuBar = app.menuBar
        desktop = Element(id: "desktop")
        app.onDirty(changed)
        refresh()
    }

    /// Takes the app off the screen: tasks of its views are cancelled.
    func close() { app.close() }

    /// Evaluates and renders what changed.
    func refresh() {
        update()
        for window in app.windows {
            for text in window.host.announcements { announce(text) }
            window.host.announcements = []
        }
        reportWarnings()
        desktop = DesktopPage(name: name, app: app, menuBar: menuBar, notices: notices).render()
        shownEvents = handledEvents
    }

    /// Evaluates what changed, so that an event meets what a person would meet.
    private func update() {
        app.update()
        menuBar = app.menuBar
        index()
    }

    /// Says once on standard error what the stand-in complains about.
    private func reportWarnings() {
        for warning in app.warnings + app.windows.flatMap(\.host.warnings) where reported.insert(warning).inserted {
            FileHandle.standardError.write(Data("warning: \(warning)\n".utf8))
        }
    }

    /// The title of the window in front.
    var frontTitle: String { app.windows.last.map { app.title(of: $0) } ?? name }

    /// Shows a notice, in place of an earlier one with its tag. Only the newest few stay.
    func show(_ notice: PageNotice) {
        notices = notices.filter { $0.tag != notice.tag }.suffix(4) + [notice]
        changed()
    }

    func withdrawNotice(tag: String) {
        notices.removeAll { $0.tag == tag }
        changed()
    }

    private func choose(noticeWith tag: String) {
        guard let notice = notices.first(where: { $0.tag == tag }) else { return }
        withdrawNotice(tag: tag)
        notice.choose()
    }

    private func announce(_ text: String) {
        announcementCount += 1
        announcements.append((announcementCount, text))
        if announcements.count > 100 { announcements.removeFirst() }
    }

    // MARK: Finding what was acted on

    private func index() {
        nodes = [:]
        for window in app.windows {
            let all = window.host.nodes
            add(all.lastModal.map { [$0] } ?? all, window, prefix: DesktopPage.prefix(window))
        }
        add(menuBar.menus, nil, prefix: DesktopPage.menuPrefix)
    }

    private func add(_ tree: [Node], _ window: AppHost.Window?, prefix: String) {
        for node in tree {
            nodes[prefix + node.id.description] = Target(node: node, window: window)
            add(node.children + node.face + node.contextMenu + node.footer, window, prefix: prefix)
        }
    }

    /// What an id stands for now; nil when it is gone, disabled or behind an alert.
    private func target(_ id: String) -> Target? {
        guard let target = nodes[id], target.node.isEnabled else { return nil }
        return target
    }

    // MARK: Acting

    /// Carries out what a page reports, in order.
    func handle(_ batch: PageEvents) async -> [PageReply] {
        var replies: [PageReply] = []
        // What was sent again after a connection broke is left out.
        for event in batch.events where event.seq > handledEvents[batch.page] ?? 0 {
            remember(event.seq, of: batch.page)
            // Tasks may have changed something since the last rendering: the event meets what is there now.
            update()
            if let reply = handle(event) { replies.append(reply) }
            // As between two turns of a run loop: tasks that the event started come before the next event.
            await Task.yield()
        }
        changed()
        return replies
    }

    private func remember(_ seq: Int, of page: String) {
        // Pages that were closed are forgotten at some point.
        if handledEvents.count > 64 { handledEvents = [:] }
        handledEvents[page] = seq
    }

    private func handle(_ event: PageEvent) -> PageReply? {
        if event.kind == .window {
            act(event.action, onWindow: event.id)
            return nil
        }
        if event.kind == .presence {
            app.isActive = event.isOn == true
            app.colorScheme = event.text == "dark" ? .dark : .light
            return nil
        }
        if event.kind == .press, event.id.hasPrefix(DesktopPage.noticePrefix) {
            choose(noticeWith: String(event.id.dropFirst(DesktopPage.noticePrefix.count)))
            return nil
        }
        guard let target = target(event.id) else {
            return event.kind == .key ? PageReply(seq: event.seq, isIgnored: true) : nil
        }
        if let window = target.window { app.bringToFront(window) }
        let node = target.node
        switch event.kind {
        case .press: node.action?()
        case .add: node.addToSelection?()
        case .text: return type(event, into: node)
        case .submit: node.submit?()
        case .key: return press(event, target)
        case .focus: node.setFocus?(event.isOn == true)
        case .clear, .dismiss: node.dismiss?()
        case .geometry: report(event, to: node)
        case .size: resize(event, node)
        case .drag: drag(event, node)
        case .wheel: node.wheeled?(event.offset ?? 0, CGPoint(x: event.x ?? 0, y: event.y ?? 0))
        case .paste: node.pasted?([event.text ?? ""])
        case .menu:
            let items = NodeRenderer(prefix: prefix(of: target)).items(node.contextMenu)
            return PageReply(seq: event.seq, menu: items.html)
        case .window, .presence: break
        }
        return nil
    }

    private func prefix(of target: Target) -> String {
        target.window.map { DesktopPage.prefix($0) } ?? DesktopPage.menuPrefix
    }

    /// Sets a field's text. Where the app changed the text while the person was typing, what was typed is added to it.
    private func type(_ event: PageEvent, into node: Node) -> PageReply? {
        guard let text = event.text, let setText = node.setText else { return nil }
        let now = node.value ?? ""
        let base = event.base ?? now
        setText(now == base ? text : now + Typing.inserted(from: base, to: text))
        update()
        let result = nodes[event.id]?.node.value ?? ""
        return result == text ? nil : PageReply(seq: event.seq, value: result)
    }

    private func press(_ event: PageEvent, _ target: Target) -> PageReply? {
        let key = KeyEquivalent(event.key?.first ?? " ")
        let modifiers = (event.modifiers ?? []).compactMap { Self.modifiers[$0] }
        let press = KeyPress(key: key, modifiers: EventModifiers(modifiers), characters: event.text)
        let path = Node.path(to: target.node.id, in: target.window?.host.nodes ?? [])
        let handlers = path.reversed().flatMap(\.keyHandlers)
        if handlers.contains(where: { $0.wants(key) && $0.handle(press) == .handled }) { return nil }
        if key == .return, modifiers.isEmpty, let submit = target.node.submit {
            submit()
            return nil
        }
        return PageReply(seq: event.seq, isIgnored: true)
    }

    private static let modifiers: [String: EventModifiers] = [
        "shift": .shift, "control": .control, "option": .option, "command": .command,
    ]

    private func report(_ event: PageEvent, to node: Node) {
        guard let offset = event.offset, let content = event.content, let visible = event.visible else { return }
        let width = event.width ?? 0
        let geometry = ScrollGeometry(
            contentOffset: CGPoint(x: 0, y: offset),
            contentSize: CGSize(width: width, height: content),
            containerSize: CGSize(width: width, height: visible)
        )
        if event.isOn == true { node.userScrolled?() }
        for changed in node.geometryChanged { changed(geometry) }
    }

    private func resize(_ event: PageEvent, _ node: Node) {
        guard let width = event.width, let height = event.visible else { return }
        for changed in node.sizeChanged { changed(CGSize(width: width, height: height)) }
    }

    private func drag(_ event: PageEvent, _ node: Node) {
        guard let x = event.x, let y = event.y, let toX = event.toX, let toY = event.toY else { return }
        node.dragged?(CGPoint(x: x, y: y), CGPoint(x: toX, y: toY), event.isOn == true)
    }

    private func act(_ action: String?, onWindow id: String) {
        guard let window = app.windows.first(where: { DesktopPage.id($0) == id }) else { return }
        if action == "close" { app.close(window) } else { app.bringToFront(window) }
    }
}

@MainActor
extension [Node] {
    /// The alert, dialog or sheet that is in front of everything else.
    fileprivate var lastModal: Node? {
        var found: Node?
        for node in self {
            if let inner = node.children.lastModal {
                found = inner
            } else if [.alert, .dialog, .sheet].contains(node.role) {
                found = node
            }
        }
        return found
    }
}

/// What a change of a text put in.
enum Typing {
    static func inserted(from old: String, to new: String) -> String {
        let before = Array(old)
        let after = Array(new)
        let limit = Swift.min(before.count, after.count)
        var start = 0
        while start < limit, before[start] == after[start] { start += 1 }
        var end = 0
        while end < limit - start, before[before.count - 1 - end] == after[after.count - 1 - end] { end += 1 }
        return String(after[start..<(after.count - end)])
    }
}
