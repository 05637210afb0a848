// Which model was chosen where.
import Foundation
import Observation

/// The models that were chosen for single sessions, for as long as the app runs. One for all windows, so that a session
/// that is shown twice, or again, is asked of the same model.
@MainActor
@Observable
public final class ModelChoices {
    private var choices: [SessionID: ActiveModel] = [:]
    /// How hard each session's model thinks; one that is not named: as the settings have it.
    public var efforts: [SessionID: Effort] = [:]

    public init() {}

    /// Nil: as the settings have it.
    public subscript(session: SessionID) -> ActiveModel? {
        get { choices[session] }
        set { choices[session] = newValue }
    }
}
