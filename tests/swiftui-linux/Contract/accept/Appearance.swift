// How views are drawn, and what VoiceOver says.

import Foundation
import SwiftUI

struct Appearance: View {
    let isLoud: Bool

    var body: some View {
        HStack(alignment: .firstTextBaseline, spacing: 8) {
            Image(systemName: "sparkles")
                .font(.title3)
                .foregroundStyle(isLoud ? AnyShapeStyle(.tint) : AnyShapeStyle(.secondary))
                .accessibilityHidden(true)
            Text("title")
                .font(.body.monospaced())
                .bold()
                .lineLimit(1)
                .textSelection(.enabled)
                .frame(maxWidth: .infinity, alignment: .leading)
            Spacer(minLength: 0)
            ProgressView()
                .controlSize(.small)
                .accessibilityLabel("Working")
        }
        .padding(.horizontal, 12)
        .padding(8)
        .background(.green.opacity(0.2))
        .background(isLoud ? AnyShapeStyle(.red.opacity(0.1)) : AnyShapeStyle(.clear))
        .background(.quaternary, in: .rect(cornerRadius: 6))
        .background(.bar)
        .accessibilityElement(children: .contain)
        .accessibilityAddTraits(.isHeader)
    }
}

struct Buttons: View {
    @State private var text = ""

    var body: some View {
        Button("Send", systemImage: "key") {}
            .labelStyle(.iconOnly)
            .buttonStyle(.borderless)
            .keyboardShortcut(.return, modifiers: [.command, .shift])
            .disabled(text.isEmpty)
        Button {
            text = ""
        } label: {
            Label("Clear", systemImage: "xmark")
        }
        .buttonStyle(.borderedProminent)
        .keyboardShortcut(.defaultAction)
        TextField("Message", text: $text, axis: .vertical)
            .textFieldStyle(.plain)
            .lineLimit(1...10)
            .autocorrectionDisabled()
            .onSubmit { text = "" }
            .onKeyPress(.escape) { .ignored }
            .onKeyPress(keys: [.return, "a"], phases: .down) { press in
                press.modifiers.contains(.shift) ? .handled : .ignored
            }
    }
}

struct Pictures: View {
    let file: URL?

    var body: some View {
        HSplitView {
            Text(coloured)
                .frame(minWidth: 120, idealWidth: 240, maxWidth: 400)
            Canvas { context, size in
                context.stroke(
                    Path { $0.addLine(to: CGPoint(x: 1, y: size.height)) },
                    with: .color(.teal),
                    lineWidth: 2
                )
            }
            .frame(width: 20, height: 20)
            AsyncImage(url: file) { image in
                image.resizable().scaledToFit()
            } placeholder: {
                ProgressView()
            }
        }
    }

    private var coloured: AttributedString {
        var text = AttributedString("let")
        text.foregroundColor = .pink
        text.backgroundColor = .green.opacity(0.3)
        return text
    }
}
