// What the page tells the host, and what the host answers at once.

/// Something that a person did in the page.
struct PageEvent: Decodable, Sendable {
    enum Kind: String, Decodable {
        /// A button, row, option or menu item was pressed.
        case press
        /// A row was clicked with Command, to be chosen beside others.
        case add
        /// A field's text changed from `base` to `text`.
        case text
        /// Return was pressed in a field.
        case submit
        /// A key that a view asked for was pressed.
        case key
        /// A field got or lost the focus.
        case focus
        /// The empty part of a list was clicked.
        case clear
        /// Escape was pressed in front of a sheet or an alert.
        case dismiss
        /// A scroll view was scrolled, or its size or content changed.
        case geometry
        /// A view that watches its size has another one: `width` and `visible`.
        case size
        /// The pointer was pressed and moved: from `x` and `y` to `toX` and `toY`; `isOn` when it was let go.
        case drag
        /// The wheel was turned over a view: by `offset`, above 0 for up, at `x` and `y`.
        case wheel
        /// Text was pasted into a view.
        case paste
        /// A window was brought to the front or closed.
        case window
        /// A context menu was asked for.
        case menu
        /// The page got or lost the person's attention, or is drawn otherwise: `text` says “dark” or “light”.
        case presence
    }

    /// Numbers of one page rise with each event.
    let seq: Int
    let kind: Kind
    /// The element, by its id in the page.
    let id: String
    var base: String?
    var text: String?
    var key: String?
    var modifiers: [String]?
    var isOn: Bool?
    var action: String?
    var offset: Double?
    var content: Double?
    var visible: Double?
    var width: Double?
    var x: Double?
    var y: Double?
    var toX: Double?
    var toY: Double?
}

/// Events of one page, in the order in which they happened.
struct PageEvents: Decodable, Sendable {
    /// Names the page, so that several can be open.
    let page: String
    let events: [PageEvent]
}

/// What the page needs to know about an event at once.
struct PageReply: Encodable, Sendable {
    let seq: Int
    /// What a field holds now, when that isn't what was typed.
    var value: String?
    /// Nobody handled the key: the page does what the key does by itself.
    var isIgnored: Bool?
    /// The markup of a context menu.
    var menu: String?
}
