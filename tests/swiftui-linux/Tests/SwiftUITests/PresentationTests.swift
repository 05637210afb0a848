// Alerts, dialogs, sheets, and what VoiceOver and the outline say.

import Testing
import ViewTesting

@MainActor
struct PresentationTests {
    private struct Dangerous: View {
        @State private var isAsking = false
        @State private var isConfirming = false
        @State private var done = "nothing"

        var body: some View {
            Text(done)
            Button("Ask") { isAsking = true }
                .alert("Really?", isPresented: $isAsking) {
                    Button("Do It", role: .destructive) { done = "deed" }
                    Button("Keep", role: .cancel) { done = "kept" }
                } message: {
                    Text("It can't be undone.")
                }
            Button("Confirm") { isConfirming = true }
                .disabled(done == "deed")
                .confirmationDialog("Remove?", isPresented: $isConfirming) {
                    Button("Remove", role: .destructive) { done = "removed" }
                }
        }
    }

    @Test func anAlertHidesWhatIsBehindItAndEveryButtonClosesIt() throws {
        let screen = Screen(Dangerous())
        try screen.press("Ask")
        #expect(screen.exists(.alert, "Really?"))
        #expect(screen.texts == ["It can't be undone."])
        #expect(throws: ScreenError.self) { try screen.press("Confirm") }
        try screen.press("Do It")
        #expect(!screen.exists(.alert))
        #expect(screen.texts == ["deed"])
    }

    @Test func escapeCancels() throws {
        let screen = Screen(Dangerous())
        try screen.press("Ask")
        try screen.shortcut("⎋")
        #expect(screen.texts == ["kept"])
    }

    @Test func aDialogAlwaysHasACancelButton() throws {
        let screen = Screen(Dangerous())
        try screen.press("Confirm")
        #expect(screen.all(.button).map(\.label) == ["Remove", "Cancel"])
        try screen.press("Cancel")
        #expect(screen.texts == ["nothing"])
    }

    @Test func anAlertWithoutButtonsHasOK() throws {
        struct Plain: View {
            @State private var isShown = true
            var body: some View { Text("x").alert("Note", isPresented: $isShown) {} }
        }
        let screen = Screen(Plain())
        try screen.shortcut("↩")
        #expect(screen.texts == ["x"])
    }

    @Test func aSheetShowsItsItemAndDismissesItself() throws {
        struct Item: Identifiable { let id: Int }
        struct Sheet: View {
            let item: Item
            @Environment(\.dismiss) private var dismiss
            @State private var presses = 0
            var body: some View {
                Text("sheet \(item.id) \(presses)")
                Button("Press") { presses += 1 }
                Button("Close") { dismiss() }
            }
        }
        struct Parent: View {
            @State private var item: Item?
            @State private var closed = 0
            var body: some View {
                Text("closed \(closed)")
                Button("Open") { item = Item(id: 4) }
                    .sheet(item: $item, onDismiss: { closed += 1 }, content: Sheet.init)
            }
        }
        let screen = Screen(Parent())
        try screen.press("Open")
        try screen.press("Press")
        #expect(screen.texts == ["sheet 4 1"])
        try screen.press("Close")
        #expect(screen.texts == ["closed 1"])
        try screen.press("Open")
        #expect(screen.texts == ["sheet 4 0"])
    }
}

@MainActor
struct PerceptionTests {
    @Test func voiceOverHearsLabelsAndTheScreenShowsTexts() {
        let screen = Screen(
            HStack {
                Text("✓").accessibilityLabel("Done")
                Image(systemName: "key").accessibilityLabel("Has a key")
            }
            .accessibilityElement(children: .combine)
        )
        #expect(screen.texts == ["✓"])
        #expect(screen.exists(.text, "Done"))
        #expect(screen.exists(.group, "Done Has a key"))
    }

    @Test func whatVoiceOverCouldNotSayIsFound() {
        let screen = Screen(
            VStack {
                Button {
                } label: {
                    Image(systemName: "key")
                }
                Image(systemName: "folder")
                Image(systemName: "folder").accessibilityHidden(true)
                TextEditor(text: .constant(""))
                Button("Fine", systemImage: "key") {}.labelStyle(.iconOnly)
            }
        )
        #expect(
            screen.accessibilityProblems() == [
                "button has no label (symbol: key)", "image “folder” has no label and is not hidden",
                "textEditor has no label (symbol: none)",
            ]
        )
    }

    @Test func aMisspelledSymbolIsReported() {
        let screen = Screen(Image(systemName: "keyy").accessibilityLabel("Key"))
        #expect(screen.warnings.contains { $0.contains("“keyy” is not among the SF Symbols") })
    }

    @Test func aFocusedValueInAViewIsReported() {
        struct Reader: View {
            @FocusedValue(\.topic) private var topic
            var body: some View { Text(topic ?? "none") }
        }
        #expect(Screen(Reader()).warnings.contains { $0.contains("the stand-in knows focused values in menus only") })
    }

    @Test func theOutlineIsStable() {
        let screen = Screen(
            VStack {
                HStack {
                    Text("Title")
                    Spacer()
                    Button("Stop") {}.keyboardShortcut(".", modifiers: .command).disabled(true)
                }
                Toggle("Loud", isOn: .constant(true))
            }
        )
        #expect(
            screen.outline() == """
                text “Title”
                button “Stop” [disabled] ⌘.
                toggle “Loud” [on]

                """
        )
    }
}

extension FocusedValues {
    @Entry fileprivate var topic: String?
}
