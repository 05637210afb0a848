// What a person does with a view that takes keys, drags, pasted text and files.

extension Screen {
    /// Presses a key in a view that can have the focus; answers whether it handled it.
    @discardableResult
    public func press(
        key: KeyEquivalent,
        modifiers: EventModifiers = [],
        characters: String? = nil,
        inView name: String
    ) throws -> Bool {
        let node = try area(name) { $0.isFocusable }
        node.setFocus?(true)
        update()
        let press = KeyPress(key: key, modifiers: modifiers, characters: characters)
        let handlers = Node.path(to: try area(name) { $0.isFocusable }.id, in: nodes).reversed().flatMap(\.keyHandlers)
        let handled = handlers.contains { $0.wants(key) && $0.handle(press) == .handled }
        update()
        return handled
    }

    /// Types into a view that can have the focus; a line end is Return.
    public func type(_ text: String, intoView name: String) throws {
        for character in text {
            try press(key: character == "\n" ? .return : KeyEquivalent(character), inView: name)
        }
    }

    /// Gives a view another size.
    public func resize(_ name: String, to size: CGSize) throws {
        for changed in try area(name, { !$0.sizeChanged.isEmpty }).sizeChanged { changed(size) }
        update()
    }

    /// Drags from one point of a view to another.
    public func drag(in name: String, from start: CGPoint, to end: CGPoint) throws {
        let dragged = try area(name) { $0.dragged != nil }.dragged
        dragged?(start, start, false)
        dragged?(start, end, false)
        dragged?(start, end, true)
        update()
    }

    /// Turns the wheel over a point of a view, by points above 0 for up.
    public func turnWheel(in name: String, by points: CGFloat, at place: CGPoint = .zero) throws {
        try area(name) { $0.wheeled != nil }.wheeled?(points, place)
        update()
    }

    public func paste(_ text: String, into name: String) throws {
        try area(name) { $0.pasted != nil }.pasted?([text])
        update()
    }

    /// Drops files; answers whether the view takes them.
    @discardableResult
    public func drop(_ urls: [URL], on name: String) throws -> Bool {
        defer { update() }
        return try area(name) { $0.dropped != nil }.dropped?(urls) ?? false
    }

    /// The view of this name, or what is around it, that does something.
    private func area(_ name: String, _ does: (Node) -> Bool) throws -> Node {
        let named = visible.filter { $0.label == name || $0.identifier == name }
        for node in named {
            if let found = Node.path(to: node.id, in: nodes).last(where: does) { return found }
        }
        throw ScreenError("nothing named “\(name)” takes this\n\(outline())")
    }
}
