// Settings and diagnostics in the Kit's words, and back.
internal import AtelierBindings
import AtelierKit
import Foundation

extension AtelierKit.WorkbenchSettings {
    init(_ settings: AtelierBindings.WorkbenchSettings, keys: [AtelierBindings.KeyEntry]) {
        self.init(
            provider: ProviderChoice(settings.provider),
            model: settings.model,
            active: ActiveModel(provider: settings.activeProvider, model: settings.activeModel),
            providers: settings.credentials.map { status in
                ProviderStatus(status, keys: keys.filter { $0.provider == status.provider }.map(KeyEntry.init))
            }
        )
    }
}

extension AtelierKit.ProviderChoice {
    init(_ choice: AtelierBindings.ProviderChoice) {
        self =
            switch choice {
            case .automatic: .automatic
            case .anthropic: .anthropic
            case .openAi: .openAI
            case .google: .google
            case .compatible: .compatible
            case .demo: .demo
            }
    }

    var bindings: AtelierBindings.ProviderChoice {
        switch self {
        case .automatic: .automatic
        case .anthropic: .anthropic
        case .openAI: .openAi
        case .google: .google
        case .compatible: .compatible
        case .demo: .demo
        }
    }
}

extension AtelierKit.ProviderStatus {
    init(_ status: AtelierBindings.CredentialStatus, keys: [AtelierKit.KeyEntry]) {
        self.init(
            id: ProviderChoice(status.provider).rawValue,
            isKeyRequired: status.keyRequired,
            ownBaseURL: status.defaultBaseUrl,
            source: status.source,
            masked: status.masked,
            server: status.baseUrl,
            baseURL: status.chosenBaseUrl,
            model: status.chosenModel,
            keys: keys,
            problem: status.problem
        )
    }
}

extension AtelierKit.KeyEntry {
    init(_ key: AtelierBindings.KeyEntry) {
        self.init(
            name: key.name,
            source: key.source,
            masked: key.masked,
            isInUse: key.inUse,
            lastAccepted: key.lastValidatedMs.map(Date.init(milliseconds:)),
            problem: key.problem
        )
    }
}

extension AtelierKit.SettingsChange {
    /// Throws when a base URL or a model is for a provider that does not exist.
    func bindings() throws -> AtelierBindings.SettingsChange {
        SettingsChange(
            provider: provider?.bindings,
            model: model,
            models: try Self.byChoice(models),
            baseUrls: try Self.byChoice(baseURLs)
        )
    }

    private static func byChoice(_ texts: [ProviderID: String]) throws -> [AtelierBindings.ProviderChoice: String] {
        try Dictionary(uniqueKeysWithValues: texts.map { (try bindingsProvider($0), $1) })
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

/// The provider with that id.
func bindingsProvider(_ id: ProviderID) throws -> AtelierBindings.ProviderChoice {
    guard let choice = AtelierKit.ProviderChoice(rawValue: id) else {
        throw WorkbenchError(.invalidRequest, "Atelier does not know the provider “\(id)”; choose one of the list.")
    }
    return choice.bindings
}
