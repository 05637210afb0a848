// Looking for text in a terminal and its history.
import Foundation
import Observation

/// A search that is open in a pane.
@MainActor
@Observable
public final class TerminalSearch {
    public var text = ""
    public var matchesCase = false
    public var isRegularExpression = false
    public private(set) var matches: [TerminalRange] = []
    /// The match that is shown; nil when there is none.
    public private(set) var current: Int?
    public private(set) var problem: String?

    @ObservationIgnored private let model: TerminalModel
    @ObservationIgnored private var attempt = 0
    /// Most matches that are found.
    static let most = 5_000

    init(model: TerminalModel) { self.model = model }

    /// What changes when something else is to be found.
    public var pattern: TerminalPattern {
        TerminalPattern(text, isRegularExpression: isRegularExpression, matchesCase: matchesCase)
    }

    /// “3 of 12”
    public var summary: String {
        guard !text.isEmpty, problem == nil else { return "" }
        guard !matches.isEmpty else { return "Not found" }
        let count = matches.count == Self.most ? "\(Self.most) or more" : "\(matches.count)"
        return current.map { "\($0 + 1) of \(count)" } ?? count
    }

    /// Looks for the pattern and shows the newest match.
    public func find() async {
        await look()
        current = matches.indices.last
        show()
    }

    /// The match above or below; begins anew at the other end. Output may have come meanwhile, so it is looked again.
    public func step(older: Bool) async {
        let shown = current.flatMap { matches.indices.contains($0) ? matches[$0] : nil }
        await look()
        guard !matches.isEmpty else { return }
        let at = shown.flatMap { matches.firstIndex(of: $0) } ?? current ?? 0
        current = (min(at, matches.count - 1) + (older ? matches.count - 1 : 1)) % matches.count
        show()
    }

    private func look() async {
        attempt += 1
        let mine = attempt
        problem = nil
        guard !text.isEmpty, let screen = model.screen else {
            matches = []
            current = nil
            return
        }
        do {
            let found = try await screen.find(pattern, limit: Self.most)
            // A newer search is under way.
            if mine == attempt { matches = found }
        } catch {
            guard mine == attempt else { return }
            matches = []
            problem = error.sentence
        }
        if matches.isEmpty { current = nil }
    }

    private func show() {
        guard let current, matches.indices.contains(current) else { return }
        model.act { try $0.show(matches[current]) }
    }

    /// The match that is shown, for drawing.
    public var currentMatch: TerminalRange? {
        current.flatMap { matches.indices.contains($0) ? matches[$0] : nil }
    }
}

extension TerminalModel {
    /// Opens the search, or keeps what is open.
    public func beginSearch() {
        if search == nil { search = TerminalSearch(model: self) }
    }

    public func endSearch() { search = nil }
}
