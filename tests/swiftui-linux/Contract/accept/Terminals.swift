// Drawings with text, keys of all kinds, sizes, drags, what is pasted and dropped.
import SwiftUI

struct Screenful: View {
    @FocusState private var isFocused: Bool
    @State private var size = CGSize.zero

    var body: some View {
        VSplitView {
            ZStack(alignment: .topLeading) {
                Canvas { context, size in
                    context.fill(
                        Path(CGRect(x: 0, y: 0, width: 8, height: 16)),
                        with: .color(Color(red: 1, green: 0, blue: 0))
                    )
                    let text = Text(verbatim: "ls -l").font(.system(size: 13, design: .monospaced))
                    context.draw(text.foregroundStyle(.red).bold().italic(), at: .zero, anchor: .topLeading)
                    context.draw(Text(verbatim: "x").font(.custom("Menlo", fixedSize: 12)), at: .zero)
                }
                .frame(width: 80, height: 20)
            }
            .frame(maxWidth: .infinity, maxHeight: .infinity, alignment: .topLeading)
            .focusable()
            .focused($isFocused)
            .onKeyPress(phases: .all) { press in
                guard press.phase != .up else { return .ignored }
                switch press.key {
                case .deleteForward, .home, .end, .pageUp, .pageDown: return .handled
                default: return press.characters.isEmpty || press.modifiers.contains(.control) ? .ignored : .handled
                }
            }
            .gesture(
                DragGesture(minimumDistance: 0)
                    .onChanged { size.width = $0.location.x - $0.startLocation.x }
                    .onEnded { _ in size = .zero }
            )
            .onGeometryChange(for: CGSize.self, of: { $0.size }, action: { size = $0 })
            .pasteDestination(for: String.self) { texts in print(texts) }
            .dropDestination(for: URL.self) { urls, _ in !urls.isEmpty }
            .accessibilityElement(children: .ignore)
            .accessibilityLabel("Terminal")
            .accessibilityValue(String(repeating: "x", count: 3))
            ScrollView(.horizontal) { Text(verbatim: "tabs") }.scrollIndicators(.never)
            Color.secondary.opacity(0.4)
                .overlay {
                    Color.clear
                        .frame(width: 9)
                        .contentShape(Rectangle())
                        .gesture(DragGesture(minimumDistance: 1, coordinateSpace: .global).onEnded { _ in })
                        .pointerStyle(.columnResize)
                }
                .zIndex(1)
        }
    }
}
