// The rules about tools, as the settings show them.
import Foundation
import Observation

/// The rules for the work in one folder, or in all.
@MainActor
@Observable
public final class RulesModel {
    /// Whose rules are shown; nil: those for all folders.
    public var folder: String?
    /// The strictest place first; nil until they were read.
    public private(set) var rules: [ToolRule]?
    /// Why they could not be read or changed.
    public private(set) var problem: String?
    public private(set) var isBusy = false
    /// A rule as it is being written.
    public var effect = ToolRule.Effect.allow
    public var pattern = ""

    @ObservationIgnored private let client: any WorkbenchClient

    public init(client: any WorkbenchClient) { self.client = client }

    public var canAdd: Bool { !isBusy && !pattern.isBlank }

    public func load() async {
        await reading(after: {})
    }

    /// Adds the rule that was written, for the folder that is shown. What was written stays when that fails.
    public func add() async {
        guard canAdd else { return }
        let wanted = pattern.trimmingCharacters(in: .whitespacesAndNewlines)
        await changing {
            try await client.addRule(effect, wanted, to: folder)
            if pattern.trimmingCharacters(in: .whitespacesAndNewlines) == wanted { pattern = "" }
        }
    }

    /// Takes one of the person's own rules out.
    public func remove(_ rule: ToolRule) async {
        guard rule.isOwn else { return }
        await changing {
            try await client.removeRule(rule.effect, rule.pattern, of: rule.origin == .everywhere ? nil : folder)
        }
    }

    private func changing(_ action: () async throws -> Void) async {
        isBusy = true
        defer { isBusy = false }
        await reading(after: action)
    }

    /// Reads the rules, which keeps nobody from changing one meanwhile.
    private func reading(after action: () async throws -> Void) async {
        let shown = folder
        do {
            try await action()
            let read = try await client.rules(in: shown)
            // Another folder may have been chosen meanwhile; it is read for itself.
            if shown == folder { (rules, problem) = (read, nil) }
        } catch {
            problem = error.sentence ?? problem
        }
    }
}
