// The app: the scenes of AtelierUI over the live core.
import AtelierUI
import SwiftUI

@main
struct AtelierApp: App {
    @NSApplicationDelegateAdaptor(AppDelegate.self) private var delegate
    private let desktop = MacDesktop()
    private let terminal = MacTerminal()

    init() { FileDescriptorLimit.raise() }

    var body: some Scene {
        AtelierScenes(launch: delegate.launch, desktop: desktop, terminal: terminal)
    }
}
