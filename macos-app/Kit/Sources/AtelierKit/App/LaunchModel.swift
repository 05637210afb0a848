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
    @ObservationIgnored private let connect: @Sendable () async throws -> any WorkbenchClient
    @ObservationIgnored private var isConnecting = false

    public init(connect: @escaping @Sendable () async throws -> any WorkbenchClient) { self.connect = connect }

    /// Opens the core unless it is open or being opened.
    public func open() async {
        if case .open = state { return }
        guard !isConnecting else { return }
        isConnecting = true
        defer { isConnecting = false }
        state = .opening
        do {
            let client = try await connect()
            state = .open(client: client, settings: SettingsModel(client: client))
        } catch {
            state = .failed(message: error.sentence ?? "Opening was cancelled.")
        }
    }
}
