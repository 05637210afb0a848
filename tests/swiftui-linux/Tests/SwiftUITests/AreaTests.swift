// Views that take keys, drags, sizes, what is pasted and dropped; texts in drawings.

import Foundation
import Testing
import ViewTesting

@MainActor
struct AreaTests {
    @Observable
    final class Heard {
        var keys: [String] = []
        var size = CGSize.zero
        var drags: [CGPoint] = []
        var pasted: [String] = []
        var dropped: [URL] = []
    }

    struct Area: View {
        let heard: Heard
        @FocusState private var isFocused: Bool

        var body: some View {
            ZStack {
                Canvas { context, size in
                    let text = Text(verbatim: "<a>").font(.custom("A\"b", fixedSize: 12)).foregroundStyle(.red).bold()
                    context.draw(text.italic(), at: CGPoint(x: 4, y: 2), anchor: .topLeading)
                    context.fill(Path(CGRect(x: 1, y: 2, width: 3, height: 4)), with: .color(.blue))
                }
                .frame(width: 20, height: 10)
            }
            .frame(maxWidth: .infinity)
            .focusable()
            .focused($isFocused)
            .onKeyPress { press in
                if press.key == .escape { return .ignored }
                heard.keys.append("\(press.modifiers.rawValue)\(press.characters)")
                return .handled
            }
            .gesture(
                DragGesture(minimumDistance: 0)
                    .onChanged { heard.drags.append($0.location) }
                    .onEnded { heard.drags.append($0.startLocation) }
            )
            .onGeometryChange(for: CGSize.self, of: { $0.size }, action: { heard.size = $0 })
            .pasteDestination(for: String.self) { heard.pasted += $0 }
            .dropDestination(for: URL.self) { urls, _ in
                heard.dropped += urls
                return true
            }
            .accessibilityLabel("Area")
            .accessibilityValue(isFocused ? "focused" : "idle")
        }
    }

    @Test func itHearsWhatIsDoneWithIt() throws {
        let heard = Heard()
        let screen = Screen(Area(heard: heard))
        #expect(try screen.find(.group, "Area").value == "idle")
        try screen.type("a\n", intoView: "Area")
        #expect(try screen.press(key: "c", modifiers: .control, characters: "\u{3}", inView: "Area"))
        #expect(try !screen.press(key: .escape, inView: "Area"))
        #expect(heard.keys == ["0a", "0↩", "4\u{3}"])
        #expect(try screen.find(.group, "Area").value == "focused")
        try screen.resize("Area", to: CGSize(width: 30, height: 40))
        #expect(heard.size == CGSize(width: 30, height: 40))
        try screen.drag(in: "Area", from: CGPoint(x: 1, y: 2), to: CGPoint(x: 3, y: 4))
        #expect(heard.drags.map(\.x) == [1, 3, 1])
        try screen.paste("text", into: "Area")
        #expect(try screen.drop([URL(filePath: "/a")], on: "Area"))
        #expect(heard.pasted == ["text"] && heard.dropped == [URL(filePath: "/a")])
        #expect(throws: ScreenError.self) { try screen.paste("x", into: "Nothing") }
        #expect(screen.warnings.isEmpty && screen.accessibilityProblems().isEmpty)
    }

    @Test func itsPageSaysWhatItWantsToHearAndTextsAreNoMarkup() {
        let page = Screen(Area(heard: Heard())).page(width: 300, height: 200, isDark: false)
        for part in ["data-keys=\"*\"", "data-size", "data-drag", "data-paste", "tabindex=\"0\"", "&lt;a&gt;</text>"] {
            #expect(page.contains(part), "\(part)")
        }
        #expect(page.contains("font-family:&quot;Ab&quot;") && page.contains("M1.0 2.0h3.0v4.0h-3.0z"))
    }
}
