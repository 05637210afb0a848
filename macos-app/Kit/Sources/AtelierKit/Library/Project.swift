// Sessions by the folder that they work in.
import Foundation

/// A folder, and the listed sessions that work in it or in a worktree of it.
public struct Project: Identifiable, Hashable, Sendable {
    /// Absolute; nil for the sessions that work in no folder.
    public let folder: String?
    /// What a list calls it: the folder's name, with that of the folder around it where two have the same.
    public let name: String
    /// In the order of the list.
    public let sessions: [SessionSummary]

    public var id: String { folder ?? "" }

    /// Groups sessions, the project first whose session comes first; those without a folder come last.
    static func grouping(_ sessions: [SessionSummary]) -> [Project] {
        var order: [String] = []
        var groups: [String: [SessionSummary]] = [:]
        for session in sessions {
            let folder = session.project ?? ""
            if groups[folder] == nil { order.append(folder) }
            groups[folder, default: []].append(session)
        }
        let names = Dictionary(grouping: order, by: \.pathName)
        return (order.filter { !$0.isEmpty } + order.filter(\.isEmpty)).map { folder in
            let isShared = (names[folder.pathName]?.count ?? 0) > 1
            let name = isShared ? "\(folder.pathName) — \(folder.parentPath.pathName)" : folder.pathName
            return Project(
                folder: folder.isEmpty ? nil : folder,
                name: folder.isEmpty ? "No Folder" : name,
                sessions: groups[folder] ?? []
            )
        }
    }
}

extension SessionSummary {
    /// Where a project keeps the worktrees of its sessions.
    private static let worktrees = "/.atelier/"

    /// The folder of the project: that around a worktree, where it works in one.
    var project: String? {
        folder.map { folder in
            folder.range(of: Self.worktrees).map { String(folder[..<$0.lowerBound]) } ?? folder
        }
    }

    /// The name of the worktree that it works in; nil where it works in the project itself.
    public var worktree: String? {
        folder.flatMap { folder in folder.range(of: Self.worktrees).map { String(folder[$0.upperBound...]) } }
    }
}
