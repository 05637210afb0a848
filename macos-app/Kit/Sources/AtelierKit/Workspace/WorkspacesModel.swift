// Which folders a window has looked into, and what it shows of them.
import Foundation
import Observation

/// The workspaces of one window.
@MainActor
@Observable
public final class WorkspacesModel {
    /// What the window shows of the session in front.
    public var section = WorkspaceSection.chat

    /// A clone that is being asked for, or runs.
    public var cloning: CloneModel?

    /// Workspaces that were opened, the one that was used last at the end.
    @ObservationIgnored private var opened: [WorkspaceModel] = []
    @ObservationIgnored private let client: any WorkspaceClient & GitClient
    /// How many are kept; more would hold trees and diffs that nobody looks at.
    static let most = 8

    public init(client: any WorkspaceClient & GitClient) { self.client = client }

    /// The workspace of a folder; made when it is asked for first.
    public func workspace(for folder: String) -> WorkspaceModel {
        if let known = opened.first(where: { $0.folder == folder }) {
            if opened.last !== known { opened = opened.filter { $0 !== known } + [known] }
            return known
        }
        let workspace = WorkspaceModel(folder: folder, client: client)
        opened = opened.suffix(Self.most - 1) + [workspace]
        return workspace
    }

    /// Asks what to clone, and where to: beside the folder that was looked at last.
    public func beginCloning() {
        let home = FileManager.default.homeDirectoryForCurrentUser.path
        cloning = CloneModel(parent: opened.last?.folder.parentPath ?? home, client: client)
    }

    /// Shows a file in the Files section, at a line where one is named. `path` is absolute.
    public func open(_ path: String, line: Int? = nil, in folder: String) async {
        section = .files
        await workspace(for: folder).show(path, line: line)
    }
}
