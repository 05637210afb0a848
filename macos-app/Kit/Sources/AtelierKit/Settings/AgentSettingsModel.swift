// How agents work on this machine, as the settings show it.
import Foundation
import Observation

/// The sandbox, how hard models think, and whether agents may work without asking. One for the whole app.
@MainActor
@Observable
public final class AgentSettingsModel: Reporting {
    /// What holds now; nil until it was read.
    public private(set) var settings: AgentSettings?
    /// Agents may be let work without being asked anything, by the settings or for this process.
    public private(set) var isBypassAllowed = false
    public var problems = Problems()
    /// Limits and program as they are being written.
    public var drafts = LimitDrafts()
    /// A folder as it is being written.
    public var folderDraft = ""

    @ObservationIgnored private let client: any WorkbenchClient
    @ObservationIgnored private let inTurn = InTurn()

    public init(client: any WorkbenchClient) { self.client = client }

    public var canAddFolder: Bool { settings != nil && !folderDraft.isBlank }

    public func load() async {
        await inTurn {
            await self.reporting(\.reading) {
                let read = try await self.client.agentSettings()
                // What somebody is writing is not taken away.
                let isWriting = self.canSaveDrafts
                self.settings = read
                if !isWriting { self.drafts = self.written }
                self.isBypassAllowed = try await self.client.isBypassAllowed()
            }
        }
    }

    /// What is written differs from what holds.
    public var canSaveDrafts: Bool { settings != nil && drafts != written }

    private var written: LimitDrafts { settings.map { LimitDrafts($0) } ?? LimitDrafts() }

    /// Keeps limits and program as they are written. What can't be used stays written, and nothing changes.
    public func saveDrafts() async {
        await inTurn {
            guard self.canSaveDrafts, let settings = self.settings else { return }
            let saved = self.drafts
            await self.reporting { try await self.save(try saved.applied(to: settings)) }
            // What was written meanwhile stays.
            if self.problems.doing == nil, self.drafts == saved { self.drafts = self.written }
        }
    }

    /// Changes something and keeps it at once. What holds stays when that fails.
    public func change(_ change: @escaping @MainActor (inout AgentSettings) -> Void) async {
        await inTurn {
            guard var wanted = self.settings else { return }
            change(&wanted)
            guard wanted != self.settings else { return }
            await self.reporting { try await self.save(wanted) }
        }
    }

    public func addFolder() async {
        guard canAddFolder else { return }
        let folder = folderDraft.trimmingCharacters(in: .whitespacesAndNewlines)
        await change { if !$0.writable.contains(folder) { $0.writable.append(folder) } }
        guard problems.doing == nil else { return }
        if folderDraft.trimmingCharacters(in: .whitespacesAndNewlines) == folder { folderDraft = "" }
    }

    public func removeFolder(_ folder: String) async {
        await change { $0.writable.removeAll { $0 == folder } }
    }

    private func save(_ wanted: AgentSettings) async throws {
        settings = try await client.save(wanted)
        isBypassAllowed = try await client.isBypassAllowed()
    }
}
