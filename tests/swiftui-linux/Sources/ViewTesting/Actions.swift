// What a person does to a screen.

extension Screen {
    /// Presses a button, toggle, disclosure triangle, or the header of a section that can be folded away.
    public func press(_ name: String) throws {
        let roles: [Node.Role] = [.button, .toggle, .disclosure, .section]
        let role = roles.first { exists($0, name) } ?? .button
        let node = try usable(role, name)
        guard let action = node.action else { throw ScreenError("“\(name)” does nothing") }
        action()
        update()
    }

    /// Types at the end of a field, one change per key stroke.
    public func type(_ text: String, into name: String) throws {
        let role = fieldRole(name)
        try usable(role, name).setFocus?(true)
        for character in text {
            let node = try usable(role, name)
            node.setText?((node.value ?? "") + String(character))
        }
        update()
    }

    /// Replaces what a field holds.
    public func replaceText(of name: String, with text: String) throws {
        let node = try usable(fieldRole(name), name)
        node.setFocus?(true)
        node.setText?(text)
        update()
    }

    /// Presses Return in a text field.
    public func submit(_ name: String) throws {
        let node = try usable(fieldRole(name), name)
        if try pressKey(.return, on: node) { return }
        guard let submit = node.submit else { throw ScreenError("“\(name)” has no onSubmit") }
        submit()
        update()
    }

    /// Presses a key while a field has the focus. Answers whether a view handled it.
    @discardableResult
    public func pressKey(_ key: KeyEquivalent, modifiers: EventModifiers = [], in name: String) throws -> Bool {
        let node = try usable(fieldRole(name), name)
        return try pressKey(key, modifiers: modifiers, on: node)
    }

    /// Picks an option of a picker, or an item of a menu, by its label.
    public func choose(_ option: String, from name: String) throws {
        let node = try usable(exists(.menu, name) ? .menu : .picker, name)
        let choices = node.menuItems
        guard let choice = choices.first(where: { $0.label == option }) else {
            throw ScreenError("“\(name)” has no “\(option)”; it has \(choices.map(\.label))")
        }
        guard choice.isEnabled else { throw ScreenError("“\(option)” of “\(name)” is disabled") }
        choice.action?()
        update()
    }

    /// Clicks the one row that contains a text.
    public func selectRow(containing text: String) throws {
        let row = try row(containing: text)
        guard let action = row.action else { throw ScreenError("row “\(text)” can't be selected") }
        action()
        update()
    }

    /// Clicks, with Command, the one row that contains a text: it is chosen beside the others, or no longer.
    public func addRow(containing text: String) throws {
        let row = try row(containing: text)
        guard let action = row.addToSelection else { throw ScreenError("only one row can be chosen at a time") }
        action()
        update()
    }

    /// The titles in the context menu of the row that contains a text.
    public func contextMenu(ofRowContaining text: String) throws -> [String] {
        try row(containing: text).contextMenu.filter { $0.role == .button }.map(\.label)
    }

    /// Chooses from the context menu of the row that contains a text.
    public func choose(_ item: String, fromContextMenuOfRowContaining text: String) throws {
        let items = try row(containing: text).contextMenu.flatMap(\.menuItems)
        guard let node = items.first(where: { $0.label == item }) else {
            throw ScreenError("the context menu of “\(text)” has \(items.map(\.label))")
        }
        guard node.isEnabled else { throw ScreenError("“\(item)” is disabled") }
        node.action?()
        update()
    }

    /// Presses a shortcut, in menu notation such as ⌘↩: the window's controls answer before the menus.
    public func shortcut(_ symbols: String) throws {
        let controls = visible.filter { $0.shortcut == symbols }
        guard let node = controls.first ?? menuItems().first(where: { $0.shortcut == symbols }) else {
            throw ScreenError("nothing answers \(symbols)")
        }
        guard node.isEnabled else { throw ScreenError("“\(node.label)” (\(symbols)) is disabled") }
        node.action?()
        update()
    }

    /// The identity of the view that a scroll view was sent to; nil where it was sent to none that is there.
    public func scrollTarget(of name: String) throws -> AnyHashable? {
        let node = try find(.scroll, name)
        return node.scroll?.target.flatMap { Node.first(tagged: $0.id, in: node.children)?.tag }
    }

    /// Scrolls a list or scroll view: its content's height, what of it is above the top edge, and its own height.
    public func scroll(_ name: String, contentHeight: CGFloat, offset: CGFloat, height: CGFloat) throws {
        let node = try exists(.scroll, name) ? find(.scroll, name) : find(.list, name)
        let geometry = ScrollGeometry(
            contentOffset: CGPoint(x: 0, y: offset),
            contentSize: CGSize(width: 600, height: contentHeight),
            containerSize: CGSize(width: 600, height: height)
        )
        node.userScrolled?()
        for changed in node.geometryChanged { changed(geometry) }
        update()
    }

    private func row(containing text: String) throws -> Node {
        let rows = all(.row).filter { Node.text(of: [$0]).contains(text) }
        guard let row = rows.first else { throw ScreenError("no row contains “\(text)”\n\(outline())") }
        guard rows.count == 1 else { throw ScreenError("\(rows.count) rows contain “\(text)”") }
        return row
    }

    private func usable(_ role: Node.Role, _ name: String) throws -> Node {
        let node = try find(role, name)
        guard node.isEnabled else { throw ScreenError("\(role) “\(name)” is disabled") }
        return node
    }

    private func fieldRole(_ name: String) -> Node.Role {
        [.secureField, .textEditor].first { exists($0, name) } ?? .textField
    }

    /// Handlers of the field come first, then those of the views around it.
    private func pressKey(_ key: KeyEquivalent, modifiers: EventModifiers = [], on node: Node) throws -> Bool {
        let press = KeyPress(key: key, modifiers: modifiers)
        let handlers = Node.path(to: node.id, in: host.nodes).reversed().flatMap(\.keyHandlers)
        let handled = handlers.contains { $0.wants(key) && $0.handle(press) == .handled }
        update()
        return handled
    }
}
