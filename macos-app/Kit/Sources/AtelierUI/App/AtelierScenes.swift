// All scenes of the app. The app target adds `@main`, the live core and the desktop.
import AtelierKit
import SwiftUI

/// Windows of sessions, and the settings.
public struct AtelierScenes: Scene {
    /// Names the main window for `openWindow`.
    static let mainWindow = "main"

    @State private var launch: LaunchModel
    private let desktop: (any Desktop)?
    private let terminal: (any TerminalPlatform)?
    private let wheel: TerminalWheel?

    /// The scenes over a core.
    ///
    /// - Parameters:
    ///   - launch: how the core is opened.
    ///   - desktop: what the system offers; nil leaves out what needs it.
    ///   - terminal: what the system offers to terminals; nil leaves them what SwiftUI has.
    ///   - wheel: how they learn of the wheel where `terminal` is nil.
    public init(
        launch: LaunchModel,
        desktop: (any Desktop)? = nil,
        terminal: (any TerminalPlatform)? = nil,
        wheel: TerminalWheel? = nil
    ) {
        _launch = State(initialValue: launch)
        self.desktop = desktop
        self.terminal = terminal
        self.wheel = wheel
    }

    public var body: some Scene {
        WindowGroup("Atelier", id: Self.mainWindow) {
            LaunchView(launch: launch) { client, settings in
                RootView(client: client, settings: settings, folders: launch.folders, notices: launch.notices)
            }
            .environment(\.desktop, desktop)
            .environment(\.terminalPlatform, terminal)
            .environment(\.terminalWheel, wheel)
            .frame(minWidth: 640, minHeight: 420)
        }
        .defaultSize(width: 1000, height: 700)
        .windowToolbarStyle(.unified)
        .commands { AtelierCommands(launch: launch, desktop: desktop) }

        Settings {
            LaunchView(launch: launch) { _, settings in
                SettingsView(model: settings, folders: launch.folders)
            }
            .environment(\.desktop, desktop)
            .environment(\.terminalPlatform, terminal)
            .frame(width: 700, height: 560)
        }
    }
}

extension EnvironmentValues {
    /// What the system offers; nil where there is no desktop.
    @Entry var desktop: (any Desktop)? = nil
}
