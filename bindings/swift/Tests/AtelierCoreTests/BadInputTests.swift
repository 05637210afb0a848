// What goes wrong arrives as an error or an event, with the core's own sentence, and nothing is lost.
import AtelierKit
import Foundation
import ModelServer
import Testing

@testable import AtelierCore

/// Checks that a message is a sentence for people which says what it is about, and holds no key.
func expectSentence(_ message: String, about words: String..., at location: SourceLocation = #_sourceLocation) {
    #expect(message.hasSuffix("."), sourceLocation: location)
    #expect(!message.contains(testKey), sourceLocation: location)
    for word in words {
        #expect(message.localizedCaseInsensitiveContains(word), "\(message)", sourceLocation: location)
    }
}

/// What the call throws, which must be a `WorkbenchError`.
func failure(of call: () async throws -> Void) async throws -> WorkbenchError {
    do {
        try await call()
    } catch let error as WorkbenchError {
        return error
    }
    throw DidNotFail()
}

struct DidNotFail: Error {}

extension RealCore {
    @Suite struct BadAnswers {
        /// The error of a turn whose requests are answered by `reply`.
        private func turnError(_ reply: String) async throws -> (code: ErrorCode, message: String) {
            let (server, home) = (try FakeModelServer(), try TemporaryHome())
            try await server.script(default: reply)
            let client = try await home.open(asking: server)
            let (session, transcript) = try await client.turn("Is anybody there?")
            #expect(transcript.outcomes == [.failed])
            #expect(transcript.text(of: .user, .text) == "Is anybody there?")
            #expect(try await client.sessions().map(\.id) == [session])
            try await client.close()
            return try #require(transcript.errors.first)
        }

        @Test func aWrongKey() async throws {
            let body = #"{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"invalid\"}}"#
            let error = try await turnError(#"{"status": 401, "body": "\#(body)"}"#)
            #expect(error.code == .llmAPIError)
            expectSentence(error.message, about: "Anthropic", "key", "Settings")
        }

        @Test func anUnknownModel() async throws {
            let body = #"{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"model: x\"}}"#
            let error = try await turnError(#"{"status": 404, "body": "\#(body)"}"#)
            #expect(error.code == .llmAPIError)
            expectSentence(error.message, about: "model")
        }

        @Test func aPageInsteadOfAnAnswer() async throws {
            let headers = #"{"content-type": "text/html"}"#
            let error = try await turnError(#"{"headers": \#(headers), "body": "<html><h1>Welcome</h1></html>"}"#)
            #expect(error.code == .llmAPIError)
            expectSentence(error.message, about: "base URL")
        }

        @Test func anAnswerThatBreaksOff() async throws {
            let error = try await turnError(#"{"steps": ["start", {"text": ["Half an ans"]}, "close"]}"#)
            #expect(error.code == .llmAPIError)
            expectSentence(error.message)
        }

        @Test func noNetwork() async throws {
            let (server, home) = (try FakeModelServer(), try TemporaryHome())
            try await server.stop()
            let client = try await home.open(asking: server)
            let (_, transcript) = try await client.turn("Is anybody there?")
            #expect(transcript.outcomes == [.failed])
            let error = try #require(transcript.errors.first)
            #expect(error.code == .llmAPIError)
            expectSentence(error.message, about: "connect")
            try await client.close()
        }
    }

    @Suite struct BadSettings {
        @Test func aBaseURLThatIsNoURLIsRefusedWhenItIsSaved() async throws {
            let home = try TemporaryHome()
            let client = try await home.open()
            let change = SettingsChange(baseURLs: ["anthropic": "not a url"])
            let error = try await failure { _ = try await client.save(change) }
            #expect(error.kind == .configuration)
            expectSentence(error.message, about: "URL", "https://")
            #expect(try await client.settings().status(of: "anthropic")?.baseURL == nil)
            try await client.close()
        }

        @Test func aBaseURLThatIsNoURLInTheEnvironmentIsToldWhenItIsNeeded() async throws {
            let home = try TemporaryHome()
            let client = try await home.open(["ANTHROPIC_API_KEY": testKey, "ANTHROPIC_BASE_URL": "not a url"])
            let session = try await client.createSession().id
            let error = try await failure { try await client.send("Hello", to: session) }
            #expect(error.kind == .configuration)
            expectSentence(error.message, about: "URL", "https://")
            #expect(try await client.sessions().map(\.lastSeq) == [0])
            try await client.close()
        }

        @Test func aMissingKeyIsToldWhenAnthropicWasChosen() async throws {
            let home = try TemporaryHome()
            let client = try await home.open()
            _ = try await client.save(SettingsChange(provider: .anthropic))
            let session = try await client.createSession().id
            let error = try await failure { try await client.send("Hello", to: session) }
            #expect(error.kind == .configuration)
            expectSentence(error.message, about: "key", "Settings")
            try await client.close()
        }
    }

    @Suite struct Defects {
        @Test func anErrorThatNobodyForesawArrivesAsADefectWithoutItsText() async throws {
            struct Panic: Error { let text = "secret" }
            let error = try await failure { try await LiveClient.rethrowing { throw Panic() } }
            #expect(error.kind == .internalDefect)
            #expect(!error.message.contains("secret"))
            expectSentence(error.message, about: "report")
        }
    }

    @Suite struct BadDatabases {
        /// The error of opening, and the file as it is afterwards, untouched.
        private func openingError(_ home: TemporaryHome) async throws -> WorkbenchError {
            let before = try? Data(contentsOf: home.database)
            let error = try await failure { _ = try await home.open() }
            let after = try? Data(contentsOf: home.database)
            #expect(after == before)
            #expect(error.kind == .storage)
            let findings = try await LiveClient.diagnostics(for: home.options())
            #expect(findings.contains { $0.level == .problem && $0.finding == error.message })
            return error
        }

        @Test func aFolderInItsPlace() async throws {
            let home = try TemporaryHome()
            try FileManager.default.createDirectory(at: home.database, withIntermediateDirectories: true)
            expectSentence(try await openingError(home).message, about: "atelier.db")
        }

        @Test func aCorruptOne() async throws {
            let home = try TemporaryHome()
            try Data(repeating: 0x41, count: 8192).write(to: home.database)
            expectSentence(try await openingError(home).message, about: "atelier.db", "damaged", "backup")
        }

        @Test func oneOfANewerVersion() async throws {
            let home = try TemporaryHome()
            try await home.open().close()
            // SQLite keeps `user_version` in bytes 60 to 63 of the file.
            var file = try Data(contentsOf: home.database)
            file.replaceSubrange(60..<64, with: [0, 0, 0x27, 0x0F])
            try file.write(to: home.database)
            expectSentence(try await openingError(home).message, about: "9999", "newer", "update Atelier")
        }
    }
}
