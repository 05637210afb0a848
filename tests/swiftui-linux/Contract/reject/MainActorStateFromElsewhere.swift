// error: main actor-isolated property 'count' can not be mutated from a nonisolated context
import SwiftUI

@MainActor
@Observable
final class Model { var count = 0 }

struct Sample: View {
    let model: Model
    var body: some View { Button("x") { Task.detached { model.count = 2 } } }
}
