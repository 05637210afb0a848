// Texts in several colours, drawings, images, panes.

import Foundation
import Testing
import ViewTesting

@MainActor
struct PictureTests {
    @Test func aTextInSeveralColoursIsOneText() throws {
        var text = AttributedString("let ")
        text.foregroundColor = .pink
        var changed = AttributedString("<new>")
        changed.backgroundColor = .green.opacity(0.4)
        text += changed
        let screen = Screen(Text(text))
        #expect(screen.texts == ["let <new>"])
        var alone = AttributedString("// all of it")
        alone.foregroundColor = .secondary
        let comment = Screen(Text(alone)).page(width: 300, height: 200, isDark: false)
        #expect(comment.contains(#"<span style="color:var(--secondary)">// all of it</span>"#))
        let page = screen.page(width: 300, height: 200, isDark: false)
        #expect(page.contains(#"<span style="color:var(--pink)">let </span>"#), "\(page)")
        #expect(page.contains("&lt;new&gt;</span>") && page.contains("var(--green) 40%"))
    }

    @Test func aCanvasIsDrawnInItsFrameAndNotPerceived() {
        let canvas = Canvas { context, size in
            let line = Path { path in
                path.move(to: .zero)
                path.addLine(to: CGPoint(x: size.width, y: size.height))
            }
            context.stroke(line, with: .color(.blue), lineWidth: 2)
            context.fill(Path(ellipseIn: CGRect(x: 0, y: 0, width: 4, height: 4)), with: .color(.red))
        }
        let screen = Screen(canvas.frame(width: 20, height: 10))
        #expect(screen.accessibilityProblems() == [] && screen.warnings == [])
        let page = screen.page(width: 300, height: 200, isDark: false)
        #expect(page.contains("M0.0 0.0L20.0 10.0") && page.contains("var(--red)"))
    }

    @Test func rowsOfAListMayTouchEachOther() {
        let list = List {
            Text("one")
                .listRowInsets(EdgeInsets(top: 0, leading: 8, bottom: 0, trailing: 4))
                .listRowSeparator(.hidden)
            Text("two")
        }
        let page = Screen(list).page(width: 300, height: 200, isDark: false)
        #expect(page.components(separatedBy: #"class="row h no-separator""#).count == 2, "\(page)")
        #expect(page.contains("padding:0px 4px 0px 8px"))
    }

    @Test func anImageOfAFileIsShownAndAMissingOneHasItsPlaceholder() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "picture-\(UUID().uuidString).svg")
        try Data("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        func screen(_ url: URL?) -> Screen {
            Screen(
                AsyncImage(url: url) {
                    $0.resizable().scaledToFit()
                } placeholder: {
                    Text("None")
                }
            )
        }
        let shown = screen(file)
        #expect(shown.exists(.image, file.lastPathComponent))
        #expect(shown.page(width: 300, height: 200, isDark: false).contains("data:image/svg+xml;base64,"))
        #expect(screen(file.appending(path: "gone")).texts == ["None"])
    }

    @Test func panesStandBesideEachOther() {
        let split = HSplitView {
            Text("Left").frame(minWidth: 100, idealWidth: 240)
            Text("Right")
        }
        let screen = Screen(split)
        #expect(screen.texts == ["Left", "Right"])
        #expect(screen.page(width: 300, height: 200, isDark: false).contains("flex:0 1 240px"))
    }
}
