// What is configured: settings, keys and servers of the real core.
internal import AtelierBindings
import AtelierKit

extension LiveClient {
    public func settings() async throws -> AtelierKit.WorkbenchSettings {
        try await whole { try await core.settings() }
    }

    public func settingsChanges() -> AsyncThrowingStream<Void, any Error> {
        let reader = SettingsReader(core: core)
        return AsyncThrowingStream { try await reader.next() }
    }

    public func save(_ change: AtelierKit.SettingsChange) async throws -> AtelierKit.WorkbenchSettings {
        try await whole { try await core.changeSettings(change: try change.bindings()) }
    }

    public func saveKey(
        _ key: String,
        named name: String,
        for provider: ProviderID
    ) async throws -> AtelierKit.WorkbenchSettings {
        try await whole {
            try await core.saveNamedKey(provider: try bindingsProvider(provider), name: name, key: key)
        }
    }

    public func removeKey(named name: String, for provider: ProviderID) async throws -> AtelierKit.WorkbenchSettings {
        try await whole { try await core.removeNamedKey(provider: try bindingsProvider(provider), name: name) }
    }

    public func useKey(named name: String, for provider: ProviderID) async throws -> AtelierKit.WorkbenchSettings {
        try await whole { try await core.useKey(provider: try bindingsProvider(provider), name: name) }
    }

    public func checkKey(named name: String?, for provider: ProviderID) async throws -> Bool {
        try await Self.rethrowing { try await core.checkKey(provider: try bindingsProvider(provider), name: name) }
    }

    public func localServers() async throws -> [AtelierKit.LocalServer] {
        try await Self.rethrowing {
            try await core.localServers().map { LocalServer(name: $0.label, baseURL: $0.baseUrl, models: $0.models) }
        }
    }

    /// The settings that a call answers, with the keys that they do not name.
    private func whole(
        _ call: () async throws -> AtelierBindings.WorkbenchSettings
    ) async throws -> AtelierKit.WorkbenchSettings {
        try await Self.rethrowing {
            let settings = try await call()
            return WorkbenchSettings(settings, keys: try await core.keys())
        }
    }
}
