// What every core does with settings, keys and diagnostics.
import AtelierKit
import Foundation

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
        ContractCheck("a base URL that is not a URL is refused and changes nothing") { client in
            let before = try await client.settings()
            try await expectFailure(.configuration, of: "save") {
                _ = try await client.save(SettingsChange(model: "x", baseURL: "not a url"))
            }
            let after = try await client.settings()
            try expect(after == before, "the refused change left a trace")
        },
        ContractCheck("a saved key is shown masked, with its place, and can be removed") { client in
            let key = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz-3kQA"
            let saved = try await client.saveKey(key, for: "anthropic")
            guard let status = saved.keys.first(where: { $0.provider == "anthropic" }), let masked = status.masked
            else {
                throw ContractViolation("the key is not listed: \(saved.keys)")
            }
            try expect(status.isRemovable && status.source?.isEmpty == false, "it is not listed as saved: \(status)")
            try expect(masked != key && masked.count < key.count / 2, "the mask shows too much: \(masked)")
            let removed = try await client.removeKey(for: "anthropic")
            let isGone = removed.keys.allSatisfy { $0.source == nil && !$0.isRemovable }
            try expect(isGone, "after removing: \(removed.keys)")
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
