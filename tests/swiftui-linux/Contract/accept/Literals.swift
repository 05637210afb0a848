// Literals are keys of the interface, strings are contents; both choose their initialisers without help.

import SwiftUI

struct Literals: View {
    let name: String
    let part: Substring
    let count: Int
    let date: Date

    var body: some View {
        VStack {
            Text("literal")
            Text("\(count) of \(name)")
            Text("\(date, format: .dateTime.hour())")
            Text(name)
            Text(part)
            Text(verbatim: "raw")
            Text(date, format: .dateTime.day().month())
            Button("literal") {}
            Button(name) {}
            Button(name, systemImage: "key", role: .destructive) {}
            Label("literal", systemImage: "key")
            Label(count == 1 ? "one" : "many", systemImage: "key")
            Label(name, systemImage: "key")
            Toggle("literal", isOn: .constant(true))
            TextField("literal", text: .constant(""))
            TextField(name, text: .constant(""), prompt: Text("prompt"))
            LabeledContent("literal", value: name)
            ProgressView("literal")
            Section("literal") { Text("x") }
            Section(name) { Text("x") }
        }
        .navigationTitle(name)
        .help("literal \(count)")
        .accessibilityLabel(name)
    }
}
