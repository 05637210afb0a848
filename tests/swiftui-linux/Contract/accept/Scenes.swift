// Windows, menus, the environment, and previews.

import SwiftUI

@MainActor
protocol Desk: AnyObject {
    func copy(_ text: String)
}

@MainActor
@Observable
final class Library {
    var title = "Library"
}

extension EnvironmentValues {
    @Entry var desk: (any Desk)? = nil
    @Entry var depth: Int = 0
}

extension FocusedValues {
    @Entry var library: Library?
}

struct LibraryView: View {
    @Environment(Library.self) private var library
    @Environment(\.desk) private var desk
    @Environment(\.openSettings) private var openSettings
    @Environment(\.dismiss) private var dismiss

    var body: some View {
        VStack {
            Text(library.title)
            if let desk { Button("Copy") { desk.copy(library.title) } }
            Button("Settings…") { openSettings() }
            Row(action: openSettings.callAsFunction)
            Button("Close") { dismiss() }
        }
        .focusedSceneValue(\.library, library)
        .environment(\.depth, 1)
    }
}

private struct Row: View {
    let action: @MainActor () -> Void
    var body: some View { Button("Act", action: action) }
}

struct LibraryCommands: Commands {
    @FocusedValue(\.library) private var library
    @Environment(\.openWindow) private var openWindow

    var body: some Commands {
        SidebarCommands()
        CommandGroup(replacing: .newItem) {
            Button("New") { openWindow(id: "main") }
                .keyboardShortcut("n")
        }
        CommandMenu("Library") {
            Button("Rename") { library?.title = "Renamed" }
                .disabled(library == nil)
            if let library {
                Divider()
                Button(library.title) {}
            }
        }
    }
}

struct LibraryScenes: Scene {
    @State private var library: Library

    init(library: Library) { _library = State(initialValue: library) }

    var body: some Scene {
        WindowGroup("Library", id: "main") {
            LibraryView()
                .environment(library)
                .frame(minWidth: 640, minHeight: 420)
        }
        .defaultSize(width: 1000, height: 700)
        .windowToolbarStyle(.unified)
        .commands { LibraryCommands() }

        Window("About", id: "about") { Text("About") }

        Settings { Text("Settings").frame(width: 540) }
    }
}

struct LibraryApp: App {
    private let library = Library()
    var body: some Scene { LibraryScenes(library: library) }
}

#Preview { LibraryView().environment(Library()) }

#Preview("Named") {
    VStack {
        Text("one")
        Text("two")
    }
    .frame(width: 300)
}
