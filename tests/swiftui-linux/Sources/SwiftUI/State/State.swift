// @State: a value that a view owns, kept in the slot where the view is mounted.

/// A property wrapper that takes part in evaluation.
public protocol DynamicProperty {}

/// Holds a state value between passes.
final class StateBox<Value> {
    var value: Value { didSet { dirty.set() } }
    let dirty: DirtyFlag

    init(_ value: Value, _ dirty: DirtyFlag) {
        self.value = value
        self.dirty = dirty
    }
}

/// What a property wrapper of a view value shares with its copies: the way to the mounted state.
final class StateLink<Value> {
    let initial: Value
    private(set) var box: StateBox<Value>?
    /// The pass of the host in which it was last mounted.
    private var pass = 0

    init(_ initial: Value) { self.initial = initial }

    var value: Value {
        get { box?.value ?? initial }
        set {
            guard let box else {
                preconditionFailure("A state was written before its view was mounted; SwiftUI would ignore that.")
            }
            box.value = newValue
        }
    }

    @MainActor
    func mount(_ name: String, _ context: RenderContext) {
        let mounted = context.slot.box(name) { StateBox(initial, context.host.dirty) }
        if let box, box !== mounted, pass == context.host.pass {
            context.host.warn("one view value stands at two places; the stand-in can't keep their “\(name)” apart")
        }
        box = mounted
        pass = context.host.pass
    }
}

/// A value that a view owns.
@propertyWrapper
public struct State<Value>: DynamicProperty {
    let link: StateLink<Value>

    public init(wrappedValue: Value) { link = StateLink(wrappedValue) }

    public init(initialValue: Value) { link = StateLink(initialValue) }

    public var wrappedValue: Value {
        get { link.value }
        nonmutating set { link.value = newValue }
    }

    public var projectedValue: Binding<Value> {
        let link = link
        return Binding(reading: { link.value }, writing: { link.value = $0 })
    }
}

extension State: @unchecked Sendable where Value: Sendable {}

extension State where Value: ExpressibleByNilLiteral {
    public init() { self.init(wrappedValue: nil) }
}

extension State: LinkedProperty {
    func link(_ name: String, _ context: RenderContext) { link.mount(name, context) }
}
