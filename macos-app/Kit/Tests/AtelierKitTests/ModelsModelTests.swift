// The models that can be chosen, against a core in memory.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct ModelsModelTests {
    @Test func whoCanBeAskedComesFirst() async throws {
        let key = MockSettings.FoundKey(for: "google", source: "GEMINI_API_KEY", masked: "…3kQA")
        let client = MockClient(settings: MockSettings(foundKeys: [key]))
        let models = ModelsModel(client: client)
        #expect(models.sections.isEmpty)
        await models.load()
        #expect(models.sections.map(\.id) == ["google", "anthropic", "openai"])
        #expect(models.sections.map(\.isAvailable) == [true, false, false])
        _ = try await client.saveKey("sk-ant-0123456789abcdef", for: "anthropic")
        await models.load()
        #expect(models.sections.map(\.id) == ["anthropic", "google", "openai"], "otherwise as the core has them")
        #expect(models.sections.first?.models.first?.label == "Claude Sonnet 5.5")
    }

    @Test func aModelIsCalledByItsLabelAndAnUnknownOneByItsID() async {
        let models = ModelsModel(client: MockClient())
        let (sonnet, other) = (ActiveModel.sonnet, ActiveModel(provider: "compatible", model: "llama3.3"))
        #expect(models.name(of: sonnet) == "Anthropic · claude-sonnet-5-5", "not read yet")
        await models.load()
        #expect(models.name(of: sonnet) == "Anthropic · Claude Sonnet 5.5")
        #expect(models.name(of: other) == "Compatible Server · llama3.3")
    }

    @Test func modelsThatCanNotBeReadSayWhyAndStayAsTheyWere() async {
        let client = MockClient()
        let models = ModelsModel(client: client)
        await models.load()
        await client.fail(.models, with: WorkbenchError(.storage, "The models can't be read."))
        await models.load()
        #expect(models.problem == "The models can't be read." && !models.sections.isEmpty)
        await client.fail(.models, with: nil)
        await models.load()
        #expect(models.problem == nil)
    }

    @Test func whatAModelHoldsAndCostsIsToldInAFewWords() {
        func entry(_ window: UInt64, _ input: UInt64?, _ output: UInt64?) -> ModelEntry {
            ModelEntry(
                id: .sonnet,
                label: "Sonnet",
                isAvailable: true,
                contextWindow: window,
                inputPrice: input.map(Dollars.init),
                outputPrice: output.map(Dollars.init)
            )
        }
        #expect(entry(200_000, 3_000_000, 75_000).facts == "200K context, $3 in, $0.075 out per million tokens")
        #expect(entry(1_000_000, 3_000_000, nil).facts == "1M context")
    }
}

@Suite struct DollarsTests {
    @Test(arguments: [
        (0, "$0"), (1, "<$0.0001"), (49, "<$0.0001"), (50, "$0.0001"), (12_345, "$0.0123"), (12_350, "$0.0124"),
        (999_949, "$0.9999"), (999_950, "$1.00"), (1_000_000, "$1.00"), (12_345_000, "$12.35"), (1_004_999, "$1.00"),
        (UInt64.max / 2, "$9223372036854.78"),
    ])
    func aCostIsRoundedButNeverAwayToNothing(_ millionths: UInt64, _ text: String) {
        #expect(Dollars(millionths: millionths).cost == text)
    }

    @Test(arguments: [
        (0, "$0"), (3_000_000, "$3"), (2_500_000, "$2.50"), (75_000, "$0.075"), (12_500_001, "$12.500001"),
        (100_000, "$0.10"),
    ])
    func aPriceKeepsItsDigits(_ millionths: UInt64, _ text: String) {
        #expect(Dollars(millionths: millionths).price == text)
    }
}

@MainActor
@Suite struct ModelChoiceTests {
    let client: MockClient

    init() {
        let logs = [MockLog(id: "s1"), MockLog(id: "s2")]
        client = MockClient(logs: logs, settings: MockSettings(provider: .demo)) { _ in MockAnswer(pieces: ["Hello"]) }
    }

    private func asked(in session: SessionID) async throws -> [ActiveModel] {
        try await client.log(of: session).events.compactMap { event in
            guard case .turnStarted(_, let provider, let model) = event.body else { return nil }
            return ActiveModel(provider: provider, model: model)
        }
    }

    @Test func aChoiceHoldsForItsSessionAloneAndInEachWindow() async throws {
        _ = try await client.saveKey("sk-ant-0123456789abcdef", for: "anthropic")
        let choices = ModelChoices()
        let first = LibraryModel(client: client, choices: choices, frame: .zero)
        await first.refresh()
        first.selection = "s1"
        first.chat?.choice = .sonnet
        first.selection = "s2"
        #expect(first.chat?.choice == nil)

        let second = LibraryModel(client: client, choices: choices, frame: .zero)
        await second.refresh()
        second.selection = "s1"
        #expect(second.chat?.choice == .sonnet, "another window, or the same one opened again")
        second.chat?.draft = "Hi"
        await second.chat?.send()
        #expect(try await asked(in: "s1") == [.sonnet])
    }

    @Test func aChoiceThatCanNotBeAskedKeepsTheDraftAndSaysWhy() async throws {
        let chat = ChatModel(summary: try await client.log(of: "s1").summary, client: client, frame: .zero)
        chat.choice = .sonnet
        chat.draft = "Hi"
        await chat.send()
        #expect(chat.problem?.concernsProvider == true && chat.draft == "Hi")
        chat.choice = nil
        await chat.tryAgain()
        #expect(try await asked(in: "s1").map(\.isDemo) == [true])
        #expect(chat.draft.isEmpty)
    }
}

@MainActor
@Suite struct OtherModelTests {
    let chat = ChatModel(summary: MockLog(id: "s1").summary, client: MockClient())

    @Test func aModelIsNamedByItsIDBeginningWithTheProviderThatAnswers() {
        chat.beginOtherModel(like: ActiveModel(provider: "google", model: "gemini-3.8-flash"))
        #expect(chat.isNamingOtherModel && !chat.canUseOtherModel)
        #expect(chat.otherModel == ActiveModel(provider: "google", model: ""))
        chat.useOtherModel()
        #expect(chat.choice == nil, "no model is named yet")
        chat.otherModel.model = "  gemini-99 \n"
        chat.useOtherModel()
        #expect(chat.choice == ActiveModel(provider: "google", model: "gemini-99") && !chat.isNamingOtherModel)
    }

    @Test func whoeverTheDemoAnswersForNamesAModelOfTheProviderOfLastTime() {
        chat.beginOtherModel(like: ActiveModel(provider: "openai", model: ""))
        chat.beginOtherModel(like: .demo)
        #expect(chat.otherModel.provider == "openai")
    }
}

extension ActiveModel {
    fileprivate static let sonnet = ActiveModel(provider: "anthropic", model: "claude-sonnet-5-5")
}
