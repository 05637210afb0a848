// What the views beside the changes of a repository have in common.

/// A model of another side of the repository whose changes are shown: what it does may change those too.
@MainActor
protocol BesideChanges: Asking {
    var changes: ChangesModel { get }
    /// Reads what is shown again.
    func load() async
}

extension BesideChanges {
    var client: any WorkspaceClient & GitClient { changes.client }
    var folder: String { changes.folder }

    /// Asks before something is done that can't be taken back.
    func ask(
        _ title: String,
        _ message: String,
        _ confirmation: String,
        _ action: @escaping @MainActor (Self) async throws -> Void
    ) {
        question = Question(title, message, confirmation) { [weak self] in await self?.act(action) }
    }

    /// Does something when the repository is free and reads everything again. Answers whether it went well.
    @discardableResult
    func act(_ action: @MainActor (Self) async throws -> Void) async -> Bool {
        var isDone = false
        await changes.act {
            try await action(self)
            isDone = true
        }
        // What the repository refuses is told where it was asked for.
        (problems.doing, changes.problems.doing) = (changes.problems.doing, nil)
        await load()
        return isDone
    }
}
