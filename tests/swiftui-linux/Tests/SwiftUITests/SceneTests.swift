// Windows and menus of a whole app.

import Testing
import ViewTesting

@MainActor
@Observable
private final class Document {
    var isEdited = false
    var saved = 0
}

private struct Editor: View {
    let document: Document
    var body: some View {
        Toggle("Edited", isOn: Bindable(document).isEdited)
        Text("saved \(document.saved)")
            .navigationTitle(document.isEdited ? "Draft*" : "Draft")
            .focusedSceneValue(\.document, document)
            .toolbar {
                ToolbarItem(placement: .primaryAction) { Button("Share") {} }
            }
    }
}

private struct EditorCommands: Commands {
    @FocusedValue(\.document) private var document
    @Environment(\.openWindow) private var openWindow

    var body: some Commands {
        SidebarCommands()
        CommandGroup(replacing: .newItem) { Button("New") { openWindow(id: "main") }.keyboardShortcut("n") }
        CommandGroup(after: .newItem) { Button("Open Recent") {} }
        CommandMenu("Document") {
            Button("Save") { document?.saved += 1 }
                .keyboardShortcut("s")
                .disabled(document?.isEdited != true)
            Button("Show Page") { openWindow(id: "page") }
            Menu("Elsewhere") {
                Section("Lost") { Button("Nowhere") { openWindow(id: "nowhere") } }
            }
        }
    }
}

private struct EditorScenes: Scene {
    @State private var document = Document()

    var body: some Scene {
        WindowGroup("Main", id: "main") { Editor(document: document) }
            .commands { EditorCommands() }
        Window("Page", id: "page") { Text("page") }
        Settings { Text("settings") }
    }
}

extension FocusedValues {
    @Entry fileprivate var document: Document?
}

@MainActor
struct SceneTests {
    private let app = AppUnderTest(EditorScenes())

    @Test func theFirstSceneOpensAtLaunch() throws {
        #expect(app.sceneTitles == ["Main", "Page", "Settings"])
        #expect(app.windowTitles == ["Draft"])
        #expect(try app.frontWindow().texts == ["saved 0"])
    }

    @Test func menusStandInTheOrderOfAMac() {
        #expect(app.menuTitles == ["App", "File", "View", "Document", "Window"])
    }

    @Test func menuItemsFollowTheFrontWindow() throws {
        #expect(try !app.menuItem("Document", "Save").isEnabled)
        try app.frontWindow().press("Edited")
        #expect(app.windowTitles == ["Draft*"])
        try app.choose("Save", fromMenu: "Document")
        #expect(try app.frontWindow().texts == ["saved 1"])
        try app.frontWindow().shortcut("⌘S")
        #expect(try app.frontWindow().texts == ["saved 2"])
        try app.choose("Settings…", fromMenu: "App")
        #expect(try !app.menuItem("Document", "Save").isEnabled)
    }

    @Test func groupsOfTheStandardMenusAreReplacedAndExtended() throws {
        #expect(throws: ScreenError.self) { try app.menuItem("File", "New Window") }
        #expect(try app.menuItem("File", "New").shortcut == "⌘N")
        _ = try app.menuItem("File", "Open Recent")
        #expect(try app.menuItem("File", "Close").shortcut == "⌘W")
        #expect(try !app.menuItem("View", "Toggle Sidebar").isEnabled)
    }

    @Test func windowsOpenByIDAndClose() throws {
        try app.choose("New", fromMenu: "File")
        #expect(app.windowTitles == ["Draft", "Draft"])
        try app.choose("Show Page", fromMenu: "Document")
        #expect(try app.frontWindow().texts == ["page"])
        try app.choose("Show Page", fromMenu: "Document")
        #expect(app.windowTitles == ["Draft", "Draft", "Page"])
        try app.choose("Close", fromMenu: "File")
        #expect(app.windowTitles == ["Draft", "Draft"])
        try app.choose("Settings…", fromMenu: "App")
        try app.choose("Settings…", fromMenu: "App")
        #expect(app.windowTitles == ["Draft", "Draft", "Settings"])
        #expect(app.warnings == [])
    }

    @Test func aWindowThatTheAppDoesNotHaveIsReported() throws {
        try app.choose("Nowhere", fromMenu: "Document")
        #expect(app.warnings == ["openWindow: the app has no window “nowhere”"])
    }

    @Test func onlyTheFrontWindowAppearsActive() throws {
        struct Probe: View {
            @Environment(\.appearsActive) private var appearsActive
            var body: some View { Text(appearsActive ? "front" : "behind") }
        }
        struct Scenes: Scene {
            var body: some Scene {
                WindowGroup("Probe") { Probe() }
                Settings { Text("settings") }
            }
        }
        let app = AppUnderTest(Scenes())
        #expect(try app.window("Probe").texts == ["front"])
        try app.choose("Settings…", fromMenu: "App")
        #expect(try app.window("Probe").texts == ["behind"])
        try app.choose("Close", fromMenu: "File")
        #expect(try app.window("Probe").texts == ["front"])
        app.isActive = false
        #expect(try app.window("Probe").texts == ["behind"], "the person works in another app")
        app.isActive = true
        #expect(try app.window("Probe").texts == ["front"])
    }

    @Test func aClosedWindowIsFreedAndNoLongerEvaluated() throws {
        let app = AppHost(EditorScenes())
        weak var closed: ViewHost?
        for _ in 0..<3 {
            app.open(0)
            app.update()
            closed = app.windows.last?.host
            #expect(closed != nil)
            app.close(try #require(app.windows.last))
            #expect(closed == nil)
        }
        #expect(app.windows.count == 1)
    }

    @Test func aSidebarCanBeHidden() throws {
        struct Scenes: Scene {
            var body: some Scene {
                WindowGroup("Main") {
                    NavigationSplitView {
                        Text("side")
                    } detail: {
                        Text("detail")
                    }
                }
                .commands { SidebarCommands() }
            }
        }
        let app = AppUnderTest(Scenes())
        let window = try app.frontWindow()
        #expect(window.texts == ["side", "detail"])
        try app.choose("Toggle Sidebar", fromMenu: "View")
        #expect(window.texts == ["detail"])
        try app.choose("Toggle Sidebar", fromMenu: "View")
        #expect(window.texts == ["side", "detail"])
    }
}
