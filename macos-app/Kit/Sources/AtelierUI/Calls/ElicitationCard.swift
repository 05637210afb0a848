// What a server asks the person. As the question whether a tool may run, it never takes the focus, its keys are in the
// menu, and none counts before it could be read. What a server writes is text; nothing of it is opened by itself.
import AtelierKit
import SwiftUI

struct ElicitationCard: View {
    @Bindable var elicitation: ChatElicitation
    let model: ChatModel
    @Environment(\.desktop) private var desktop

    var body: some View {
        VStack(alignment: .leading, spacing: 10) {
            header
            Text(verbatim: elicitation.question.message)
                .textSelection(.enabled)
            if let address = elicitation.address {
                Text(verbatim: address)
                    .font(.callout.monospaced())
                    .textSelection(.enabled)
            }
            ForEach(elicitation.fields) { field in
                ElicitationFieldRow(elicitation: elicitation, field: field) { accept() }
            }
            FieldProblem(message: elicitation.problem)
            answers
        }
        .padding(12)
        .background(.orange.opacity(0.1), in: .rect(cornerRadius: 8))
        .accessibilityElement(children: .contain)
        .accessibilityLabel("Question of \(elicitation.question.server)")
        .onAppear { model.noteShown(elicitation.clock) }
        .onDisappear { model.noteHidden(elicitation.clock) }
        .task { await elicitation.countDown() }
    }

    private var header: some View {
        HStack(spacing: 8) {
            Image(systemName: "questionmark.bubble")
                .foregroundStyle(.orange)
                .accessibilityHidden(true)
            Text("\(elicitation.question.server) asks you")
                .font(.headline)
                .accessibilityAddTraits(.isHeader)
            Spacer(minLength: 8)
            TimeLeft(clock: elicitation.clock, help: "Without an answer it counts as cancelled then")
        }
    }

    private var answers: some View {
        HStack(spacing: 8) {
            if elicitation.address == nil {
                Button("Send Answer") { accept() }
                    .buttonStyle(.borderedProminent)
                    .help("Give this to \(elicitation.question.server) (⌥⌘↩)")
            } else {
                Button("Open in Browser") { accept() }
                    .buttonStyle(.borderedProminent)
                    .disabled(desktop == nil)
                    .help("Open the address, and tell \(elicitation.question.server) so (⌥⌘↩)")
            }
            Button("Decline") { Task { await model.decline(elicitation) } }
                .help("Say no to \(elicitation.question.server) (⌥⇧⌘D)")
            Button("Cancel") { Task { await model.cancel(elicitation) } }
                .help("Say neither yes nor no")
        }
        .disabled(elicitation.isAnswering)
    }

    private func accept() { Task { await model.accept(elicitation, on: desktop) } }
}

/// How long a question still waits.
struct TimeLeft: View {
    let clock: AnswerClock
    let help: LocalizedStringKey

    var body: some View {
        if let left = clock.secondsLeft {
            Text(verbatim: Duration.seconds(left).formatted(.time(pattern: .minuteSecond)))
                .font(.caption)
                .monospacedDigit()
                .foregroundStyle(.secondary)
                .help(help)
                .accessibilityLabel("\(counted(left, "second")) left to answer")
        }
    }
}

/// One value that is asked for: its name, where it is filled in, and what it takes.
private struct ElicitationFieldRow: View {
    @Bindable var elicitation: ChatElicitation
    let field: ElicitationField
    let accept: @MainActor () -> Void

    var body: some View {
        VStack(alignment: .leading, spacing: 3) {
            switch field.kind {
            case .text, .number:
                Text(verbatim: title)
                TextField(field.label, text: $elicitation[field], prompt: Text(verbatim: field.defaultText ?? ""))
                    .textFieldStyle(.roundedBorder)
                    .onSubmit { accept() }
            case .yesNo: picker([.init(value: "yes", label: "Yes"), .init(value: "no", label: "No")])
            case .choice(let options): picker(options)
            case .choices(let options):
                Text(verbatim: title)
                ForEach(options) { option in
                    Toggle(option.label, isOn: $elicitation[field, option])
                        .toggleStyle(.checkbox)
                }
            }
            if let summary = field.summary { note(summary) }
            if let hint { note(hint) }
        }
    }

    /// What it takes, where that is not seen by itself.
    private var hint: String? {
        switch field.kind {
        case .text, .number: field.isRequired ? "Needed: \(field.hint)" : "Takes \(field.hint)"
        case .yesNo, .choice, .choices: field.isRequired ? "Needed" : nil
        }
    }

    private var title: String { field.isRequired ? "\(field.label) *" : field.label }

    private func picker(_ options: [ElicitationOption]) -> some View {
        Picker(title, selection: $elicitation[field]) {
            if field.defaultText == nil { Text("Choose…").tag("") }
            ForEach(options) { option in Text(verbatim: option.label).tag(option.value) }
        }
    }

    private func note(_ text: String) -> some View {
        Text(verbatim: text)
            .font(.caption)
            .foregroundStyle(.secondary)
    }
}

extension ChatModel {
    /// Answers with what is filled in. An address is opened once that is in the log, and only then.
    func accept(_ elicitation: ChatElicitation, on desktop: (any Desktop)?) async {
        guard await accept(elicitation), let address = elicitation.address else { return }
        desktop?.open(address: address)
    }
}

#Preview("Form") {
    ChatView(model: PreviewData.formChat, settings: PreviewData.settings)
        .frame(width: 700, height: 700)
}

#Preview("Address") {
    ChatView(model: PreviewData.visitChat, settings: PreviewData.settings)
        .frame(width: 700, height: 500)
}
