// What the sections of a window are called.
import AtelierKit
import SwiftUI

extension WorkspaceSection {
    var title: LocalizedStringKey {
        switch self {
        case .chat: "Chat"
        case .files: "Files"
        case .changes: "Changes"
        case .history: "History"
        case .branches: "Branches"
        case .terminal: "Terminal"
        }
    }

    var symbol: String {
        switch self {
        case .chat: "bubble.left.and.bubble.right"
        case .files: "folder"
        case .changes: "plusminus"
        case .history: "clock.arrow.circlepath"
        case .branches: "arrow.triangle.branch"
        case .terminal: "terminal"
        }
    }
}

extension FocusedValues {
    /// What the window in front shows.
    @Entry var workspaces: WorkspacesModel?
    /// The folder of the session in front.
    @Entry var workspace: WorkspaceModel?
}
