// Opening the core, which can fail: a database that is read-only, damaged or newer than this version.
import Foundation
import Observation

/// Whether the core is open. One for the whole app.
@MainActor
@Observable
public final class LaunchModel {
    public enum State {
        case opening
        /// The core is open; the settings are shared by all windows.
        case open(client: any WorkbenchClient, settings: SettingsModel)
        /// The core's sentence.
        case failed(message: String)
    }

    public private(set) var state = State.opening
    /// The folders of the core that is open.
    public private(set) var folders: FoldersModel?
    /// What is told to somebody who looks elsewhere.
    @ObservationIgnored public let notices: Notices
    @ObservationIgnored private let access: (any FolderAccess)?
    @ObservationIgnored private let connect: @Sendable () async throws -> any WorkbenchClient
    @ObservationIgnored private var isConnecting = false

    /// A core that is not open yet.
    ///
    /// - Parameters:
    ///   - access: the system's folder panel and bookmarks; nil where there are none.
    ///   - notifier: the system's notices; nil where there are none.
    ///   - connect: opens the core.
    public init(
        access: (any FolderAccess)? = nil,
        notifier: (any Notifier)? = nil,
        connect: @escaping @Sendable () async throws -> any WorkbenchClient
    ) {
        self.access = access
        notices = Notices(notifier: notifier)
        self.connect = connect
    }

    /// Opens the core unless it is open or being opened.
    public func open() async {
        if case .open = state { return }
        guard !isConnecting else { return }
        isConnecting = true
        defer { isConnecting = false }
        state = .opening
        do {
            let client = try await connect()
            let folders = FoldersModel(client: client, access: access)
            // A window that closes meanwhile takes no folder from the others.
            await Task { await folders.restore() }.value
            self.folders = folders
            state = .open(client: client, settings: SettingsModel(client: client))
            await notices.requestPermission()
        } catch {
            state = .failed(message: error.sentence ?? "Opening was cancelled.")
        }
    }
}
