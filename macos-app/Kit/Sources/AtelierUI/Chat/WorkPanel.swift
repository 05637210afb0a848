// What stands between transcript and composer while an agent works: its to-do list, and the prompts that wait.
import AtelierKit
import SwiftUI

struct WorkPanel: View {
    let model: ChatModel

    var body: some View {
        if hasTodos || !model.transcript.queued.isEmpty {
            VStack(alignment: .leading, spacing: 8) {
                if hasTodos { TodoList(items: model.transcript.todos) }
                ForEach(model.transcript.queued) { prompt in
                    QueuedPromptRow(prompt: prompt, model: model)
                }
            }
            .padding(.horizontal, 14)
            .padding(.vertical, 8)
        }
    }

    /// A list that is done has nothing more to say once the agent rests.
    private var hasTodos: Bool {
        let todos = model.transcript.todos
        return !todos.isEmpty && (model.isRunning || todos.contains { $0.status != .completed })
    }
}

/// How far the agent is in its own plan.
struct TodoList: View {
    let items: [TodoItem]
    @State private var isExpanded = false

    var body: some View {
        DisclosureGroup(isExpanded: $isExpanded) {
            VStack(alignment: .leading, spacing: 4) {
                ForEach(items) { item in
                    HStack(spacing: 6) {
                        Image(systemName: symbol(of: item.status))
                            .foregroundStyle(item.status == .pending ? AnyShapeStyle(.secondary) : AnyShapeStyle(.tint))
                            .accessibilityLabel(name(of: item.status))
                        Text(verbatim: item.text)
                            .foregroundStyle(item.status == .completed ? .secondary : .primary)
                    }
                }
            }
            .font(.callout)
            .frame(maxWidth: .infinity, alignment: .leading)
            .padding(.top, 4)
        } label: {
            HStack(spacing: 8) {
                Label("To-do", systemImage: "checklist")
                Text("\(done) of \(items.count)")
                    .monospacedDigit()
                if let current {
                    Text(verbatim: current.text)
                        .lineLimit(1)
                }
            }
            .font(.callout)
            .foregroundStyle(.secondary)
        }
    }

    private var done: Int { items.count { $0.status == .completed } }

    private var current: TodoItem? {
        items.first { $0.status == .inProgress } ?? items.first { $0.status == .pending }
    }

    private func symbol(of status: TodoItem.Status) -> String {
        switch status {
        case .pending: "circle"
        case .inProgress: "circle.dotted"
        case .completed: "checkmark.circle.fill"
        }
    }

    private func name(of status: TodoItem.Status) -> LocalizedStringKey {
        switch status {
        case .pending: "To do"
        case .inProgress: "In progress"
        case .completed: "Done"
        }
    }
}

/// A prompt that waits for the agent's next step.
private struct QueuedPromptRow: View {
    let prompt: QueuedPrompt
    let model: ChatModel

    var body: some View {
        HStack(alignment: .firstTextBaseline, spacing: 8) {
            Label("Queued", systemImage: "clock")
                .font(.caption)
                .foregroundStyle(.secondary)
                .help("It is told at the agent’s next step")
            Text(verbatim: prompt.text)
                .lineLimit(3)
                .frame(maxWidth: .infinity, alignment: .leading)
            if !model.isRunning {
                Button("Send Now") { Task { await model.sendQueued() } }
                    .controlSize(.small)
            }
            Button("Take Back", systemImage: "xmark") { Task { await model.withdraw(prompt) } }
                .labelStyle(.iconOnly)
                .buttonStyle(.borderless)
                .help("Take this prompt back")
        }
        .padding(8)
        .background(.quaternary, in: .rect(cornerRadius: 8))
        .accessibilityElement(children: .contain)
        .accessibilityLabel("Queued prompt")
    }
}

#Preview {
    TodoList(items: PreviewData.todos)
        .padding()
        .frame(width: 500)
}
