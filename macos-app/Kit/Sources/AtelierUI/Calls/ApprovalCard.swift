// The question whether a tool may run. It never takes the focus, and answers to no key by itself: keys that answer are in
// the menu, with ⌥⌘, and none counts before the question could be read.
import AtelierKit
import SwiftUI

struct ApprovalCard: View {
    @Bindable var call: ChatCall
    let model: ChatModel

    var body: some View {
        VStack(alignment: .leading, spacing: 10) {
            header
            warnings
            preview
            answers
        }
        .padding(12)
        .background(.orange.opacity(0.1), in: .rect(cornerRadius: 8))
        .accessibilityElement(children: .contain)
        .accessibilityLabel("Question: \(heading)")
        .onAppear { model.noteShown(call.clock) }
        .onDisappear { model.noteHidden(call.clock) }
        .task { await call.countDown() }
    }

    private var header: some View {
        HStack(spacing: 8) {
            Image(systemName: "hand.raised")
                .foregroundStyle(.orange)
                .accessibilityHidden(true)
            Text(verbatim: heading)
                .font(.headline)
                .accessibilityAddTraits(.isHeader)
            Spacer(minLength: 8)
            TimeLeft(clock: call.clock, help: "Without an answer it counts as denied then")
        }
    }

    private var heading: String {
        switch call.tool {
        case "shell_exec": "Run this command?"
        case "shell_background": "Run this command in the background?"
        case "delete_file": "Delete \(call.subject ?? "this")?"
        case _ where call.diff != nil: "Make this change?"
        default: "\(call.title)\(call.subject.map { " \($0)" } ?? "")?"
        }
    }

    @ViewBuilder private var warnings: some View {
        if call.question?.isUnconfined == true {
            Label("Runs outside the sandbox, which has just refused it.", systemImage: "lock.open")
                .foregroundStyle(.red)
        }
        if call.question?.isDangerous == true {
            Label("Can’t be undone, or reaches beyond the project.", systemImage: "exclamationmark.triangle.fill")
                .foregroundStyle(.orange)
                .font(.callout)
        }
    }

    @ViewBuilder private var preview: some View {
        if let diff = call.diff {
            DiffView(diff: diff)
        } else if let preview = call.question?.preview {
            LongText(text: preview)
        } else if !call.arguments.isEmpty {
            LongText(text: call.arguments)
        }
    }

    /// What “always” would cover.
    private func covered(by question: ToolQuestion) -> String {
        question.isDangerous ? question.alwaysRules.joined(separator: ", ") : call.title
    }

    private var answers: some View {
        HStack(spacing: 8) {
            Button("Allow Once") { Task { await model.answer(call, .once) } }
                .buttonStyle(.borderedProminent)
                .help("Let it run, this once (⌥⌘Y)")
            // A yes to one dangerous call is not a yes to all of them, only to those that a rule covers.
            if let question = call.question, question.offersAlways {
                Button("Always Allow") { Task { await model.answer(call, .always) } }
                    .help("Don’t ask about \(covered(by: question)) again in this session (⌥⇧⌘Y)")
            }
            Button("Deny") { Task { await model.refuse(call) } }
                .help("Don’t let it run; the model is told why (⌥⌘D)")
            TextField("Why not", text: $call.reason, prompt: Text("What to do instead"))
                .textFieldStyle(.roundedBorder)
                .onSubmit { Task { await model.refuse(call) } }
        }
        .disabled(call.isAnswering)
    }
}

#Preview("Command") {
    ChatView(model: PreviewData.askingChat, settings: PreviewData.settings)
        .frame(width: 700, height: 500)
}

#Preview("Change") {
    ChatView(model: PreviewData.changingChat, settings: PreviewData.settings)
        .frame(width: 700, height: 500)
}
