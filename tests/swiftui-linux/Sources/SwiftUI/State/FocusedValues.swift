// What the focused window offers to the menus.

/// Declares a focused value.
public protocol FocusedValueKey {
    associatedtype Value
}

/// The values that the focused window offers.
public struct FocusedValues {
    private var values: [ObjectIdentifier: Any] = [:]

    package init() {}

    public subscript<Key: FocusedValueKey>(key: Key.Type) -> Key.Value? {
        get { values[ObjectIdentifier(key)] as? Key.Value }
        set { values[ObjectIdentifier(key)] = newValue }
    }
}

/// The host that a property reads from.
private final class HostLink {
    weak var host: ViewHost?
}

/// Reads what the focused window offers. Modelled for menus only.
@propertyWrapper
public struct FocusedValue<Value>: DynamicProperty, LinkedProperty {
    private let keyPath: KeyPath<FocusedValues, Value?>
    private let link = HostLink()

    public init(_ keyPath: KeyPath<FocusedValues, Value?>) { self.keyPath = keyPath }

    @MainActor
    public var wrappedValue: Value? { link.host?.focusedValues[keyPath: keyPath] }

    func link(_ name: String, _ context: RenderContext) {
        link.host = context.host
        if !context.isCommands {
            context.host.warn("@FocusedValue\(name) in a view: the stand-in knows focused values in menus only")
        }
    }
}

extension View {
    public func focusedSceneValue<Value>(
        _ keyPath: WritableKeyPath<FocusedValues, Value?>,
        _ value: Value?
    ) -> some View {
        changingNodes { nodes, context in
            context.host.focusedValues[keyPath: keyPath] = value
            return nodes
        }
    }
}
