// What a person does with sessions as a whole.
import Foundation

extension LibraryModel {
    /// Makes a session that works in a folder that was made just now, and allows the folder first.
    public func newSession(in folder: String, folders: FoldersModel?) async {
        await changing {
            _ = try await client.requestDirectoryAccess(path: folder, bookmark: nil)
            await folders?.load()
            let session = try await client.createSession()
            try await client.work(in: folder, session.id)
            showChat(of: session.id)
        }
    }

    public func beginRenaming(_ session: SessionSummary) {
        newTitle = title(of: session)
        renaming = session
    }

    public var canRename: Bool { !newTitle.isBlank }

    public func rename() async {
        guard let session = renaming, canRename else { return }
        renaming = nil
        await changing { try await client.rename(session.id, to: newTitle) }
    }

    /// Puts a session away, or takes it out again.
    public func archive(_ session: SessionSummary, _ isArchived: Bool) async {
        await changing {
            try await client.archive(session.id, isArchived)
            if isArchived, !showsArchived, selection == session.id { selection = nil }
        }
    }

    /// Deletes a session. The person has been asked before.
    public func delete(_ session: SessionSummary) async {
        await changing {
            try await client.delete(session.id)
            forget(session.id)
        }
    }

    /// Goes on from a session in a new one, from before this prompt or from where it is, and shows that.
    public func fork(_ session: SessionID, before prompt: MessageID?) async {
        await changing {
            let copy = try await client.fork(session, before: prompt)
            search = ""
            showChat(of: copy)
        }
    }

    /// Shows a session that may not be listed yet.
    public func show(_ session: SessionID) async {
        showChat(of: session)
        await refresh()
    }

    /// Shows where something was found: its session, at the message.
    public func open(_ hit: SearchHit) {
        showChat(of: hit.session)
        chat?.show(hit.message)
    }

    /// Writes a session as a document where the person says.
    public func export(_ session: SessionSummary, as format: TranscriptFormat, on desktop: any Desktop) async {
        await report {
            let text = try await client.transcript(of: session.id, as: format)
            let name = title(of: session).prefix(60).replacing("/", with: "-")
            try await desktop.save(text, suggestedName: "\(name).\(format.fileExtension)")
        }
    }

    /// Does something and lists what there is then. What went wrong stays told.
    private func changing(_ action: () async throws -> Void) async {
        await report {
            try await action()
            try await relist()
        }
    }
}
