// Models, and the choice of one, in the Kit's words and back.
internal import AtelierBindings
import AtelierKit

extension AtelierKit.ModelEntry {
    init(_ entry: AtelierBindings.ModelEntry) {
        self.init(
            id: ActiveModel(provider: entry.provider, model: entry.id),
            label: entry.label,
            isAvailable: entry.available,
            isDefault: entry.isDefault,
            contextWindow: entry.contextWindow,
            inputPrice: entry.inputPrice.map(Dollars.init),
            outputPrice: entry.outputPrice.map(Dollars.init)
        )
    }
}

extension AtelierBindings.TurnChoice {
    /// Throws when there is no such provider.
    init(_ choice: AtelierKit.TurnChoice) throws {
        self.init(
            provider: try choice.provider.map(bindingsProvider),
            model: choice.model,
            effort: choice.effort?.bindings,
            allowed: choice.allowed
        )
    }
}
