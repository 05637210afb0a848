// What git says of a file, in a letter.
import Foundation

/// A mark beside a file or folder in the tree.
public enum FileBadge: Hashable, Sendable {
    case change(FileChange)
    /// A folder with changes in it.
    case contains

    /// The letter, as other programs write it; nil for folders, which get a dot.
    public var letter: String? {
        guard case .change(let change) = self else { return nil }
        return change.letter
    }

    /// The badges of all changed files and the folders they lie in, by absolute path.
    static func all(_ changes: GitChanges) -> [String: FileBadge] {
        var badges: [String: FileBadge] = [:]
        // The later ones win: what happens on disk is nearer to the tree than what is staged.
        for file in changes.staged + changes.untracked + changes.unstaged {
            badges[changes.root.appendingPath(file.path)] = .change(file.change)
        }
        for conflict in changes.conflicts {
            badges[changes.root.appendingPath(conflict.path)] = .change(.conflicted)
        }
        for path in badges.keys {
            var folder = path.parentPath
            while folder.path(in: changes.root) != nil, badges[folder] == nil {
                badges[folder] = .contains
                folder = folder.parentPath
            }
        }
        return badges
    }
}

extension FileChange {
    public var letter: String {
        switch self {
        case .added: "A"
        case .modified: "M"
        case .deleted: "D"
        case .renamed: "R"
        case .copied: "C"
        case .typeChanged: "T"
        case .untracked: "U"
        case .conflicted: "!"
        }
    }

    /// For VoiceOver and tooltips.
    public var title: String {
        switch self {
        case .added: "Added"
        case .modified: "Modified"
        case .deleted: "Deleted"
        case .renamed: "Renamed"
        case .copied: "Copied"
        case .typeChanged: "Type changed"
        case .untracked: "Untracked"
        case .conflicted: "In conflict"
        }
    }
}
