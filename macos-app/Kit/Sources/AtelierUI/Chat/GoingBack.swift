// Taking back what was said and done: asked about at a prompt.
import AtelierKit
import SwiftUI

/// What can be done at a prompt.
struct PromptActions: View {
    let message: ChatMessage
    let model: ChatModel

    var body: some View {
        Button("Fork from Here") { Task { await model.fork(before: message) } }
        Button("Rewind to Here…") { model.rewinding = message }
            .disabled(model.isRunning)
    }
}

extension View {
    /// Asks how far to go back.
    func askingAboutRewind(_ model: ChatModel) -> some View {
        confirmationDialog(
            "Go back to before this prompt?",
            isPresented: Binding(get: { model.rewinding != nil }, set: { if !$0 { model.rewinding = nil } }),
            presenting: model.rewinding
        ) { message in
            Button("Rewind Conversation") { Task { await model.rewind(to: message, restoringFiles: false) } }
            Button("Rewind Conversation and Files") { Task { await model.rewind(to: message, restoringFiles: true) } }
            Button("Cancel", role: .cancel) {}
        } message: { _ in
            Text("The prompt goes back into the composer. Files that someone else has changed since are left alone.")
        }
    }
}
