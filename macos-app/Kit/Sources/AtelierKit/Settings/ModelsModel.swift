// The models that can be chosen, as menus show them.
import Foundation
import Observation

/// The known models by provider. One for the whole app.
@MainActor
@Observable
public final class ModelsModel {
    /// The models of one provider.
    public struct Section: Hashable, Sendable, Identifiable {
        public let id: ProviderID
        public var models: [ModelEntry]
        /// The provider can be asked.
        public var isAvailable: Bool { models.contains(where: \.isAvailable) }
        public var name: String { ProviderChoice.name(of: id) }
    }

    /// Those that can be asked first, otherwise in the core's order; empty until they were read.
    public private(set) var sections: [Section] = []
    /// Why they could not be read.
    public private(set) var problem: String?
    /// What came of asking the providers for their models the last time.
    public private(set) var refreshed: [ModelRefresh] = []
    public private(set) var isRefreshing = false
    /// What was chosen for single sessions.
    @ObservationIgnored public let choices = ModelChoices()

    @ObservationIgnored private let client: any WorkbenchClient

    public init(client: any WorkbenchClient) { self.client = client }

    public func load() async {
        do {
            show(try await client.models())
            problem = nil
        } catch {
            problem = error.sentence ?? problem
        }
    }

    /// Asks the providers which models they have now.
    public func refresh() async {
        guard !isRefreshing else { return }
        isRefreshing = true
        defer { isRefreshing = false }
        do {
            refreshed = try await client.refreshModels()
            show(try await client.models())
            problem = nil
        } catch {
            problem = error.sentence ?? problem
        }
    }

    /// A model's name for people, with its provider: “Anthropic · Claude Sonnet 5.5”.
    public func name(of model: ActiveModel) -> String {
        guard let entry = entry(of: model) else { return model.name }
        return "\(ProviderChoice.name(of: model.provider)) · \(entry.label)"
    }

    /// How many tokens fit into a model's window; nil where that is not known.
    public func contextWindow(of model: ActiveModel) -> UInt64? {
        entry(of: model).map(\.contextWindow).flatMap { $0 > 0 ? $0 : nil }
    }

    private func entry(of model: ActiveModel) -> ModelEntry? {
        sections.first { $0.id == model.provider }?.models.first { $0.id == model }
    }

    private func show(_ entries: [ModelEntry]) {
        var found: [Section] = []
        for entry in entries {
            if let index = found.firstIndex(where: { $0.id == entry.id.provider }) {
                found[index].models.append(entry)
            } else {
                found.append(Section(id: entry.id.provider, models: [entry]))
            }
        }
        sections = found.filter(\.isAvailable) + found.filter { !$0.isAvailable }
    }
}
