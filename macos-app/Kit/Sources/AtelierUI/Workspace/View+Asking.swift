// Asks before something is done that can't be taken back.
import AtelierKit
import SwiftUI

extension View {
    /// Shows what the model asks.
    func asking<Model: Asking>(_ model: Model) -> some View {
        confirmationDialog(
            model.question?.title ?? "",
            isPresented: Binding(get: { model.question != nil }, set: { if !$0 { model.question = nil } }),
            titleVisibility: .visible,
            presenting: model.question
        ) { question in
            Button(question.confirmation, role: .destructive) { Task { await model.confirm(question) } }
            Button("Cancel", role: .cancel) {}
        } message: { question in
            Text(verbatim: question.message)
        }
    }
}

/// What went wrong, below what it is about.
struct ProblemOf<Model: Asking>: View {
    let model: Model

    var body: some View {
        if let problem = model.problem {
            ProblemBanner(message: problem, dismiss: { model.problem = nil })
        }
    }
}
