// Actions that views find in the environment: windows, settings, dismissal.

/// Closes the sheet or window that the view is in.
@MainActor @preconcurrency
public struct DismissAction {
    private let action: @MainActor () -> Void

    nonisolated package init(_ action: @escaping @MainActor () -> Void) { self.action = action }

    public func callAsFunction() { action() }
}

/// Opens a window of the app.
@MainActor @preconcurrency
public struct OpenWindowAction {
    private let action: @MainActor (_ id: String) -> Void

    nonisolated package init(_ action: @escaping @MainActor (_ id: String) -> Void) { self.action = action }

    public func callAsFunction(id: String) { action(id) }
}

/// Opens the settings window.
@MainActor @preconcurrency
public struct OpenSettingsAction {
    private let action: @MainActor () -> Void

    nonisolated package init(_ action: @escaping @MainActor () -> Void) { self.action = action }

    public func callAsFunction() { action() }
}
