// State lives as long as its view stays at its place.

import Testing
import ViewTesting

private struct Counter: View {
    let name: String
    @State private var count = 0

    var body: some View {
        Button("\(name) \(count)") { count += 1 }
    }
}

@Observable
private final class Board {
    var names = ["a", "b"]
    var isShown = true
    var style = 0
}

@MainActor
struct StateTests {
    private let board = Board()

    @Test func survivesPassesOfItsParent() throws {
        struct Parent: View {
            let board: Board
            var body: some View {
                Text("style \(board.style)")
                Counter(name: "count")
            }
        }
        let screen = Screen(Parent(board: board))
        try screen.press("count 0")
        board.style = 1
        #expect(screen.texts == ["style 1"])
        #expect(screen.exists(.button, "count 1"))
    }

    @Test func endsWhenItsViewGoes() throws {
        struct Parent: View {
            let board: Board
            var body: some View {
                if board.isShown { Counter(name: "count") }
            }
        }
        let screen = Screen(Parent(board: board))
        try screen.press("count 0")
        board.isShown = false
        #expect(screen.all(.button).isEmpty)
        board.isShown = true
        #expect(screen.exists(.button, "count 0"))
    }

    @Test func isApartInTheTwoBranchesOfACondition() throws {
        struct Parent: View {
            let board: Board
            var body: some View {
                if board.isShown { Counter(name: "count") } else { Counter(name: "count") }
            }
        }
        let screen = Screen(Parent(board: board))
        try screen.press("count 0")
        board.isShown = false
        #expect(screen.exists(.button, "count 0"))
    }

    @Test func followsItsElementThroughAList() throws {
        struct Parent: View {
            let board: Board
            var body: some View {
                ForEach(board.names, id: \.self) { Counter(name: $0) }
            }
        }
        let screen = Screen(Parent(board: board))
        try screen.press("b 0")
        board.names = ["c", "b", "a"]
        #expect(screen.all(.button).map(\.label) == ["c 0", "b 1", "a 0"])
    }

    @Test func startsAfreshWithAnotherIdentityOrType() throws {
        struct Parent: View {
            let board: Board
            var body: some View {
                Counter(name: "id").id(board.style)
                board.isShown ? AnyView(Counter(name: "any")) : AnyView(HStack { Counter(name: "any") })
            }
        }
        let screen = Screen(Parent(board: board))
        try screen.press("id 0")
        try screen.press("any 0")
        board.style = 1
        #expect(screen.all(.button).map(\.label) == ["id 0", "any 1"])
        board.isShown = false
        #expect(screen.all(.button).map(\.label) == ["id 0", "any 0"])
    }

    @Test func reachesItsBindings() throws {
        struct Name { var first = "Ada" }
        struct Parent: View {
            @State private var name = Name()
            var body: some View { TextField("First", text: $name.first) }
        }
        let screen = Screen(Parent())
        try screen.type("!", into: "First")
        #expect(try screen.find(.textField, "First").value == "Ada!")
    }

    @Test func oneValueAtTwoPlacesIsReported() {
        let shared = Counter(name: "count")
        let screen = Screen(Group { ForEach(0..<2) { _ in shared } })
        #expect(screen.warnings.contains { $0.contains("one view value stands at two places") })
    }

    @Test func aBodyThatChangesItsOwnStateIsReported() {
        struct Restless: View {
            @State private var count = 0
            var body: some View {
                Text("\(count)").onChange(of: count, initial: true) { count += 1 }
            }
        }
        #expect(Screen(Restless()).warnings == ["the view keeps changing its own state while it is evaluated"])
    }
}

@MainActor
struct ObservationTests {
    @Observable
    final class Model {
        var title = "one"
        var unread = 0
    }

    struct Title: View {
        let model: Model
        var body: some View { Text(model.title) }
    }

    @Test func aChangeOfWhatABodyReadShowsAtOnce() {
        let model = Model()
        let screen = Screen(Title(model: model))
        #expect(screen.texts == ["one"])
        model.title = "two"
        #expect(screen.texts == ["two"])
    }

    @Test func aChangeOfWhatNobodyReadCostsNothing() {
        let model = Model()
        let screen = Screen(Title(model: model))
        #expect(screen.texts == ["one"])
        model.unread += 1
        #expect(screen.texts == ["one"])
        #expect(screen.bodyEvaluations(of: "Title") == 1)
    }

    @Test func changesFromAnotherTaskAreSeen() async throws {
        let model = Model()
        let screen = Screen(Title(model: model))
        #expect(screen.texts == ["one"])
        Task { model.title = "later" }
        try await screen.wait(for: "the new title") { $0.texts == ["later"] }
    }

    @Test func aBindableObjectIsWrittenThroughItsBindings() throws {
        struct Editor: View {
            @Bindable var model: Model
            var body: some View { TextField("Title", text: $model.title) }
        }
        let model = Model()
        try Screen(Editor(model: model)).type("!", into: "Title")
        #expect(model.title == "one!")
    }
}

@MainActor
struct StorageTests {
    private enum Colour: String {
        case red
        case blue
    }

    private struct Stored: View {
        @AppStorage("colour") private var colour = Colour.red
        @SceneStorage("note") private var note = "none"

        var body: some View {
            Button("\(colour.rawValue) \(note)") {
                colour = .blue
                note = "mine"
            }
        }
    }

    @Test func theAppsValuesAreSharedByWindowsAndAWindowsValuesAreNot() throws {
        struct Opener: View {
            @Environment(\.openWindow) private var openWindow
            var body: some View {
                Stored()
                Button("Open") { openWindow(id: "other") }
            }
        }
        struct Scenes: Scene {
            var body: some Scene {
                WindowGroup("Main") { Opener() }
                Window("Other", id: "other") { Stored() }
            }
        }
        let app = AppUnderTest(Scenes())
        let main = try app.frontWindow()
        try main.press("Open")
        try main.press("red none")
        #expect(main.exists(.button, "blue mine"))
        #expect(try app.window("Other").exists(.button, "blue none"))
    }
}
