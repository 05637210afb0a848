// Going from hunk to hunk, so that each can be staged by keys.
import Foundation

extension DiffModel {
    /// The hunk that a key is about; nil where none is shown. The first one, until somebody goes on.
    public var current: Section? {
        sections.isEmpty ? nil : sections[min(currentIndex, sections.count - 1)]
    }

    public var canGoToNextHunk: Bool { currentIndex + 1 < sections.count }

    public var canGoToPreviousHunk: Bool { currentIndex > 0 && sections.count > 1 }

    public func goToNextHunk() {
        guard canGoToNextHunk else { return }
        currentIndex += 1
        visits += 1
    }

    public func goToPreviousHunk() {
        guard canGoToPreviousHunk else { return }
        currentIndex = min(currentIndex, sections.count - 1) - 1
        visits += 1
    }
}
