// What every core does with settings, keys and diagnostics.
import AtelierKit
import Foundation

/// No key of anybody.
private let testKey = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz-3kQA"

/// The providers that take a key, in the order in which they are tried.
private let keyProviders: [ProviderID] = ["anthropic", "openai", "google", "compatible"]

extension ContractCheck {
    static let settingsChecks = [
        ContractCheck("settings are kept, and an empty text takes one back") { client in
            let saved = try await client.save(SettingsChange(provider: .demo, model: "some-model"))
            try expect(saved.provider == .demo && saved.model == "some-model", "saved as \(saved)")
            try expect(saved.active.isDemo, "the demo model was chosen and \(saved.active) answers")
            let read = try await client.settings()
            try expect(read == saved, "reading does not give what saving gave")
            let cleared = try await client.save(SettingsChange(model: ""))
            try expect(cleared.model == nil && cleared.provider == .demo, "cleared to \(cleared)")
        },
        ContractCheck("who follows the settings is told of a change") { client in
            var changes = client.settingsChanges().makeAsyncIterator()
            try expect(try await changes.next() != nil, "following ended before it had begun")
            _ = try await client.save(SettingsChange(model: "another"))
            try expect(try await changes.next() != nil, "following ended by itself")
        },
        ContractCheck("every choice of a provider is kept, and a provider that is chosen answers") { client in
            for choice in ProviderChoice.allCases {
                let saved = try await client.save(SettingsChange(provider: choice))
                try expect(saved.provider == choice, "\(choice) was saved as \(saved.provider)")
                guard choice != .automatic else { continue }
                let answering = saved.active.provider
                try expect(answering == choice.rawValue, "\(choice) was chosen, and \(answering) answers")
            }
        },
        ContractCheck("a base URL that is not a URL is refused and changes nothing") { client in
            let before = try await client.settings()
            for provider in keyProviders {
                try await expectFailure(.configuration, of: "save") {
                    _ = try await client.save(SettingsChange(model: "x", baseURLs: [provider: "not a url"]))
                }
            }
            let after = try await client.settings()
            try expect(after == before, "the refused change left a trace")
        },
        ContractCheck("a base URL or a key for nobody is refused and changes nothing") { client in
            let before = try await client.settings()
            for nobody in ["demo", "automatic", "no such provider"] {
                try await expectFailure(.invalidRequest, of: "save") {
                    _ = try await client.save(SettingsChange(baseURLs: [nobody: "https://models.example"]))
                }
                try await expectFailure(.invalidRequest, of: "saveKey") {
                    _ = try await client.saveKey(testKey, for: nobody)
                }
            }
            let after = try await client.settings()
            try expect(after == before, "the refused change left a trace")
        },
        ContractCheck("each provider has a key and a server of its own") { client in
            for provider in keyProviders {
                let server = "https://\(provider).example/v1"
                _ = try await client.save(SettingsChange(baseURLs: [provider: server]))
                let saved = try await client.saveKey("\(testKey)-\(provider)", for: provider)
                let status = saved.status(of: provider)
                try expect(status?.server == server && status?.baseURL == server, "it asks \(status as Any)")
                try expect(status?.masked?.hasSuffix(provider.suffix(4)) == true, "its key is \(status as Any)")
            }
            let settings = try await client.settings()
            try expect(settings.providers.map(\.id) == keyProviders, "they are \(settings.providers.map(\.id))")
            let servers = Set(settings.providers.compactMap(\.server))
            try expect(servers.count == keyProviders.count, "the servers are \(servers)")
            let cleared = try await client.save(SettingsChange(baseURLs: ["openai": ""])).status(of: "openai")
            try expect(cleared?.baseURL == nil, "cleared to \(cleared as Any)")
            try expect(cleared?.server == cleared?.ownBaseURL && cleared?.server != nil, "it asks \(cleared as Any)")
        },
        ContractCheck("each provider has a model of its own, which counts before the one for all") { client in
            _ = try await client.save(SettingsChange(provider: .google, model: "for-all"))
            let own = try await client.save(SettingsChange(models: ["google": "google's", "openai": "openai's"]))
            try expect(own.active.model == "google's" && own.model == "for-all", "\(own.active) answers")
            try expect(own.status(of: "openai")?.model == "openai's", "openai has \(own.providers)")
            let other = try await client.save(SettingsChange(provider: .openAI))
            try expect(other.active.model == "openai's", "\(other.active) answers after the switch")
            let cleared = try await client.save(SettingsChange(models: ["openai": ""]))
            try expect(cleared.status(of: "openai")?.model == nil, "cleared to \(cleared.providers)")
            try expect(cleared.active.model == "for-all", "\(cleared.active) answers without it")
        },
        ContractCheck("a compatible server needs no key, only a base URL") { client in
            let before = try await client.settings().status(of: "compatible")
            try expect(before?.isReady == false && before?.isKeyRequired == false, "unset it is \(before as Any)")
            let server = "http://127.0.0.1:1/v1"
            let set = try await client.save(SettingsChange(baseURLs: ["compatible": server])).status(of: "compatible")
            try expect(set?.isReady == true && set?.server == server, "with a base URL it is \(set as Any)")
            try expect(set?.source == nil && set?.masked == nil, "it has a key: \(set as Any)")
        },
        ContractCheck("a saved key is shown masked, with its place, and can be removed") { client in
            for provider in keyProviders {
                // A key for a server that nobody named can't be used.
                _ = try await client.save(SettingsChange(baseURLs: ["compatible": "https://models.example"]))
                let saved = try await client.saveKey(testKey, for: provider)
                guard let status = saved.status(of: provider), let masked = status.masked else {
                    throw ContractViolation("the key is not listed: \(saved.providers)")
                }
                let key = status.keys.first
                let isSaved = key?.isSaved == true && key?.isInUse == true && key?.source.isEmpty == false
                try expect(isSaved && status.keys.count == 1, "it is not listed as saved: \(status.keys)")
                try expect(key?.masked == masked && key?.source == status.source, "\(status.keys) is not \(status)")
                try expect(masked != testKey && masked.count < testKey.count / 2, "the mask shows too much: \(masked)")
                let removed = try await client.removeKey(for: provider).status(of: provider)
                let isGone = removed?.source == nil && removed?.masked == nil && removed?.keys.isEmpty == true
                try expect(isGone, "after removing: \(removed as Any)")
            }
        },
        ContractCheck("of several keys the one that was chosen is in use") { client in
            func used(_ settings: WorkbenchSettings) -> [String?] {
                settings.status(of: "openai")?.keys.filter(\.isInUse).map(\.name) ?? []
            }
            let first = try await client.saveKey("\(testKey)-work", named: "work", for: "openai")
            try expect(used(first) == ["work"], "the first key is not in use, but \(used(first))")
            let second = try await client.saveKey("\(testKey)-home", named: "home", for: "openai")
            try expect(used(second) == ["work"], "after saving another, in use is \(used(second))")
            let names = second.status(of: "openai")?.keys.map(\.name)
            try expect(names == ["home", "work"], "the keys are \(names as Any)")
            let chosen = try await client.useKey(named: "home", for: "openai")
            try expect(used(chosen) == ["home"], "after choosing, in use is \(used(chosen))")
            let masked = chosen.status(of: "openai")?.masked
            try expect(masked?.hasSuffix("home") == true, "the key in use is \(masked as Any)")
            try expect(used(chosen) == used(try await client.settings()), "reading does not give what choosing gave")
            try await expectFailure(.invalidRequest, of: "useKey") {
                _ = try await client.useKey(named: "nobody's", for: "openai")
            }
            let removed = try await client.removeKey(named: "home", for: "openai")
            try expect(removed.status(of: "openai")?.keys.map(\.name) == ["work"], "removed to \(removed.providers)")
        },
        ContractCheck("a key that is not there can't be checked") { client in
            try await expectFailure(.configuration, of: "checkKey") {
                _ = try await client.checkKey(named: nil, for: "google")
            }
        },
        ContractCheck("a key has a name that can be read") { client in
            for name in [" ", String(repeating: "x", count: 65)] {
                try await expectFailure(.invalidRequest, of: "saveKey") {
                    _ = try await client.saveKey(testKey, named: name, for: "openai")
                }
            }
        },
        ContractCheck("an empty key is refused") { client in
            try await expectFailure(.configuration, of: "saveKey") {
                _ = try await client.saveKey(" ", for: "anthropic")
            }
        },
        ContractCheck("diagnostics name each subject once and say what was found") { client in
            let lines = try await client.diagnostics()
            try expect(Set(lines.map(\.subject)).count == lines.count, "a subject occurs twice")
            try expect(lines.allSatisfy { !$0.subject.isEmpty && !$0.finding.isEmpty }, "a line says nothing")
        },
    ]
}
