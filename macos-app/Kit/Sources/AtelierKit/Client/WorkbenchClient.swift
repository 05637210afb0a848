// The seam between the app and the core.
import Foundation

/// Everything the app asks of the core: one method for each thing a person can do.
///
/// The bridge to the Rust core and `MockClient` both implement it; `AtelierContract` checks that they behave alike.
/// What fails throws a ``WorkbenchError`` whose message can be shown as it is. A cancelled call throws
/// `CancellationError`.
public protocol WorkbenchClient: FolderClient, AgentClient, LibraryClient, ToolsClient, FindingClient, WorktreeClient,
    WorkspaceClient, GitClient, TerminalClient
{
    /// All sessions, the one that changed last first.
    func sessions() async throws -> [SessionSummary]

    /// A new, empty session.
    func createSession() async throws -> SessionSummary

    /// Starts a turn with `prompt`. Returns once the prompt is durable; the answer comes through `events`. Whether tools
    /// may run is asked of the person, through `events` too.
    ///
    /// While an earlier turn runs or waits for the person, the prompt is queued: it is delivered at the turn's next step,
    /// or begins the next turn. What a turn that was stopped leaves in the queue goes along with the next prompt.
    ///
    /// - Parameters:
    ///   - prompt: what the person wrote.
    ///   - session: where it belongs.
    ///   - choice: what is different for this turn; the rest is left to the settings.
    /// - Throws: `.sessionBusy` when the queue is full, `.invalidRequest` for an empty prompt, `.sessionNotFound`,
    ///   `.configuration`, `.storage`. Nothing is stored then.
    func send(_ prompt: String, to session: SessionID, choosing choice: TurnChoice) async throws

    /// Stops the turn that is running; does nothing when there is none. What had come of the answer is kept.
    func interrupt(_ session: SessionID) async throws

    /// What the session's turns took and cost so far.
    func totals(of session: SessionID) async throws -> SessionTotals

    /// What the log holds after `seq`, then everything that is added to it.
    ///
    /// Pulled: the core is asked for the next batch only when the reader asks, and what came meanwhile is merged.
    /// A batch is never empty; numbers rise strictly over all batches, though not by one where deltas were merged.
    /// Read it once, by one reader; it ends when the reading task is cancelled.
    func events(of session: SessionID, after seq: UInt64) -> AsyncThrowingStream<[SessionEvent], any Error>

    /// What is configured now, environment and files included.
    func settings() async throws -> WorkbenchSettings

    /// Tells of each change of the settings, whoever makes it: this app, the command, an editor. The first comes as soon
    /// as they are watched: who reads them then misses nothing. A change is told within a second, several close to each
    /// other once. Read it once, by one reader; it ends when the reading task is cancelled.
    func settingsChanges() -> AsyncThrowingStream<Void, any Error>

    /// Changes settings and answers what is configured then. Throws `.configuration` and changes nothing when a value
    /// can't be used, such as a base URL that is not a URL.
    func save(_ change: SettingsChange) async throws -> WorkbenchSettings

    /// Puts a key into the credential store, in place of an earlier one of that name. The key is never given back. The
    /// first key of a provider is in use at once, a later one after `useKey`.
    func saveKey(_ key: String, named name: String, for provider: ProviderID) async throws -> WorkbenchSettings

    /// Removes a key that `saveKey` stored. A key from the environment or another program's file stays.
    func removeKey(named name: String, for provider: ProviderID) async throws -> WorkbenchSettings

    /// Chooses which of a provider's saved keys is in use.
    func useKey(named name: String, for provider: ProviderID) async throws -> WorkbenchSettings

    /// Asks the provider whether it accepts a key: the saved one of that name, or with nil the one in use. An error says
    /// nothing about the key: nobody could be asked.
    func checkKey(named name: String?, for provider: ProviderID) async throws -> Bool

    /// Looks for model servers on this machine; takes some seconds. Nothing is looked for unless the person asks.
    func localServers() async throws -> [LocalServer]

    /// The models that are known, each provider's best first, and which of them can be asked now.
    func models() async throws -> [ModelEntry]

    /// Asks the providers that are set up which models they have now, and keeps what they say; `models` has them then.
    /// Takes 30 seconds at most. Nobody is asked unless the person wants it.
    func refreshModels() async throws -> [ModelRefresh]

    /// What is configured, where files are, what is missing and how to mend it.
    func diagnostics() async throws -> [Diagnostic]
}

extension WorkbenchClient {
    /// Saves the key of someone who has only one.
    public func saveKey(_ key: String, for provider: ProviderID) async throws -> WorkbenchSettings {
        try await saveKey(key, named: KeyEntry.defaultName, for: provider)
    }

    /// Removes the key of someone who has only one.
    public func removeKey(for provider: ProviderID) async throws -> WorkbenchSettings {
        try await removeKey(named: KeyEntry.defaultName, for: provider)
    }

    /// Starts a turn with this model.
    public func send(_ prompt: String, to session: SessionID, asking model: ActiveModel?) async throws {
        try await send(prompt, to: session, choosing: TurnChoice(model))
    }

    /// Starts a turn with whom the settings name.
    public func send(_ prompt: String, to session: SessionID) async throws {
        try await send(prompt, to: session, choosing: TurnChoice())
    }
}
