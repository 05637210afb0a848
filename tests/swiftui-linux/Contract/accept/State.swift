// State, bindings and observable models, as views use them.

import SwiftUI

@MainActor
@Observable
final class Model: Identifiable {
    var name = ""
    var isOn = false
    var choice: String?
    private(set) var count = 0

    func add() async { count += 1 }
}

struct StateSample: View {
    @Bindable var model: Model
    @State private var draft = ""
    @State private var selection: Model.ID?
    @State private var own = Model()
    @AppStorage("visits") private var visits = 0
    @SceneStorage("session") private var session: String?
    @FocusState private var isFocused: Bool

    init(model: Model, draft: String = "") {
        self.model = model
        _draft = State(initialValue: draft)
    }

    var body: some View {
        Form {
            TextField("Name", text: $model.name)
                .focused($isFocused)
            TextField("Draft", text: $draft, axis: .vertical)
            SecureField("Key", text: Binding(get: { model.name }, set: { model.name = $0 }))
            TextEditor(text: $draft)
            Toggle("On", isOn: $own.isOn)
            Toggle("Chosen", isOn: Binding(get: { model.choice != nil }, set: { model.choice = $0 ? "x" : nil }))
            Picker("Count", selection: $visits) {
                ForEach(0..<3) { Text("\($0)").tag($0) }
            }
            List([model], selection: $selection) { Text($0.name) }
            ChildSample(isOn: $model.isOn)
            Button("Add") { Task { await model.add() } }
            Button("Focus", action: focus)
        }
        .onChange(of: model.name) { session = model.name }
        .onChange(of: draft, initial: true) { old, new in visits += old == new ? 0 : 1 }
        .task(id: model.choice) { await model.add() }
    }

    private func focus() { isFocused = true }
}

struct ChildSample: View {
    @Binding var isOn: Bool
    var action: (@MainActor () -> Void)?

    var body: some View {
        Toggle("On", isOn: $isOn)
        if let action {
            Button("Act") { action() }
        } else {
            EmptyView()
        }
    }
}
