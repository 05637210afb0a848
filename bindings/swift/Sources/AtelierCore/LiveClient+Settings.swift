// What is configured: settings, keys and servers of the real core.
internal import AtelierBindings
import AtelierKit

extension LiveClient {
    public func settings() async throws -> AtelierKit.WorkbenchSettings {
        try await whole { try await core.settings() }
    }

    public func settingsChanges() -> AsyncThrowingStream<Void, any Error> {
        let core = core
        let reader = PulledReader {
            try await core.followSettings()
        } close: {
            $0.close()
        }
        return AsyncThrowingStream { try await reader.next(first: ()) { try await Self.change(of: $0) } }
    }

    /// Settings that have changed and can't be read have changed, too: who reads them then is told why they can't.
    private static func change(of stream: AtelierBindings.SettingsStream) async throws -> Void? {
        do {
            return try await stream.changed().map { _ in }
        } catch CoreError.Closed {
            return nil
        } catch is CoreError {
            return ()
        }
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
