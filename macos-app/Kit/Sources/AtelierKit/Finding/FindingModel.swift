// Finding in one window: which palette is open, and where the person was led.
import Foundation
import Observation

/// Quick open and the search in a folder, as one window has them.
@MainActor
@Observable
public final class FindingModel {
    /// What is open in front of the window.
    public enum Palette: String, Hashable, Sendable, Identifiable {
        case quickOpen, search
        public var id: String { rawValue }
    }

    public var palette: Palette?
    public let quickOpen: QuickOpenModel
    public let search: ProjectSearchModel
    /// Where the window is led; who takes it goes there.
    public private(set) var leadsTo: FoundPlace?

    public init(client: any FindingClient) {
        quickOpen = QuickOpenModel(client: client)
        search = ProjectSearchModel(client: client)
    }

    /// Opens a palette over the files of a folder.
    public func show(_ palette: Palette, in folder: String?) {
        switch palette {
        case .quickOpen: quickOpen.begin(in: folder)
        case .search: search.begin(in: folder)
        }
        self.palette = palette
    }

    /// Leads the window to a file, and closes what is in front of it.
    public func open(_ place: FoundPlace?) {
        guard let place else { return }
        leadsTo = place
        palette = nil
    }

    public func takeLead() -> FoundPlace? {
        defer { leadsTo = nil }
        return leadsTo
    }
}
