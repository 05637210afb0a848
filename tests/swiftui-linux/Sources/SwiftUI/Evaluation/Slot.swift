// The identity tree: what stays of a view between two passes.

/// One step from a view to a view inside it.
package enum Step: Hashable {
    case content
    case index(Int)
    case branch(Bool)
    case part(String)
    case id(AnyHashable)
    case type(ObjectIdentifier)
}

/// A place in the view tree. It holds the state and the effects of the view at that place, and goes when a pass no
/// longer comes by.
@MainActor
package final class Slot {
    let number: Int
    private(set) var lastPass = 0
    private var only: Slot?
    private var children: [Step: Slot] = [:]
    private var boxes: [String: AnyObject] = [:]
    private var viewType: ObjectIdentifier?
    var effect: RunningEffect?

    init(number: Int) { self.number = number }

    /// The slot one step further in; made on the first visit.
    func child(_ step: Step, _ host: ViewHost) -> Slot {
        if step == .content {
            let slot = only ?? host.makeSlot()
            only = slot
            slot.lastPass = host.pass
            return slot
        }
        let slot = children[step] ?? host.makeSlot()
        children[step] = slot
        slot.lastPass = host.pass
        return slot
    }

    /// The object that holds a property's value between passes.
    func box<Box: AnyObject>(_ name: String, _ make: () -> Box) -> Box {
        if let box = boxes[name] as? Box { return box }
        let box = make()
        boxes[name] = box
        return box
    }

    /// A view of another type at the same place starts afresh.
    func hold(_ type: ObjectIdentifier) {
        if viewType != nil, viewType != type { empty() }
        viewType = type
    }

    /// Removes what the pass did not visit.
    func sweep(_ pass: Int) {
        if let slot = only {
            if slot.lastPass == pass {
                slot.sweep(pass)
            } else {
                slot.empty()
                only = nil
            }
        }
        for (step, slot) in children {
            if slot.lastPass == pass {
                slot.sweep(pass)
            } else {
                slot.empty()
                children[step] = nil
            }
        }
    }

    /// Ends everything here and further in; inner views disappear first.
    func empty() {
        only?.empty()
        only = nil
        for slot in children.values { slot.empty() }
        children = [:]
        boxes = [:]
        effect?.end()
        effect = nil
    }
}

/// What a lifecycle modifier asks for in one pass.
struct Effect {
    var appear: (() -> Void)?
    var disappear: (() -> Void)?
    var task: (() -> Task<Void, Never>)?
    /// True when the value that the effect depends on is another one than that of the earlier effect.
    var differs: ((Effect) -> Bool)?
    /// Called with the earlier effect when `differs` says so.
    var change: ((Effect) -> Void)?
    /// The value that the effect depends on.
    var value: Any?
}

/// A lifecycle modifier between two passes.
@MainActor
final class RunningEffect {
    private var effect: Effect
    private var task: Task<Void, Never>?

    init(_ effect: Effect) {
        self.effect = effect
        effect.appear?()
        task = effect.task?()
    }

    /// Takes over what the newest pass asks for.
    func update(_ new: Effect) {
        let old = effect
        effect = new
        guard new.differs?(old) == true else { return }
        new.change?(old)
        if let start = new.task {
            task?.cancel()
            task = start()
        }
    }

    func end() {
        task?.cancel()
        effect.disappear?()
    }
}
