// How agents work on this machine, as the settings show it.
import Foundation
import Observation

/// The sandbox, how hard models think, and whether agents may work without asking. One for the whole app.
@MainActor
@Observable
public final class AgentSettingsModel {
    /// What holds now; nil until it was read.
    public private(set) var settings: AgentSettings?
    /// Agents may be let work without being asked anything, by the settings or for this process.
    public private(set) var isBypassAllowed = false
    /// Why it could not be read or changed.
    public private(set) var problem: String?
    public private(set) var isBusy = false
    /// Limits and program as they are being written.
    public var drafts = LimitDrafts()
    /// A folder as it is being written.
    public var folderDraft = ""

    @ObservationIgnored private let client: any WorkbenchClient

    public init(client: any WorkbenchClient) { self.client = client }

    public var canAddFolder: Bool { settings != nil && !isBusy && !folderDraft.isBlank }

    public func load() async {
        let isWriting = canSaveDrafts
        await reporting { settings = try await client.agentSettings() }
        // What somebody is writing is not taken away.
        if !isWriting { drafts = written }
    }

    /// What is written differs from what holds.
    public var canSaveDrafts: Bool { settings != nil && !isBusy && drafts != written }

    private var written: LimitDrafts { settings.map { LimitDrafts($0) } ?? LimitDrafts() }

    /// Keeps limits and program as they are written. What can't be used stays written, and nothing changes.
    public func saveDrafts() async {
        guard canSaveDrafts, let settings else { return }
        let saved = drafts
        await reporting { self.settings = try await client.save(try saved.applied(to: settings)) }
        // What was written meanwhile stays.
        if problem == nil, drafts == saved { drafts = written }
    }

    /// Changes something and keeps it at once. What holds stays when that fails.
    public func change(_ change: (inout AgentSettings) -> Void) async {
        guard var wanted = settings else { return }
        change(&wanted)
        guard wanted != settings else { return }
        await reporting { settings = try await client.save(wanted) }
    }

    public func addFolder() async {
        guard canAddFolder else { return }
        let folder = folderDraft.trimmingCharacters(in: .whitespacesAndNewlines)
        await change { if !$0.writable.contains(folder) { $0.writable.append(folder) } }
        if problem == nil { folderDraft = "" }
    }

    public func removeFolder(_ folder: String) async {
        await change { $0.writable.removeAll { $0 == folder } }
    }

    private func reporting(_ action: () async throws -> Void) async {
        isBusy = true
        defer { isBusy = false }
        do {
            try await action()
            isBypassAllowed = try await client.isBypassAllowed()
            problem = nil
        } catch {
            problem = error.sentence ?? problem
        }
    }
}
