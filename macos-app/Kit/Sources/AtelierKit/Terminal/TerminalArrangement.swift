// How terminals of projects were arranged, for when they are shown again.
import Foundation

/// The tabs and panes of one project. Commands of agents do not come back.
public struct TerminalArrangement: Codable, Hashable, Sendable {
    struct Tab: Codable, Hashable, Sendable {
        var layout: TerminalLayout<TerminalID>
        var focused: TerminalID
    }

    var tabs: [Tab]
    /// The place of the tab in front.
    var selected: Int

    /// The names that its terminals had.
    var ids: [TerminalID] { tabs.flatMap(\.layout.panes) }
}

/// Arrangements by project, as text for the app's settings.
public struct TerminalArrangements: RawRepresentable, Hashable, Sendable {
    private struct Entry: Codable, Hashable {
        let folder: String
        let arrangement: TerminalArrangement
    }

    /// The one that changed last at the end.
    private var entries: [Entry] = []
    /// How many projects are remembered.
    static let most = 50

    public init() {}

    /// What can't be read is forgotten.
    public init(rawValue: String) {
        entries = (try? JSONDecoder().decode([Entry].self, from: Data(rawValue.utf8))) ?? []
    }

    public var rawValue: String {
        let encoder = JSONEncoder()
        // The same arrangements are the same text.
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(entries)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }

    public subscript(folder: String) -> TerminalArrangement? {
        get { entries.last { $0.folder == folder }?.arrangement }
        set {
            entries.removeAll { $0.folder == folder }
            if let newValue, !newValue.tabs.isEmpty {
                entries = entries.suffix(Self.most - 1) + [Entry(folder: folder, arrangement: newValue)]
            }
        }
    }
}
