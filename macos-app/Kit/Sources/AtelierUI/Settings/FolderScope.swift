// For which folder something is set, where it can be set for one or for all.
import AtelierKit
import SwiftUI

struct FolderScope: View {
    /// What stands for no folder.
    let everywhere: LocalizedStringKey
    @Binding var folder: String?
    let folders: FoldersModel?

    var body: some View {
        Picker("Folder", selection: $folder) {
            Text(everywhere).tag(String?.none)
            ForEach(folders?.paths ?? [], id: \.self) { path in
                Text(verbatim: path).tag(String?.some(path))
            }
        }
    }
}
