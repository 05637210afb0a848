// What previews, screen tests and the gallery show: one small world in all the states that matter.
import AtelierKit
import Foundation

/// Fixtures. Each use makes its own, so that nothing is shared.
enum PreviewData {
    static let refusedKey =
        "Anthropic did not accept the API key: check the key in Settings or in ANTHROPIC_API_KEY."
    static let foreignKey =
        "The key from GEMINI_API_KEY contains white space or characters that no key has; correct it or remove it."
    static let newerDatabase =
        "The database was written by a newer version of Atelier: update Atelier to open it. Nothing was changed."
    static let claude = ActiveModel(provider: "anthropic", model: "claude-sonnet-5-5")

    private static let answer = """
        The refresh handler asks for a new token and then drops it, so the next request still carries the old one. \
        This keeps it:

        ```swift
        func refresh() async throws {
            let token = try await endpoint.newToken()
            session.token = token
        }
        ```

        A test that expires the token once would have caught it. Shall I add one?
        """

    // MARK: Sessions

    static var finishedLog: MockLog {
        var log = MockLog(id: "0d7f6a52-5c0e-4f0b-9c69-3f2f4a3d1b11", updated: day(5))
        log.ask("Why does the login fail after the token was refreshed?", of: claude, at: day(5))
        log.say("The token is refreshed in one place. I should look at who stores it.", as: .thinking, at: day(5, 0.8))
        log.say(answer, at: day(5, 3.1))
        log.finish(usage: Usage(input: 804, output: 412, cacheRead: 1_000, reasoning: 96), at: day(5, 5.2))
        return log
    }

    static var turnTotals: TurnTotals {
        let usage = Usage(input: 804, output: 412, cacheRead: 1_000, reasoning: 96)
        let totals = Totals(requests: 1, usage: usage, cost: Dollars(millionths: 7_728))
        return TurnTotals(turn: 1, model: claude, totals: totals, firstToken: .seconds(0.8), duration: .seconds(5.2))
    }

    static var waitingLog: MockLog {
        var log = MockLog(id: "7c1e2f3a-4b5c-4d6e-8f90-a1b2c3d4e555", updated: day(1))
        log.ask("What changed in the last release?", of: claude, at: day(1))
        log.retry(after: "Anthropic is overloaded: wait a little and send it again.", wait: .seconds(4), at: day(1))
        return log
    }

    static var streamingLog: MockLog {
        var log = MockLog(id: "6a1f8e1c-2a57-4b44-8d5a-7f1d0f0c9a22", updated: day(4))
        log.ask("Write release notes for version 0.1.", of: claude, at: day(4))
        log.say("They want it short.", as: .thinking, at: day(4))
        log.say("Atelier 0.1 is the first version that", at: day(4))
        return log
    }

    static var failedLog: MockLog {
        var log = MockLog(id: "b3c5d4de-93f4-4b0e-8a07-5f8b8f7b6c33", updated: day(3))
        log.ask("Summarise the changes of this week.", of: claude, at: day(3))
        log.fail(.llmAPIError, refusedKey, at: day(3))
        return log
    }

    static var emptyLog: MockLog { MockLog(id: "e0f1a2b3-0001-4002-8003-000000000044", updated: day(2)) }

    static let hit = SearchHit(
        session: "0d7f6a52-5c0e-4f0b-9c69-3f2f4a3d1b11",
        title: "Why does the login fail after the token was refreshed?",
        message: 3,
        at: day(5),
        snippet: [
            SearchHit.Part(text: "The refresh handler asks for a new ", isFound: false),
            SearchHit.Part(text: "token", isFound: true),
            SearchHit.Part(text: " and then drops it…", isFound: false),
        ]
    )

    static var summaries: [SessionSummary] { logs.map(\.summary) }

    private static var logs: [MockLog] { [finishedLog, streamingLog, failedLog, emptyLog] }

    static func day(_ day: Int, _ seconds: Double = 0) -> Date {
        Date(timeIntervalSince1970: 1_767_603_600 + Double(day) * 86_400 + seconds)
    }

    // MARK: Models

    static var client: MockClient {
        MockClient(
            logs: logs,
            settings: MockSettings(foundKeys: keys),
            diagnostics: diagnostics,
            localServers: localServers,
            folders: MockFolders(AllowedFolders(paths: ["/Users/ada/Projects/engine", "/Users/ada/Notes"])),
            tools: tools
        ) { _ in
            MockAnswer(
                thinking: ["I should look at who stores the token."],
                pieces: answer.split(separator: " ", omittingEmptySubsequences: false).map { "\($0) " },
                pause: .milliseconds(40)
            )
        }
    }

    /// Keys as they are found on a developer's machine: one that works, one that does not.
    static let keys = [
        MockSettings.FoundKey(for: "anthropic", source: "ANTHROPIC_API_KEY", masked: "…3kQA"),
        MockSettings.FoundKey(for: "google", problem: foreignKey),
    ]

    static let localServers = [
        LocalServer(name: "Ollama", baseURL: "http://127.0.0.1:11434/v1", models: ["llama3.3", "qwen3:32b"]),
        LocalServer(name: "llama.cpp", baseURL: "http://127.0.0.1:8080/v1", models: []),
    ]

    @MainActor static var settings: SettingsModel { SettingsModel(client: client) }

    @MainActor static var folders: FoldersModel { FoldersModel(client: client, access: MockFolderAccess()) }

    /// A provider as the settings show it.
    @MainActor static func provider(_ id: ProviderID) -> ProviderModel {
        let status = MockSettings(foundKeys: keys).current.status(of: id) ?? ProviderStatus(id: id)
        return ProviderModel(status: status, client: client)
    }

    @MainActor static var finishedChat: ChatModel { ChatModel(reading: finishedLog, from: client) }
    @MainActor static var streamingChat: ChatModel { ChatModel(reading: streamingLog, from: client) }
    @MainActor static var waitingChat: ChatModel { ChatModel(reading: waitingLog, from: client) }
    @MainActor static var failedChat: ChatModel { ChatModel(reading: failedLog, from: client) }
    @MainActor static var emptyChat: ChatModel { ChatModel(reading: emptyLog, from: client) }

    @MainActor static var brokenLaunch: LaunchModel {
        LaunchModel { throw WorkbenchError(.storage, newerDatabase) }
    }

    static let diagnostics = [
        Diagnostic(subject: "Version", level: .good, finding: "0.1.0"),
        Diagnostic(subject: "Key", level: .good, finding: "…3kQA from ANTHROPIC_API_KEY"),
        Diagnostic(
            subject: "Database",
            level: .good,
            finding: "/Users/ada/Library/Application Support/Atelier/atelier.db",
            path: "/Users/ada/Library/Application Support/Atelier/atelier.db"
        ),
        Diagnostic(
            subject: "Log folder",
            level: .notice,
            finding: "The log folder /Users/ada/Library/Logs/Atelier can't be written, so nothing is logged.",
            remedy: "Allow writing to it.",
            path: "/Users/ada/Library/Logs/Atelier"
        ),
        Diagnostic(
            subject: "Settings file",
            level: .problem,
            finding: "The settings file /Users/ada/.config/atelier/settings.json is not valid JSON.",
            remedy: "Mend it or move it away; Atelier leaves it as it is.",
            path: "/Users/ada/.config/atelier/settings.json"
        ),
    ]
}
