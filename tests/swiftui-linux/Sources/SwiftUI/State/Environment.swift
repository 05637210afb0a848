// @Environment: reading what a view inherits, and the modifiers that set it.

/// The environment that a property reads from.
final class EnvironmentLink {
    var values: EnvironmentValues?
}

/// Reads a value or an observable object that a view inherits.
@propertyWrapper
public struct Environment<Value>: DynamicProperty, LinkedProperty {
    private let link = EnvironmentLink()
    private let read: (EnvironmentValues) -> Value

    public init(_ keyPath: KeyPath<EnvironmentValues, Value>) {
        read = { $0[keyPath: keyPath] }
    }

    public init(_ objectType: Value.Type) where Value: AnyObject & Observable {
        read = { values in
            guard let object = values.objects[ObjectIdentifier(objectType)] as? Value else {
                fatalError(
                    "No Observable object of type \(objectType) found. A View.environmentObject(_:) for "
                        + "\(objectType) may be missing as an ancestor of this view."
                )
            }
            return object
        }
    }

    public init<Object: AnyObject & Observable>(_ objectType: Object.Type) where Value == Object? {
        read = { $0.objects[ObjectIdentifier(objectType)] as? Object }
    }

    public var wrappedValue: Value { read(link.values ?? EnvironmentValues()) }

    func link(_ name: String, _ context: RenderContext) { link.values = context.environment }
}

extension View {
    public func environment<Value>(
        _ keyPath: WritableKeyPath<EnvironmentValues, Value>,
        _ value: Value
    ) -> some View {
        changingEnvironment { $0[keyPath: keyPath] = value }
    }

    public func environment<Object: AnyObject & Observable>(_ object: Object?) -> some View {
        changingEnvironment { $0.objects[ObjectIdentifier(Object.self)] = object }
    }
}
