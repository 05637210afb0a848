// Working trees, for previews, screen tests and the gallery.
import AtelierKit

extension PreviewData {
    static let trees = MockWorktrees(
        trees: [
            Worktree(path: project, branch: "main"),
            Worktree(path: "\(project)/.atelier/mend-the-login", branch: "atelier/mend-the-login"),
            Worktree(path: "\(project)/.atelier/faster-start", branch: "atelier/faster-start"),
        ],
        states: [
            "\(project)/.atelier/mend-the-login": WorktreeState(
                ahead: 2,
                committed: ["Sources/Session.swift", "Tests/LoginTests.swift"],
                uncommitted: ["README.md"]
            )
        ],
        setup: SetupScript(script: "swift package resolve", isFromProject: true, isAllowed: nil),
        remote: "https://git.example/ada/engine"
    )

    @MainActor static var worktrees: WorktreesModel {
        let model = WorktreesModel(client: MockClient(worktrees: trees))
        model.show(in: project)
        return model
    }
}
