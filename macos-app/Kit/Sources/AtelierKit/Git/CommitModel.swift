// The commit that is being written.
import Foundation
import Observation

/// Message, amending and identity of the next commit.
@MainActor
@Observable
public final class CommitModel {
    /// What is being written. It stays when a commit fails and while something else is shown.
    public var message = ""
    /// The commit takes the place of the last one.
    public private(set) var amends = false
    /// Who would commit; nil until it was read.
    public private(set) var identity: CurrentIdentity?
    public private(set) var identities: [GitIdentity] = []
    /// The model is writing a message.
    public private(set) var isSuggesting = false
    /// The message that was there before the last commit's was taken over.
    private var ownMessage = ""

    @ObservationIgnored let changes: ChangesModel
    @ObservationIgnored let transfers: TransferModel

    public init(changes: ChangesModel, transfers: TransferModel) {
        self.changes = changes
        self.transfers = transfers
    }

    private var client: any WorkspaceClient & GitClient { changes.client }
    private var folder: String { changes.folder }

    public var canCommit: Bool {
        guard !message.isBlank, !changes.isBusy, let now = changes.changes, now.conflicts.isEmpty else { return false }
        return amends || !now.staged.isEmpty || now.operation == .merge
    }

    /// Who commits, as a button says it.
    public var author: String {
        guard let name = identity?.userName, !name.isEmpty else { return "No Identity" }
        return name
    }

    public func load() async {
        await changes.reporting(\.reading) {
            identities = try await client.identities()
            guard changes.isRepository == true else { return }
            identity = try await client.currentIdentity(in: folder)
        }
    }

    public func choose(_ identity: GitIdentity) async {
        await changes.reporting {
            try await client.setIdentity(identity.id, in: folder)
            self.identity = try await client.currentIdentity(in: folder)
        }
    }

    /// Takes over the last commit's message, or gives back what was written before.
    public func setAmends(_ amends: Bool) async {
        guard amends != self.amends else { return }
        guard amends else {
            self.amends = false
            message = ownMessage
            return
        }
        await changes.reporting {
            let last = try await client.lastCommitMessage(in: folder)
            ownMessage = message
            self.amends = true
            if message.isBlank { message = last }
        }
    }

    /// Answers whether it was committed. What was written stays when not.
    @discardableResult
    public func commit() async -> Bool {
        guard canCommit else { return false }
        var isDone = false
        let request = CommitRequest(message: message, amends: amends)
        await changes.act {
            _ = try await client.commit(request, in: folder)
            isDone = true
        }
        if isDone { (message, ownMessage, amends) = ("", "", false) }
        return isDone
    }

    public func commitAndPush() async {
        guard await commit() else { return }
        await transfers.push()
    }

    public var canSuggest: Bool { !isSuggesting && !suggested.isEmpty }

    /// Lets the model write a message for what is staged, or for everything where nothing is. What is written meanwhile
    /// stays.
    public func suggest() async {
        guard canSuggest else { return }
        isSuggesting = true
        defer { isSuggesting = false }
        let before = message
        await changes.reporting {
            let suggestion = try await client.suggestCommitMessage(for: suggested, in: folder)
            if message == before { message = suggestion }
        }
    }

    private var suggested: [String] {
        let staged = changes.files(.staged)
        let files = staged.isEmpty ? changes.files(.unstaged) + changes.files(.untracked) : staged
        return files.map(\.path)
    }
}
