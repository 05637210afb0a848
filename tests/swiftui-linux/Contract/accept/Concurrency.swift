// What views may do with tasks and actors.

import SwiftUI

actor Store {
    func load() -> [String] { ["a"] }
}

@MainActor
@Observable
final class Loader {
    private(set) var names: [String] = []
    @ObservationIgnored private let store = Store()

    func load() async { names = await store.load() }

    func follow() async {
        for await name in AsyncStream(unfolding: { Optional("b") }) { names.append(name) }
    }
}

struct Loading: View {
    let loader: Loader
    @State private var isLoading = false

    var body: some View {
        Text(verbatim: loader.names.joined(separator: ", "))
            .task { await loader.load() }
            .task(id: isLoading) { await loader.follow() }
            .onAppear { isLoading = true }
            .onChange(of: loader.names) { Task { await loader.load() } }
        Button("Again") {
            isLoading = true
            Task {
                await loader.load()
                isLoading = false
            }
        }
    }
}
