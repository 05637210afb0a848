// The result of evaluating views: a tree of what a person, or VoiceOver, would perceive.

import Foundation

/// Names a node between two passes: the same place in the same view tree has the same name.
package struct NodeID: Hashable, CustomStringConvertible {
    let slot: Int
    let part: String

    package var description: String { part.isEmpty ? "n\(slot)" : "n\(slot)-\(part)" }
}

/// What a person, or VoiceOver, would perceive at one place of the screen. Made anew in every pass.
@MainActor
public final class Node {
    /// What kind of thing it is.
    public enum Role: String, Sendable {
        case text, image, progress, separator, spacer
        case button, toggle, textField, secureField, textEditor, picker, option, menu, disclosure
        case group, list, row, section, form, scroll, splitView, column, tabs, toolbar
        case alert, dialog, sheet
    }

    public let role: Role
    /// Its text, or what VoiceOver says.
    public var label: String
    /// What it holds: the text of a field, the choice of a picker, the progress in percent.
    public var value: String?
    /// The accessibility identifier.
    public var identifier: String?
    /// What VoiceOver adds, or the footer of a section.
    public var hint: String?
    /// The tooltip.
    public var help: String?
    /// Its key equivalent in menu notation, such as ⌘↩.
    public var shortcut: String?
    public var isEnabled = true
    public var isSelected = false
    public var isFocused = false
    /// Hidden from VoiceOver; it may still be drawn.
    public var isHidden = false
    public var isDestructive = false
    /// Whether a toggle is on or a disclosure group is open.
    public var isOn: Bool?
    public var children: [Node]
    /// What is drawn, where an accessibility label replaced it in `label`.
    public internal(set) var visibleText: String?
    /// The name of the SF Symbol or the image.
    public internal(set) var symbol: String?
    public internal(set) var traits: AccessibilityTraits = []

    package let id: NodeID
    /// What is drawn of a text in colours of its own, in order.
    package var runs: [TextRun] = []
    /// What is drawn of a canvas that is so big.
    package var drawing: ((CGSize) -> [DrawnStroke])?
    /// Where an image comes from that is no symbol.
    package var imageURL: URL?
    package var placeholder: String?
    /// A text field that breaks lines and grows.
    package var growsWithText = false
    package var tag: AnyHashable?
    package var action: (() -> Void)?
    /// What a click with Command does to a row of a list in which several can be chosen.
    package var addToSelection: (() -> Void)?
    package var submit: (() -> Void)?
    package var setText: ((String) -> Void)?
    package var setFocus: ((Bool) -> Void)?
    package var dismiss: (() -> Void)?
    package var keyHandlers: [KeyHandler] = []
    /// It can have the focus though it is no control.
    package var isFocusable = false
    package var sizeChanged: [(CGSize) -> Void] = []
    /// Drags on it, with a place where they began and one where they are; whether they are over.
    package var dragged: ((CGPoint, CGPoint, Bool) -> Void)?
    /// The wheel over it: points above 0 for up, and where.
    package var wheeled: ((CGFloat, CGPoint) -> Void)?
    package var pasted: (([String]) -> Void)?
    package var dropped: (([URL]) -> Bool)?
    package var contextMenu: [Node] = []
    package var layout = Layout.none
    package var looks: [Look] = []
    /// The name of the control's style: `prominent`, `sidebar`, `grouped` …
    package var style: String?
    package var symbolLooks: [Look] = []
    /// What is drawn inside a control; a person perceives the control as one thing.
    package var face: [Node] = []
    package var footer: [Node] = []
    /// How a tab names this pane.
    package var tab: Node?
    package var isCancel = false
    /// Takes all the width that it is offered.
    package var isGreedy = false
    /// The room around it where it is a list's row; nil for the usual.
    package var rowInsets: EdgeInsets?
    package var hasSeparator = true
    /// Takes all the room that it is offered, as colours do.
    package var fills = false
    package var scroll: ScrollRequest?
    package var scrollsHorizontally = false
    package var userScrolled: (() -> Void)?
    package var geometryChanged: [(ScrollGeometry) -> Void] = []
    package var placement: ToolbarItemPlacement?

    init(_ role: Role, id: NodeID, label: String = "", children: [Node] = []) {
        self.role = role
        self.id = id
        self.label = label
        self.children = children
    }

    /// The label of a control: its own, or the texts inside it.
    public static func text(of nodes: [Node]) -> String {
        nodes.compactMap { node -> String? in
            if node.isHidden { return nil }
            if !node.label.isEmpty { return node.label }
            let inner = text(of: node.children)
            return inner.isEmpty ? nil : inner
        }.joined(separator: " ")
    }

    /// The first node with this identity.
    package static func first(tagged tag: AnyHashable, in nodes: [Node]) -> Node? {
        for node in nodes {
            if node.tag == tag { return node }
            if let inner = first(tagged: tag, in: node.children) { return inner }
        }
        return nil
    }

    /// The first node that is more than a layout.
    static func firstControl(in nodes: [Node]) -> Node? {
        guard let first = nodes.first else { return nil }
        guard first.isPlainGroup, !first.isFocusable, let inner = firstControl(in: first.children) else { return first }
        return inner
    }

    /// The nodes from the outermost to the one with this name.
    package static func path(to id: NodeID, in nodes: [Node]) -> [Node] {
        for node in nodes {
            if node.id == id { return [node] }
            let inner = path(to: id, in: node.children)
            if !inner.isEmpty { return [node] + inner }
        }
        return []
    }

    /// A group that only lays out its children: nobody perceives it.
    package var isPlainGroup: Bool { role == .group && label.isEmpty && identifier == nil && action == nil }
}

/// What a view wants to do with a key while it, or something inside it, has the focus.
package struct KeyHandler {
    /// Nil for all keys.
    package let keys: Set<KeyEquivalent>?
    package let handle: (KeyPress) -> KeyPress.Result

    package func wants(_ key: KeyEquivalent) -> Bool { keys?.contains(key) != false }
}

/// Where a scroll view should stand.
package struct ScrollRequest: Equatable {
    package var anchor: UnitPoint?
    package var edge: Edge?
    package var target: ScrollTarget?
    /// Grows with each request, so that the same edge can be asked for twice.
    package var generation = 0
}
