// @AppStorage and @SceneStorage: values that outlive a view. The stand-in keeps them in memory only.

/// Values by name, and who is told when one changes. Gone when the process ends.
package final class StoredValues {
    private var values: [String: Any] = [:]
    private var readers: [DirtyFlag] = []

    package init() {}

    func add(_ reader: DirtyFlag) { readers.append(reader) }

    func remove(_ reader: DirtyFlag) { readers.removeAll { $0 === reader } }

    subscript(name: String) -> Any? {
        get { values[name] }
        set {
            values[name] = newValue
            for reader in readers { reader.set() }
        }
    }
}

/// A stored value of one type: how it is read and written. What both property wrappers are made of.
private struct StoredProperty<Value> {
    private final class Link {
        var values: StoredValues?
    }

    private let name: String
    private let initial: Value
    private let encode: (Value) -> Any
    private let decode: (Any) -> Value?
    private let link = Link()

    init(_ name: String, _ initial: Value) {
        self.name = name
        self.initial = initial
        encode = { $0 }
        decode = { $0 as? Value }
    }

    init(raw name: String, _ initial: Value) where Value: RawRepresentable {
        self.name = name
        self.initial = initial
        encode = { $0.rawValue }
        decode = { ($0 as? Value.RawValue).flatMap(Value.init(rawValue:)) }
    }

    var value: Value {
        get { link.values?[name].flatMap(decode) ?? initial }
        nonmutating set { link.values?[name] = encode(newValue) }
    }

    var binding: Binding<Value> { Binding(reading: { value }, writing: { value = $0 }) }

    func mount(_ values: StoredValues) { link.values = values }
}

/// A value kept in the app's settings.
@propertyWrapper
public struct AppStorage<Value>: DynamicProperty, LinkedProperty {
    private let stored: StoredProperty<Value>

    public var wrappedValue: Value {
        get { stored.value }
        nonmutating set { stored.value = newValue }
    }

    public var projectedValue: Binding<Value> { stored.binding }

    func link(_ name: String, _ context: RenderContext) { stored.mount(context.host.preferences) }
}

extension AppStorage {
    public init(wrappedValue: Value, _ key: String) where Value == Bool { stored = .init(key, wrappedValue) }

    public init(wrappedValue: Value, _ key: String) where Value == Int { stored = .init(key, wrappedValue) }

    public init(wrappedValue: Value, _ key: String) where Value == Double { stored = .init(key, wrappedValue) }

    public init(wrappedValue: Value, _ key: String) where Value == String { stored = .init(key, wrappedValue) }

    public init(wrappedValue: Value, _ key: String) where Value: RawRepresentable, Value.RawValue == String {
        stored = .init(raw: key, wrappedValue)
    }

    public init(_ key: String) where Value == String? { stored = .init(key, nil) }
}

/// A value kept with a window.
@propertyWrapper
public struct SceneStorage<Value>: DynamicProperty, LinkedProperty {
    private let stored: StoredProperty<Value>

    public var wrappedValue: Value {
        get { stored.value }
        nonmutating set { stored.value = newValue }
    }

    public var projectedValue: Binding<Value> { stored.binding }

    func link(_ name: String, _ context: RenderContext) { stored.mount(context.host.sceneValues) }
}

extension SceneStorage {
    public init(wrappedValue: Value, _ key: String) where Value == Bool { stored = .init(key, wrappedValue) }

    public init(wrappedValue: Value, _ key: String) where Value == Int { stored = .init(key, wrappedValue) }

    public init(wrappedValue: Value, _ key: String) where Value == String { stored = .init(key, wrappedValue) }

    public init(wrappedValue: Value, _ key: String) where Value: RawRepresentable, Value.RawValue == String {
        stored = .init(raw: key, wrappedValue)
    }

    public init(_ key: String) where Value == String? { stored = .init(key, nil) }
}
