// What is configured, as it reaches Swift.
import AtelierCore
import AtelierKit
import Foundation
import Testing

extension RealCore {
    @Suite struct Settings {
        @Test func whatAnotherProcessChangesIsSeen() async throws {
            let home = try TemporaryHome()
            let (here, elsewhere) = (try await home.open(), try await home.open())
            var changes = here.settingsChanges().makeAsyncIterator()
            try #require(try await changes.next() != nil)
            _ = try await elsewhere.save(SettingsChange(provider: .demo, model: "model-1"))
            try #require(try await changes.next() != nil)
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
            var changes = client.settingsChanges().makeAsyncIterator()
            try #require(try await changes.next() != nil)
            try Data(text.replacing("\"demo\"", with: "\"google\"").utf8).write(to: file)
            try #require(try await changes.next() != nil)
            #expect(try await client.settings().provider == .google)
            try await client.close()
        }
    }
}
