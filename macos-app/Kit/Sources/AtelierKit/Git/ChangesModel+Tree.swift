// The list of changed files as it is drawn: one below the other, or folder by folder.
import Foundation

extension ChangesModel {
    /// A line of the list.
    public struct Row: Identifiable, Hashable, Sendable {
        /// What is chosen with it: a file, or a folder with all that is changed in it.
        public let id: Item
        /// Nil for a folder.
        public let file: ChangedFile?
        /// What the tree calls it; a folder with nothing but one folder in it stands on one line with that.
        public let name: String
        /// How many folders it lies in, as far as they are drawn.
        public let depth: Int
        /// How many changed files lie in a folder.
        public let count: Int
    }

    /// The lines of a group.
    public func rows(_ group: Group) -> [Row] {
        let files = files(group)
        guard isTree else {
            return files.map { Row(id: Item(group, $0.path), file: $0, name: $0.path.pathName, depth: 0, count: 1) }
        }
        return rows(of: files, in: "", of: group, depth: 0)
    }

    public func isExpanded(_ folder: Item) -> Bool { !collapsed.contains(folder) }

    public func expand(_ folder: Item, _ isExpanded: Bool) {
        if isExpanded { collapsed.remove(folder) } else { collapsed.insert(folder) }
    }

    /// `files` all lie in `folder`; the root is empty.
    private func rows(of files: [ChangedFile], in folder: String, of group: Group, depth: Int) -> [Row] {
        var order: [String] = []
        var inside: [String: [ChangedFile]] = [:]
        var here: [Row] = []
        for file in files {
            let names = file.path.path(in: folder)?.pathNames ?? []
            guard let name = names.first, names.count > 1 else {
                let item = Item(group, file.path)
                here.append(Row(id: item, file: file, name: file.path.pathName, depth: depth, count: 1))
                continue
            }
            if inside[name] == nil { order.append(name) }
            inside[name, default: []].append(file)
        }
        return order.flatMap { name in
            folderRows(inside[name] ?? [], from: folder, to: folder.appendingPath(name), of: group, depth: depth)
        } + here
    }

    private func folderRows(
        _ files: [ChangedFile],
        from parent: String,
        to folder: String,
        of group: Group,
        depth: Int
    ) -> [Row] {
        let folder = onlyFolder(in: folder, with: files)
        let item = Item(group, folder + "/")
        let row = Row(id: item, file: nil, name: folder.path(in: parent) ?? folder, depth: depth, count: files.count)
        return [row] + (isExpanded(item) ? rows(of: files, in: folder, of: group, depth: depth + 1) : [])
    }

    /// The innermost folder that all of these files lie in.
    private func onlyFolder(in folder: String, with files: [ChangedFile]) -> String {
        guard let names = files.first?.path.path(in: folder)?.pathNames, names.count > 1 else { return folder }
        let deeper = folder.appendingPath(names[0])
        return files.allSatisfy { $0.path.path(in: deeper) != nil } ? onlyFolder(in: deeper, with: files) : folder
    }
}
