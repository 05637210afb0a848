// Slash commands over the real core.
import AtelierCore
import AtelierKit
import Foundation
import ModelServer
import Testing

extension RealCore {
    /// A command of the user's own that allows a change.
    @Suite struct Commands {
        @Test func whatTheUsersOwnCommandAllowsNeedsNoQuestionInItsTurn() async throws {
            let (server, home) = (try FakeModelServer(), try TemporaryHome())
            let commands = home.folder.appending(path: ".claude/commands")
            let project = home.folder.appending(path: "project")
            for folder in [commands, project] {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            }
            try Data("---\nallowed-tools: Edit(note.txt)\n---\nWrite a note.\n".utf8)
                .write(to: commands.appending(path: "note.md"))
            let client = try await home.open(asking: server)
            let session = try await client.createSession().id
            try await client.work(in: project.path(percentEncoded: false), session)
            let writing = FakeModelServer.message(
                [##"{"tool_use": ["toolu_1", "write_file", ["{\"path\": \"note.txt\", \"content\": \"Noted.\"}"]]}"##],
                stop: "tool_use"
            )
            try await server.script(default: FakeModelServer.message([#"{"text": ["Done."]}"#]), first: [writing])
            let folder = project.path(percentEncoded: false)
            let command = try #require(try await client.expand("/note", in: folder))
            #expect(command.allowed == ["Edit(note.txt)"])
            try await client.send(command.prompt, to: session, choosing: TurnChoice(allowed: command.allowed))
            let log = try await client.read(session)
            #expect(log.outcomes == [.completed])
            let asked = log.events.contains { event in
                if case .toolCall(_, .some) = event.body { true } else { false }
            }
            #expect(!asked && FileManager.default.fileExists(atPath: "\(folder)/note.txt"))
            try await client.close()
        }
    }
}
