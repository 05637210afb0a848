// An app to host: everything that a page has to carry, as small as it can be.

import SwiftUI

@MainActor
@Observable
final class SampleModel {
    var draft = ""
    var messages: [String] = []
    var presses = 0
    var selection: Int?
    var size = 1
    var isAsking = false
    var keys = ""
    var isAtEnd = true

    /// As models do: begun by a task, so that it runs after the event.
    func send() async {
        messages.append(draft)
        draft = ""
    }
}

struct SampleView: View {
    @Bindable var model: SampleModel
    @FocusState private var isFocused: Bool
    @Environment(\.openSettings) private var openSettings

    var body: some View {
        VStack {
            ScrollView {
                ForEach(Array(model.messages.enumerated()), id: \.offset) { message in
                    Text(verbatim: message.element)
                }
            }
            .onScrollGeometryChange(for: Bool.self) {
                $0.contentOffset.y > 0
            } action: {
                model.isAtEnd = !$1
            }
            List(selection: $model.selection) {
                ForEach(1..<4) { number in
                    Text("row \(number)").contextMenu { Button("Raise \(number)") { model.presses += number } }
                }
            }
            TextField("Message", text: $model.draft, axis: .vertical)
                .focused($isFocused)
                .onSubmit { Task { await model.send() } }
                .onKeyPress(.escape) {
                    model.keys += "escape "
                    return .handled
                }
            Picker("Size", selection: $model.size) {
                Text("Small").tag(1)
                Text("Large").tag(2)
            }
            Button("Press") { model.presses += 1 }
                .onChange(of: model.presses) { AccessibilityNotification.Announcement("Pressed").post() }
            Button("Never") { model.presses += 100 }
                .disabled(true)
            Button("Ask") { model.isAsking = true }
                .alert("Sure?", isPresented: $model.isAsking) { Button("Yes") { model.presses += 10 } }
            Button("Focus") { isFocused = true }
            Text("pressed \(model.presses) size \(model.size) row \(model.selection ?? 0) end \(model.isAtEnd ? 1 : 0)")
        }
        .navigationTitle("Sample <1>")
    }
}

struct SampleScenes: Scene {
    let model: SampleModel

    var body: some Scene {
        WindowGroup("Sample") { SampleView(model: model) }
            .commands { CommandMenu("Do") { Button("Press Too") { model.presses += 1 }.keyboardShortcut("p") } }
        Settings { Text("the settings") }
    }
}
