// What views inherit from the views around them.

/// Declares a value of the environment.
public protocol EnvironmentKey {
    associatedtype Value
    static var defaultValue: Value { get }
}

/// What a view inherits.
public struct EnvironmentValues {
    private var values: [ObjectIdentifier: Any] = [:]
    var objects: [ObjectIdentifier: AnyObject] = [:]

    /// False inside `disabled(true)`.
    public var isEnabled = true
    public var controlSize = ControlSize.regular
    public var calendar = Calendar(identifier: .gregorian)
    /// False in a window that isn't in front.
    public var appearsActive = true
    /// Of the page that shows the window; light where nobody says.
    public var colorScheme = ColorScheme.light
    public internal(set) var accessibilityReduceMotion = false
    public internal(set) var dismiss = DismissAction {}
    public internal(set) var openWindow = OpenWindowAction { _ in }
    public internal(set) var openSettings = OpenSettingsAction {}

    /// Names of the control styles in force, by kind of control.
    var styles: [StyleKind: String] = [:]
    /// What Return does in a text field.
    var submit: (@MainActor () -> Void)?

    public init() {}

    public subscript<Key: EnvironmentKey>(key: Key.Type) -> Key.Value {
        get { values[ObjectIdentifier(key)] as? Key.Value ?? Key.defaultValue }
        set { values[ObjectIdentifier(key)] = newValue }
    }

    /// What the surroundings of a window answer to.
    package mutating func install(
        openWindow: OpenWindowAction,
        openSettings: OpenSettingsAction,
        dismiss: DismissAction
    ) {
        self.openWindow = openWindow
        self.openSettings = openSettings
        self.dismiss = dismiss
    }

    package mutating func setReduceMotion(_ value: Bool) { accessibilityReduceMotion = value }
}

public enum ColorScheme: CaseIterable, Sendable {
    case light
    case dark
}

public enum ControlSize: CaseIterable, Sendable {
    case mini
    case small
    case regular
    case large
    case extraLarge
}
