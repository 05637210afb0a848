// A folder's sections on a screen, over a core in memory.
import AtelierKit
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

@MainActor
struct WorkspaceOnScreen {
    let client: MockClient
    let workspace: WorkspaceModel
    let desktop = RecordingDesktop()
    let screen: Screen

    init(_ section: WorkspaceSection, on disk: MockDisk = .engine) async {
        client = MockClient(disk: disk, identities: PreviewData.identities)
        workspace = WorkspaceModel(folder: MockDisk.enginePath, client: client, pause: .zero)
        await workspace.load()
        screen = Screen(WorkspaceView(workspace: workspace, section: section).environment(\.desktop, desktop))
    }

    /// Says yes to what is asked.
    func confirm(_ button: String) throws { try screen.press(button) }
}
