// Actions that views find in the environment: windows, settings, links, dismissal.

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
    private let action: @MainActor (_ id: String?, _ value: AnyHashable?) -> Void

    nonisolated package init(_ action: @escaping @MainActor (_ id: String?, _ value: AnyHashable?) -> Void) {
        self.action = action
    }

    public func callAsFunction(id: String) { action(id, nil) }

    public func callAsFunction<Value: Codable & Hashable>(value: Value) { action(nil, value) }

    public func callAsFunction<Value: Codable & Hashable>(id: String, value: Value) { action(id, value) }
}

/// Closes windows of the app.
@MainActor @preconcurrency
public struct DismissWindowAction {
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

/// Opens a link.
@MainActor @preconcurrency
public struct OpenURLAction {
    /// What became of a link.
    public struct Result: Sendable {
        package let isLeftToSystem: Bool

        /// It was dealt with.
        public static let handled = Result(isLeftToSystem: false)
        /// It is to be ignored.
        public static let discarded = Result(isLeftToSystem: false)
        /// The system is to open it.
        public static let systemAction = Result(isLeftToSystem: true)
    }

    private let handler: @MainActor (URL) -> Result

    nonisolated public init(handler: @escaping @MainActor (URL) -> Result) { self.handler = handler }

    public func callAsFunction(_ url: URL) { _ = handler(url) }
}
