// The models of the core in memory.
import Foundation

extension MockSettings {
    /// Some models that there are; the prices are those of the day this was written.
    private static let catalogue: [(id: ActiveModel, label: String, window: UInt64, input: UInt64, output: UInt64)] = [
        (ActiveModel(provider: "anthropic", model: "claude-sonnet-5-5"), "Claude Sonnet 5.5", 1_000_000, 2, 10),
        (ActiveModel(provider: "anthropic", model: "claude-opus-5-5"), "Claude Opus 5.5", 1_000_000, 4, 20),
        (ActiveModel(provider: "anthropic", model: "claude-haiku-4-5"), "Claude Haiku 4.5", 200_000, 1, 5),
        (ActiveModel(provider: "openai", model: "gpt-6.1-sol"), "GPT-6.1 Sol", 1_050_000, 2, 10),
        (ActiveModel(provider: "openai", model: "gpt-6-astra"), "GPT-6 Astra", 1_050_000, 10, 50),
        (ActiveModel(provider: "google", model: "gemini-3.8-flash"), "Gemini 3.8 Flash", 1_048_576, 1, 5),
    ]

    static func defaultModel(of provider: ProviderID) -> String? {
        catalogue.first { $0.id.provider == provider }?.id.model
    }

    /// What a request costs; nil where the price is not known.
    func cost(of usage: Usage, at model: ActiveModel) -> Dollars? {
        guard let known = Self.catalogue.first(where: { $0.id == model }) else { return nil }
        let input = (usage.input + usage.cacheRead + usage.cacheWrite) * known.input
        return Dollars(millionths: input + usage.output * known.output)
    }

    var models: [ModelEntry] {
        let status = current
        return Self.catalogue.map { model in
            ModelEntry(
                id: model.id,
                label: model.label,
                isAvailable: status.status(of: model.id.provider)?.isReady == true,
                isDefault: model.id.model == Self.defaultModel(of: model.id.provider),
                contextWindow: model.window,
                inputPrice: Dollars(millionths: model.input * 1_000_000),
                outputPrice: Dollars(millionths: model.output * 1_000_000)
            )
        }
    }
}
