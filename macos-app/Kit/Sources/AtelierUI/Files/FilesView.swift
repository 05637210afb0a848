// The files of a folder: a tree, and the file that is chosen.
import AtelierKit
import SwiftUI

struct FilesView: View {
    let workspace: WorkspaceModel

    var body: some View {
        HSplitView {
            FileTreeView(tree: workspace.tree)
                .frame(minWidth: 180, idealWidth: 260, maxWidth: 480)
            FileViewer(model: workspace.viewer, root: workspace.changes.changes?.root)
                .frame(minWidth: 280, maxWidth: .infinity, maxHeight: .infinity)
        }
        .task(id: workspace.tree.selected) {
            guard let entry = workspace.tree.selected, !entry.isFolder else { return }
            await workspace.viewer.open(entry.path)
        }
    }
}

#Preview { FilesView(workspace: PreviewData.workspace).frame(width: 900, height: 600) }
