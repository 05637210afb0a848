// @FocusState: which control has the keyboard.

/// Reads and moves the keyboard focus.
@propertyWrapper
public struct FocusState<Value: Hashable>: DynamicProperty, LinkedProperty {
    let link: StateLink<Value>

    public init() where Value == Bool { link = StateLink(false) }

    public init<T: Hashable>() where Value == T? { link = StateLink(nil) }

    public var wrappedValue: Value {
        get { link.value }
        nonmutating set { projectedValue.wrappedValue = newValue }
    }

    public var projectedValue: Binding { Binding(link: link) }

    /// What `focused` takes.
    @propertyWrapper
    public struct Binding {
        let link: StateLink<Value>

        public var wrappedValue: Value {
            get { link.value }
            nonmutating set {
                if link.value != newValue { link.value = newValue }
            }
        }

        public var projectedValue: Binding { self }
    }

    func link(_ name: String, _ context: RenderContext) { link.mount(name, context) }
}

extension View {
    public func focused(_ condition: FocusState<Bool>.Binding) -> some View {
        control { node in
            node.isFocused = condition.wrappedValue
            node.setFocus = { condition.wrappedValue = $0 }
        }
    }

    public func focused<Value: Hashable>(_ binding: FocusState<Value?>.Binding, equals value: Value) -> some View {
        control { node in
            node.isFocused = binding.wrappedValue == value
            node.setFocus = { isFocused in
                if isFocused {
                    binding.wrappedValue = value
                } else if binding.wrappedValue == value {
                    binding.wrappedValue = nil
                }
            }
        }
    }
}
