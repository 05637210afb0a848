// Files to be found, for previews, screen tests and the gallery.
import AtelierKit

extension PreviewData {
    static let files = MockFinding(files: [
        "Sources/Engine/Session.swift": """
        func refresh() async throws {
            let token = try await endpoint.newToken()
            session.token = token
        }
        """,
        "Sources/Engine/Endpoint.swift": "struct Endpoint {\n    func newToken() async throws -> Token\n}",
        "Tests/EngineTests/SessionTests.swift": "@Test func anExpiredTokenIsRefreshed() async throws {}",
        "README.md": "# Engine\n\nThe session keeps a token.",
    ])

    /// A file is being mentioned.
    @MainActor static var mentionChat: ChatModel {
        let model = ChatModel(reading: workingLog, from: MockClient(logs: [workingLog], finding: files))
        model.draft = "Look at @sess"
        return model
    }

    /// A palette with something in it.
    @MainActor static func finding(_ palette: FindingModel.Palette) -> FindingModel {
        let model = FindingModel(client: MockClient(finding: files))
        model.show(palette, in: project)
        model.quickOpen.letters = "sess"
        model.search.query.pattern = "token"
        model.search.search()
        return model
    }
}
