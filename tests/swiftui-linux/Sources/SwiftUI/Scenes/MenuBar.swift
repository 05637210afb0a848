// The menu bar: the standard menus that the app's windows call for, with the app's own items in their places.

/// The menus of an app, for the window that is in front.
@MainActor
package struct MenuBar {
    package struct WindowItem {
        let title: String
        let isFront: Bool
        let select: () -> Void
    }

    /// The menus from left to right. The first one, of the app itself, is called “App”.
    package let menus: [Node]

    init(
        entries: [MenuEntry],
        newWindow: (() -> Void)?,
        closeWindow: (() -> Void)?,
        settings: (() -> Void)?,
        windows: [WindowItem]
    ) {
        var builder = Builder(entries: entries)
        builder.menu("App") { menu in
            menu.place(.appInfo, [])
            menu.place(.appSettings, settings.map { [item("Settings…", "⌘,", $0)] } ?? [])
        }
        builder.menu("File") { menu in
            menu.place(.newItem, newWindow.map { [item("New Window", "⌘N", $0)] } ?? [])
            menu.place(.saveItem, closeWindow.map { [item("Close", "⌘W", $0)] } ?? [])
            menu.place(.importExport, [])
        }
        builder.menu("Edit") { menu in
            menu.place(.pasteboard, [])
            menu.place(.textEditing, [])
        }
        builder.menu("View") { menu in
            menu.place(.sidebar, [])
            menu.place(.toolbar, [])
        }
        builder.ownMenus()
        builder.menu("Window") { menu in
            let items = windows.map { window in
                let node = item(window.title, nil, window.select)
                node.isOn = window.isFront
                return node
            }
            menu.place(.windowList, items)
        }
        builder.menu("Help") { $0.place(.help, []) }
        menus = builder.menus
    }

    /// Puts menus together from groups of items.
    @MainActor
    fileprivate struct Builder {
        let entries: [MenuEntry]
        var menus: [Node] = []
        var items: [Node] = []

        /// Adds a standard menu, unless it stays empty.
        mutating func menu(_ name: String, _ fill: (inout Builder) -> Void) {
            items = []
            fill(&self)
            add(name)
        }

        /// Adds the menus that the app made up, in the order of their first entry.
        mutating func ownMenus() {
            var names: [String] = []
            for entry in entries where entry.placement == nil && !names.contains(entry.menu) {
                names.append(entry.menu)
            }
            for name in names {
                items = []
                for entry in entries where entry.placement == nil && entry.menu == name { group(entry.items) }
                add(name)
            }
        }

        /// Adds a group of standard items with what the app puts before, after or instead of it.
        mutating func place(_ placement: CommandGroupPlacement, _ standard: [Node]) {
            let own = entries.filter { $0.placement == placement }
            let replacing = own.filter { $0.position == .replacing }
            for entry in own where entry.position == .before { group(entry.items) }
            group(replacing.last?.items ?? standard)
            for entry in own where entry.position == .after { group(entry.items) }
        }

        private mutating func group(_ nodes: [Node]) {
            if nodes.isEmpty { return }
            if !items.isEmpty { items.append(Node(.separator, id: NodeID(slot: 0, part: "separator\(items.count)"))) }
            items += nodes
        }

        private mutating func add(_ name: String) {
            if items.isEmpty { return }
            menus.append(Node(.menu, id: NodeID(slot: 0, part: "menu-\(name)"), label: name, children: items))
        }
    }
}

/// A standard menu item.
@MainActor
private func item(_ label: String, _ shortcut: String?, _ action: @escaping () -> Void) -> Node {
    let node = Node(.button, id: NodeID(slot: 0, part: "item-\(label)"), label: label)
    node.shortcut = shortcut
    node.action = action
    return node
}
