// The context menus of things that are not rows of a list.

extension Screen {
    /// The titles in the context menu of the one thing with this role and name.
    public func contextMenu(of role: Node.Role, _ name: String) throws -> [String] {
        try find(role, name).contextMenu.filter { $0.role == .button }.map(\.label)
    }

    /// Chooses from the context menu of the one thing with this role and name.
    public func choose(_ item: String, fromContextMenuOf role: Node.Role, _ name: String) throws {
        let items = try find(role, name).contextMenu.flatMap(\.menuItems)
        guard let node = items.first(where: { $0.label == item }) else {
            throw ScreenError("the context menu of “\(name)” has \(items.map(\.label))")
        }
        guard node.isEnabled else { throw ScreenError("“\(item)” is disabled") }
        node.action?()
        update()
    }
}
