// Folders with repositories, for previews, screen tests and the gallery.
import AtelierKit

extension PreviewData {
    static let identities = [
        GitIdentity(id: "home", name: "Home", userName: "Ada Lovelace", userEmail: "ada@example.com"),
        GitIdentity(
            id: "work",
            name: "Work",
            userName: "Ada King",
            userEmail: "ada@work.example",
            sshKey: "/Users/ada/.ssh/work"
        ),
    ]

    /// Files with staged and other changes.
    @MainActor static var workspace: WorkspaceModel { workspace(on: .engine) }

    /// A merge has left a conflict.
    @MainActor static var conflict: WorkspaceModel { workspace(on: .engineInConflict) }

    /// No repository yet.
    @MainActor static var plainFolder: WorkspaceModel {
        var disk = MockDisk()
        disk.put("Buy milk\n", at: "\(MockDisk.enginePath)/notes.txt")
        return workspace(on: disk)
    }

    @MainActor static var identitiesModel: IdentitiesModel {
        IdentitiesModel(client: MockClient(identities: identities))
    }

    /// How one of the files differs.
    @MainActor static var fileDiff: DiffModel {
        let file = ChangedFile("Sources/Session.swift", .modified)
        return DiffModel(file, side: .unstaged, folder: MockDisk.enginePath, client: MockClient(disk: .engine))
    }

    @MainActor static func workspace(on disk: MockDisk) -> WorkspaceModel {
        WorkspaceModel(folder: MockDisk.enginePath, client: MockClient(disk: disk, identities: identities))
    }
}
