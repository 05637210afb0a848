// What screen tests share: a desktop that remembers, and chats on a screen.
import AtelierKit
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

/// All screen tests, one after the other: they share the main actor, so side by side they would only wait for it.
@Suite(.serialized) struct ScreenTests {}

/// Remembers what the app asked of the desktop.
@MainActor
final class RecordingDesktop: Desktop {
    private(set) var copied: [String] = []
    private(set) var revealed: [String] = []
    private(set) var opened: [String] = []
    private(set) var lineBreaks = 0
    private(set) var saved: [String: String] = [:]

    func copy(_ text: String) { copied.append(text) }
    func reveal(path: String) { revealed.append(path) }
    func open(address: String) { opened.append(address) }
    func save(_ text: String, suggestedName name: String) async throws { saved[name] = text }
    func insertLineBreak() { lineBreaks += 1 }
}

/// A chat on a screen, over a core in memory.
@MainActor
struct ChatOnScreen {
    let client: MockClient
    let model: ChatModel
    let settings: SettingsModel
    let desktop = RecordingDesktop()
    let screen: Screen

    init(_ log: MockLog = PreviewData.emptyLog, settings mockSettings: MockSettings = MockSettings()) async {
        client = MockClient(logs: [log], settings: mockSettings)
        model = ChatModel(summary: log.summary, client: client, frame: .zero)
        settings = SettingsModel(client: client)
        await settings.load()
        screen = Screen(ChatView(model: model, settings: settings).environment(\.desktop, desktop))
    }

    var id: SessionID { model.id }

    /// Waits until the chat has read all that its log holds.
    func caughtUp() async throws {
        let (client, model) = (client, model)
        try await screen.wait(for: "the log") { _ in
            model.position == (try await client.log(of: model.id)).summary.lastSeq
        }
    }
}

extension Screen {
    /// Everything that is written on the screen, in one text.
    var allText: String { texts.joined(separator: "\n") }

    /// What VoiceOver could not say, and what SwiftUI would complain about.
    var complaints: [String] { accessibilityProblems() + warnings }
}
