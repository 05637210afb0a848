// Settings and diagnostics in the Kit's words, and back.
internal import AtelierBindings
import AtelierKit

extension AtelierKit.WorkbenchSettings {
    init(_ settings: AtelierBindings.WorkbenchSettings) {
        self.init(
            provider: ProviderChoice(settings.provider),
            model: settings.model,
            baseURL: settings.baseUrl,
            active: ActiveModel(provider: settings.activeProvider, model: settings.activeModel),
            keys: settings.credentials.map(KeyStatus.init)
        )
    }
}

extension AtelierKit.ProviderChoice {
    init(_ choice: AtelierBindings.ProviderChoice) {
        self =
            switch choice {
            case .automatic: .automatic
            case .anthropic: .anthropic
            case .demo: .demo
            }
    }

    var bindings: AtelierBindings.ProviderChoice {
        switch self {
        case .automatic: .automatic
        case .anthropic: .anthropic
        case .demo: .demo
        }
    }
}

extension AtelierKit.KeyStatus {
    init(_ status: AtelierBindings.CredentialStatus) {
        let provider = ProviderChoice(status.provider)
        self.init(
            provider: provider.rawValue,
            name: provider.rawValue.capitalized,
            source: status.source,
            masked: status.masked,
            isRemovable: status.removable,
            problem: status.problem
        )
    }
}

extension AtelierKit.SettingsChange {
    var bindings: AtelierBindings.SettingsChange {
        SettingsChange(provider: provider?.bindings, model: model, baseUrl: baseURL)
    }
}

extension AtelierKit.Diagnostic {
    init(_ diagnostic: AtelierBindings.Diagnostic) {
        let level: Level =
            switch diagnostic.level {
            case .ok: .good
            case .note: .notice
            case .problem: .problem
            }
        self.init(
            subject: diagnostic.subject,
            level: level,
            finding: diagnostic.finding,
            remedy: diagnostic.remedy,
            path: diagnostic.path
        )
    }
}

/// The provider with that id, where it is one that takes a key.
func bindingsProvider(_ id: ProviderID) throws -> AtelierBindings.ProviderChoice {
    guard let choice = AtelierKit.ProviderChoice(rawValue: id) else {
        throw WorkbenchError(.invalidRequest, "Atelier does not know the provider “\(id)”; choose one of the list.")
    }
    return choice.bindings
}
