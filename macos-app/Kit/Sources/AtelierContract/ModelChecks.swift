// What every core does with models and the choice of one.
import AtelierKit
import Foundation

extension ContractCheck {
    static let modelChecks = [
        ContractCheck("each model is listed once, with what it takes to choose it") { client in
            let models = try await client.models()
            try expect(!models.isEmpty, "there is no model")
            try expect(Set(models.map(\.id)).count == models.count, "a model is listed twice")
            for model in models {
                try expect(!model.label.isEmpty && model.contextWindow > 0, "there is little to say of \(model)")
            }
            for provider in ["anthropic", "openai", "google"] {
                let defaults = models.filter { $0.id.provider == provider && $0.isDefault }
                try expect(defaults.count == 1, "\(provider) has the defaults \(defaults.map(\.id.model))")
            }
        },
        ContractCheck("a model can be asked once its provider can") { client in
            let isListed = { (provider: ProviderID) in
                try await client.models().filter { $0.id.provider == provider }.map(\.isAvailable)
            }
            try expect(try await isListed("openai").allSatisfy { !$0 }, "without a key it can be asked")
            _ = try await client.saveKey("sk-0123456789abcdefghijklmnop", for: "openai")
            try expect(try await isListed("openai").allSatisfy { $0 }, "with a key it can't be asked")
            let settings = try await client.save(SettingsChange(provider: .openAI))
            let standard = try await client.models().first { $0.id.provider == "openai" && $0.isDefault }
            try expect(standard?.id == settings.active, "\(settings.active) answers, the default is \(standard as Any)")
        },
        ContractCheck("a model that is chosen for a prompt answers that one alone") { client in
            let session = try await client.createSession().id
            let key = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz-3kQA"
            let standard = try await client.saveKey(key, for: "anthropic").active
            let other = ActiveModel(provider: "anthropic", model: "another-model")
            for (count, choice) in [nil, other, .demo, nil].enumerated() {
                try await client.ask("Hello", to: session, asking: choice)
                let log = try await client.read(session) { $0.isAtRest && $0.outcomes.count == count + 1 }
                try expect(log.asked.last == choice ?? standard, "\(choice as Any) was chosen, and asked: \(log.asked)")
            }
        },
        ContractCheck("a provider that can't be asked is refused and leaves no trace") { client in
            let session = try await client.createSession().id
            for provider in ["openai", "compatible"] {
                let nobody = ActiveModel(provider: provider, model: "some-model")
                try await expectFailure(.configuration, of: "send") {
                    try await client.ask("Hello", to: session, asking: nobody)
                }
            }
            try await expectFailure(.invalidRequest, of: "send") {
                try await client.ask("Hello", to: session, asking: ActiveModel(provider: "nobody", model: "x"))
            }
            let lastSeq = try await client.summary(of: session).lastSeq
            try expect(lastSeq == 0, "the log has \(lastSeq) events")
        },
    ]
}
