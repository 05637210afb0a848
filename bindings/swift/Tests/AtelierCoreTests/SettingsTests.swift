// What is configured, as it reaches Swift.
import AtelierCore
import AtelierKit
import Foundation
import Testing

extension RealCore {
    @Suite struct Settings {
        /// Changes something again and again until `client` is told. Nobody knows when it has begun to follow.
        private func change(
            until client: LiveClient,
            _ change: @escaping @Sendable (Int) async throws -> Void
        ) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for try await _ in client.settingsChanges() { return }
                    throw EndedTooEarly(read: 0)
                }
                group.addTask {
                    for round in 0... {
                        try await change(round)
                        try await Task.sleep(for: .milliseconds(50))
                    }
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        }

        @Test func whatAnotherProcessChangesIsSeen() async throws {
            let home = try TemporaryHome()
            let (here, elsewhere) = (try await home.open(), try await home.open())
            try await change(until: here) { round in
                _ = try await elsewhere.save(SettingsChange(provider: .demo, model: "model-\(round)"))
            }
            #expect(try await here.settings().provider == .demo)
            try await elsewhere.close()
            try await here.close()
        }

        @Test func whatAnEditorWritesIsSeen() async throws {
            let home = try TemporaryHome()
            let client = try await home.open()
            _ = try await client.save(SettingsChange(provider: .demo))
            let file = home.folder.appending(path: "config/settings.json")
            let text = try String(contentsOf: file, encoding: .utf8)
            try await change(until: client) { round in
                let edited = text.replacing("\"demo\"", with: "\"google\"") + String(repeating: "\n", count: round)
                try Data(edited.utf8).write(to: file)
            }
            #expect(try await client.settings().provider == .google)
            try await client.close()
        }
    }
}
