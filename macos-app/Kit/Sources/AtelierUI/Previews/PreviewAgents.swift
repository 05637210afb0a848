// Agents at work, for previews, screen tests and the gallery.
import AtelierKit
import Foundation

extension PreviewData {
    static let project = "/Users/ada/Projects/engine"

    static let diff = """
        --- a/Sources/Session.swift
        +++ b/Sources/Session.swift
        @@ -12,6 +12,7 @@
             func refresh() async throws {
        -        _ = try await endpoint.newToken()
        +        let token = try await endpoint.newToken()
        +        session.token = token
             }
         }
         
        """

    static let todos = [
        TodoItem(id: 0, text: "Find out who stores the token", status: .completed),
        TodoItem(id: 1, text: "Keep the new token", status: .inProgress),
        TodoItem(id: 2, text: "Write a test that expires the token", status: .pending),
    ]

    private static let todoMetadata = #"""
        {"items": [
            {"text": "Find out who stores the token", "status": "completed"},
            {"text": "Keep the new token", "status": "in_progress"},
            {"text": "Write a test that expires the token", "status": "pending"}
        ]}
        """#

    private static func json(_ values: [String: String]) -> String {
        String(decoding: (try? JSONEncoder().encode(values)) ?? Data(), as: UTF8.self)
    }

    /// What an agent has done before the moment that a preview shows.
    private static func beginning(_ id: SessionID) -> MockLog {
        var log = MockLog(id: id, updated: day(6))
        log.append(.sessionProject(path: project), at: day(6))
        log.ask("Mend the login: it fails once the token was refreshed.", of: claude, at: day(6))
        log.say("I look at how the token is stored.", at: day(6, 1))
        log.request("search_files", json(["pattern": "newToken", "path": "Sources"]), at: day(6, 2))
        log.run(at: day(6, 2))
        log.settle(.success(content: "Sources/Session.swift:13", metadata: nil), after: .milliseconds(9), at: day(6, 2))
        log.request("read_file", json(["path": "Sources/Session.swift"]), at: day(6, 2))
        log.run(at: day(6, 2))
        log.settle(.success(content: "12 func refresh() async throws {", metadata: nil), after: .milliseconds(4))
        log.request("todo", "{}", at: day(6, 3))
        log.run(at: day(6, 3))
        log.settle(.success(content: "", metadata: todoMetadata), after: .milliseconds(1), at: day(6, 3))
        log.append(.usage(turn: 1, model: claude.model, usage: Usage(input: 1_200, output: 800, cacheRead: 61_000)))
        return log
    }

    /// A change is made, one failed, and a command runs.
    static var workingLog: MockLog {
        var log = beginning("11111111-5c0e-4f0b-9c69-3f2f4a3d1b66")
        let metadata = json(["diff": diff])
        log.request("edit_file", json(["path": "Sources/Session.swift", "old": "_ = try", "new": "let token = try"]))
        log.run(at: day(6, 4))
        log.settle(
            .success(content: "Edited `Sources/Session.swift`.", metadata: metadata),
            after: .milliseconds(12),
            changing: [ToolFileChange(path: "Sources/Session.swift", operation: .edit)],
            at: day(6, 4)
        )
        log.request("read_file", json(["path": "Tests/LoginTests.swift"]), at: day(6, 5))
        log.run(at: day(6, 5))
        log.settle(.failure(code: "NOT_FOUND", message: "`Tests/LoginTests.swift` does not exist."), at: day(6, 5))
        log.say("There is no test yet. I run those that are there.", at: day(6, 6))
        log.request("shell_exec", json(["command": "swift test --filter Session"]), at: day(6, 7))
        log.run(at: day(6, 7))
        log.write("Building for debugging…\n[12/40] Compiling Engine Session.swift\n", at: day(6, 8))
        log.queue("And keep the old token until the new one works.", at: day(6, 9))
        return log
    }

    /// A command waits for an answer.
    static var askingLog: MockLog {
        var log = beginning("22222222-5c0e-4f0b-9c69-3f2f4a3d1b77")
        log.request("shell_exec", json(["command": "swift test --filter Session"]), at: day(6, 7))
        log.askWhetherToRun(
            ToolQuestion(
                preview: "swift test --filter Session\n\nin .",
                isDangerous: true,
                expiresAt: Date(timeIntervalSinceNow: 271)
            )
        )
        return log
    }

    /// A change to a file waits for an answer.
    static var changingLog: MockLog {
        var log = beginning("33333333-5c0e-4f0b-9c69-3f2f4a3d1b88")
        log.request("edit_file", json(["path": "Sources/Session.swift"]), at: day(6, 4))
        log.askWhetherToRun(ToolQuestion(preview: diff, expiresAt: Date(timeIntervalSinceNow: 299)))
        return log
    }

    @MainActor static var workingChat: ChatModel { chat(workingLog) }
    @MainActor static var askingChat: ChatModel { chat(askingLog) }
    @MainActor static var changingChat: ChatModel { chat(changingLog) }

    /// The name of a command is being typed.
    @MainActor static var commandChat: ChatModel {
        let model = ChatModel(reading: emptyLog, from: MockClient(logs: [emptyLog], commands: commands))
        model.draft = "/re"
        return model
    }

    static let commands = Dictionary(
        uniqueKeysWithValues: [
            command("review", "Looks for mistakes", "[file]", in: ".claude", saying: "Review $ARGUMENTS carefully."),
            command("release", "Writes release notes", in: "~/.atelier", saying: "Write release notes."),
            command("test", "Runs the tests", in: ".claude", saying: "Run the tests."),
        ]
    )

    private static func command(
        _ name: String,
        _ summary: String,
        _ arguments: String? = nil,
        in place: String,
        saying prompt: String
    ) -> (SlashCommand, ExpandedCommand) {
        let source = "\(place)/commands/\(name).md"
        let isReview = name == "review"
        return (
            SlashCommand(name: name, summary: summary, arguments: arguments, source: source),
            ExpandedCommand(
                prompt: prompt,
                model: isReview ? "opus" : nil,
                source: source,
                notRun: isReview ? ["git diff --stat"] : []
            )
        )
    }

    @MainActor static func chat(_ log: MockLog) -> ChatModel {
        ChatModel(reading: log, from: MockClient(logs: [log]))
    }
}
