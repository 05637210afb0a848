// Modifiers that run something when a view comes, goes or sees a value change.

extension View {
    public func onAppear(perform action: (() -> Void)? = nil) -> some View {
        effect(Effect(appear: action))
    }

    public func onDisappear(perform action: (() -> Void)? = nil) -> some View {
        effect(Effect(disappear: action))
    }

    public func task(
        priority: TaskPriority = .userInitiated,
        @_inheritActorContext _ action: @escaping @Sendable () async -> Void
    ) -> some View {
        effect(Effect(task: { Task(priority: priority) { await action() } }))
    }

    /// The task is cancelled and started again when `value` changes.
    public func task<Value: Equatable>(
        id value: Value,
        priority: TaskPriority = .userInitiated,
        @_inheritActorContext _ action: @escaping @Sendable () async -> Void
    ) -> some View {
        effect(
            Effect(
                task: { Task(priority: priority) { await action() } },
                differs: { ($0.value as? Value) != value },
                value: value
            )
        )
    }

    public func onChange<Value: Equatable>(
        of value: Value,
        initial: Bool = false,
        _ action: @escaping () -> Void
    ) -> some View {
        onChange(of: value, initial: initial) { _, _ in action() }
    }

    public func onChange<Value: Equatable>(
        of value: Value,
        initial: Bool = false,
        _ action: @escaping (_ oldValue: Value, _ newValue: Value) -> Void
    ) -> some View {
        effect(
            Effect(
                appear: initial ? { action(value, value) } : nil,
                differs: { ($0.value as? Value) != value },
                change: { old in
                    if let old = old.value as? Value { action(old, value) }
                },
                value: value
            )
        )
    }

    private func effect(_ effect: Effect) -> some View {
        changingNodes { nodes, context in
            context.host.add(effect, in: context.slot)
            return nodes
        }
    }
}
