// What has to change in a page so that it shows a newer rendering.

import ViewHTML

/// One change of the page.
struct Patch: Encodable, Equatable {
    /// The element that changes.
    var id: String
    /// Its new markup, itself included; the page keeps what stays of it.
    var put: String?
    /// Markup of children to add at its end.
    var add: String?
    /// Attributes to set.
    var set: [String: String]?
    /// Attributes to remove.
    var drop: [String]?

    /// The changes from one rendering to another, which must have the same id.
    static func changes(from old: Element, to new: Element) -> [Patch] {
        var patches: [Patch] = []
        if !compare(old, new, &patches), let id = new.id { patches.append(Patch(id: id, put: new.html)) }
        return patches
    }

    /// Adds what changed inside. False when that can't be said piece by piece, so that the parent has to be put anew.
    private static func compare(_ old: Element, _ new: Element, _ patches: inout [Patch]) -> Bool {
        guard old.tag == new.tag, old.id == new.id else { return false }
        let mark = patches.count
        if compareAttributes(old, new, &patches), compareContent(old, new, &patches) { return true }
        patches.removeSubrange(mark...)
        guard let id = new.id else { return false }
        patches.append(Patch(id: id, put: new.html))
        return true
    }

    private static func compareAttributes(_ old: Element, _ new: Element, _ patches: inout [Patch]) -> Bool {
        if old.attributes == new.attributes, old.classes == new.classes, old.style == new.style { return true }
        guard let id = new.id else { return false }
        let before = old.writtenAttributes
        let after = new.writtenAttributes
        let set = after.filter { before[$0.key] != $0.value }
        let drop = before.keys.filter { after[$0] == nil }.sorted()
        patches.append(Patch(id: id, set: set.isEmpty ? nil : set, drop: drop.isEmpty ? nil : drop))
        return true
    }

    private static func compareContent(_ old: Element, _ new: Element, _ patches: inout [Patch]) -> Bool {
        guard case .children(let before) = old.content, case .children(let after) = new.content else {
            return old.content == new.content
        }
        guard before.count <= after.count else { return false }
        for (old, new) in zip(before, after) where !compare(old, new, &patches) { return false }
        if before.count == after.count { return true }
        guard let id = new.id else { return false }
        patches.append(Patch(id: id, add: after[before.count...].map(\.html).joined()))
        return true
    }
}
