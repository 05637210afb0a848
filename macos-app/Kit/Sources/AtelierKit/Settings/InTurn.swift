// Changes one after the other.

/// What changes one thing, in the order in which it was asked for. Each begins when the one before has ended, so nobody's
/// wish is passed over and none is carried out on what is out of date.
@MainActor
final class InTurn {
    private var last: Task<Void, Never>?

    /// Does it when its turn has come, and returns when it is done.
    func callAsFunction(_ action: @escaping @MainActor () async -> Void) async {
        let before = last
        let task = Task {
            await before?.value
            await action()
        }
        last = task
        await task.value
    }
}
