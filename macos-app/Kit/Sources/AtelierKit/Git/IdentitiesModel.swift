// Who the person commits as: the list in the settings.
import Foundation
import Observation

/// The identities that can be chosen for commits.
@MainActor
@Observable
public final class IdentitiesModel: Asking {
    public private(set) var identities: [GitIdentity] = []
    /// What git is set to for all repositories; nil until it was read.
    public private(set) var global: CurrentIdentity?
    /// The identity that is being written; nil when none is.
    public var editing: GitIdentity?
    public var question: Question?
    public var problems = Problems()
    private var isNew = false

    @ObservationIgnored private let client: any GitClient

    public init(client: any GitClient) { self.client = client }

    public func load() async {
        await reporting(\.reading) {
            identities = try await client.identities()
            global = try await client.globalIdentity()
        }
    }

    public func beginCreating() {
        isNew = true
        editing = GitIdentity(id: UUID().uuidString.lowercased(), name: "", userName: "", userEmail: "")
    }

    public func beginEditing(_ identity: GitIdentity) {
        isNew = false
        editing = identity
    }

    public var canSave: Bool {
        guard let editing else { return false }
        return !editing.userName.isBlank && !editing.userEmail.isBlank
    }

    /// Saves what is being written; it stays open when that fails.
    public func save() async {
        guard var identity = editing, canSave else { return }
        if identity.name.isBlank { identity.name = identity.userName }
        if identity.sshKey?.isBlank == true { identity.sshKey = nil }
        let (saved, isNew) = (identity, isNew)
        let isDone = await reporting {
            if isNew { try await client.createIdentity(saved) } else { try await client.updateIdentity(saved) }
            identities = try await client.identities()
        }
        if isDone { editing = nil }
    }

    public func askToDelete(_ identity: GitIdentity) {
        question = Question(
            "Delete the identity “\(identity.name)”?",
            "Repositories that use it keep name and address.",
            "Delete Identity"
        ) { [weak self] in
            guard let self else { return }
            await reporting {
                try await self.client.deleteIdentity(identity.id)
                self.identities = try await self.client.identities()
            }
        }
    }
}
