// Evaluates a view tree, pass after pass, and keeps its state between passes.

/// Set from any thread by Observation; taken on the main actor.
package final class DirtyFlag: @unchecked Sendable {
    private let lock = NSLock()
    private var value = true
    private var notify: (@Sendable () -> Void)?

    package init() {}

    /// Notes that something changed, and tells whoever asked for it the first time.
    package func set() {
        let call = lock.withLock {
            let call = value ? nil : notify
            value = true
            return call
        }
        call?()
    }

    /// Says who is told when something changes. Told at once if it already has.
    package func onSet(_ notify: (@Sendable () -> Void)?) {
        let isSet = lock.withLock {
            self.notify = notify
            return value
        }
        if isSet { notify?() }
    }

    func take() -> Bool {
        lock.withLock {
            defer { value = false }
            return value
        }
    }
}

/// Keeps one mounted view tree.
@MainActor
package final class ViewHost {
    package let dirty = DirtyFlag()
    package let preferences: StoredValues
    /// The newest result of `update`.
    package private(set) var nodes: [Node] = []
    /// What the stand-in, or SwiftUI at run time, would complain about.
    package private(set) var warnings: [String] = []
    private var bodyEvaluations: [ObjectIdentifier: (name: String, count: Int)] = [:]
    /// The host that is evaluating its views or running their effects.
    private(set) static weak var evaluated: ViewHost?
    /// What VoiceOver was asked to say, oldest first. Emptied by whoever says it.
    package var announcements: [String] = []
    /// The title that the window's content asks for.
    package internal(set) var title: String?
    /// The line below it.
    package internal(set) var subtitle: String?
    /// What the focused scene offers to menus.
    package internal(set) var focusedValues = FocusedValues()
    /// Shows or hides the sidebar, if there is one.
    package internal(set) var toggleSidebar: (() -> Void)?
    package var baseEnvironment = EnvironmentValues()
    /// What the window stores for the next time that it is opened.
    package let sceneValues: StoredValues
    private(set) var pass = 0
    private var slotCount = 0
    private var effects: [(Slot, Effect)] = []
    private var tracking = ObservationScope()
    private lazy var root = makeSlot()
    private let content: (RenderContext) -> [Node]

    package init(
        preferences: StoredValues = StoredValues(),
        sceneValues: StoredValues = StoredValues(),
        content: @escaping (RenderContext) -> [Node]
    ) {
        self.preferences = preferences
        self.sceneValues = sceneValues
        self.content = content
        preferences.add(dirty)
        sceneValues.add(dirty)
    }

    func makeSlot() -> Slot {
        slotCount += 1
        return Slot(number: slotCount)
    }

    package func warn(_ text: String) {
        if !warnings.contains(text) { warnings.append(text) }
    }

    /// How often the bodies of view types with this name were evaluated.
    package func bodyEvaluations(of name: String) -> Int {
        bodyEvaluations.values.filter { $0.name == name }.map(\.count).reduce(0, +)
    }

    func countBody<V: View>(of type: V.Type) {
        bodyEvaluations[ObjectIdentifier(type), default: ("\(type)", 0)].count += 1
    }

    func add(_ effect: Effect, in slot: Slot) { effects.append((slot, effect)) }

    /// Evaluates until nothing asks for another pass, as one turn of the run loop would.
    package func update() {
        var passes = 0
        while dirty.take() {
            passes += 1
            if passes > 50 {
                warn("the view keeps changing its own state while it is evaluated")
                break
            }
            evaluate()
        }
    }

    private func evaluate() {
        pass += 1
        let outer = Self.evaluated
        Self.evaluated = self
        defer { Self.evaluated = outer }
        title = nil
        subtitle = nil
        toggleSidebar = nil
        focusedValues = FocusedValues()
        nodes = tracking.track(dirty) {
            content(RenderContext(host: self, slot: root, environment: baseEnvironment))
        }
        root.sweep(pass)
        let asked = effects
        effects = []
        for (slot, effect) in asked {
            if let running = slot.effect {
                running.update(effect)
            } else {
                slot.effect = RunningEffect(effect)
            }
        }
    }

    /// Takes the views off the screen: tasks are cancelled, `onDisappear` runs.
    package func unmount() {
        root.empty()
        tracking.cancel()
        preferences.remove(dirty)
        dirty.onSet(nil)
    }
}

/// Where in the tree evaluation is, and what it has inherited.
@MainActor
package struct RenderContext {
    package let host: ViewHost
    let slot: Slot
    /// Menus see the focused values of their window; views don't.
    var isCommands = false
    /// Shared by all contexts inside, until one of them changes it.
    private var inherited: Inherited

    private final class Inherited {
        let values: EnvironmentValues

        init(_ values: EnvironmentValues) { self.values = values }
    }

    init(host: ViewHost, slot: Slot, environment: EnvironmentValues) {
        self.host = host
        self.slot = slot
        inherited = Inherited(environment)
    }

    private init(inside outer: RenderContext, slot: Slot) {
        host = outer.host
        self.slot = slot
        isCommands = outer.isCommands
        inherited = outer.inherited
    }

    package var environment: EnvironmentValues {
        get { inherited.values }
        set { inherited = Inherited(newValue) }
    }

    /// The context of a view inside this one.
    package func child(_ step: Step) -> RenderContext { RenderContext(inside: self, slot: slot.child(step, host)) }

    /// A node at this place. `part` tells apart several nodes of one view.
    func node(_ role: Node.Role, _ label: String = "", children: [Node] = [], part: String = "") -> Node {
        let node = Node(role, id: NodeID(slot: slot.number, part: part), label: label, children: children)
        node.isEnabled = environment.isEnabled
        return node
    }

    package func resolve(_ view: any View) -> [Node] {
        if let primitive = view as? any PrimitiveView { return primitive.makeNodes(self) }
        return resolveBody(view)
    }

    private func resolveBody<V: View>(_ view: V) -> [Node] {
        slot.hold(ObjectIdentifier(V.self))
        link(view)
        host.countBody(of: V.self)
        return child(.content).resolve(view.body)
    }

    /// Connects the property wrappers of a view with this place.
    func link<V>(_ value: V) {
        guard DynamicProperties.exist(in: V.self, value) else { return }
        for (index, property) in Mirror(reflecting: value).children.enumerated() {
            if let linked = property.value as? any LinkedProperty {
                linked.link(property.label ?? "\(index)", self)
            } else if property.value is any DynamicProperty {
                host.warn("\(V.self).\(property.label ?? ""): the stand-in doesn't know this property wrapper")
            }
        }
    }
}

/// A property wrapper that needs to know where its view is mounted.
@MainActor
protocol LinkedProperty: DynamicProperty {
    func link(_ name: String, _ context: RenderContext)
}

/// Remembers which view types have property wrappers at all, because reflection is slow.
@MainActor
private enum DynamicProperties {
    private static var known: [ObjectIdentifier: Bool] = [:]

    static func exist<V>(in type: V.Type, _ value: V) -> Bool {
        let key = ObjectIdentifier(type)
        if let answer = known[key] { return answer }
        let answer = Mirror(reflecting: value).children.contains { $0.value is any DynamicProperty }
        known[key] = answer
        return answer
    }
}
