// The projects of a window: the listed sessions by the folder that they work in.
import Foundation

extension LibraryModel {
    /// The listed sessions by project, in the order of the list. Nil where none works in a folder: then there is nothing
    /// to tell apart.
    public var projects: [Project]? {
        let sessions = visibleSessions
        return sessions.contains { $0.folder != nil } ? Project.grouping(sessions) : nil
    }

    /// Whether the sessions of a project are shown. While somebody searches, all are.
    public func isExpanded(_ project: Project) -> Bool { !search.isBlank || !collapsed.contains(project.id) }

    public func expand(_ project: Project, _ isExpanded: Bool) {
        if isExpanded { collapsed.remove(project.id) } else { collapsed.insert(project.id) }
    }

    /// Lets the person choose a folder, and shows a new session in it. What was wrong is told.
    public func openFolder(_ folders: FoldersModel) async {
        guard let access = await folders.add() else { return }
        if let folder = access.path, access.problem == nil {
            await newSession(in: folder)
        } else {
            // Whoever cancels knows it.
            problem = folders.problem ?? problem
        }
    }
}
