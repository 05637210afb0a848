// A tool call in a transcript: one line, and its details when the reader asks for them.
import AtelierKit
import SwiftUI

struct ToolCallRow: View {
    @Bindable var call: ChatCall
    let model: ChatModel
    @Environment(\.showInTerminal) private var showInTerminal

    var body: some View {
        VStack(alignment: .leading, spacing: 6) {
            if call.stage == .waiting {
                ApprovalCard(call: call, model: model)
            } else if call.hasDetails {
                DisclosureGroup(isExpanded: $call.isExpanded) {
                    ToolCallDetails(call: call, model: model)
                        .padding(.top, 4)
                } label: {
                    ToolCallLine(call: call)
                }
                if !call.isExpanded { ToolCallNews(call: call) }
            } else {
                ToolCallLine(call: call)
            }
            ForEach(call.elicitations) { elicitation in
                if elicitation.outcome == nil {
                    ElicitationCard(elicitation: elicitation, model: model)
                } else if let reason = elicitation.reasonForNone {
                    Text("\(elicitation.question.server) was given no answer: \(reason)")
                        .font(.caption)
                        .foregroundStyle(.secondary)
                }
            }
            if let showInTerminal, call.isCommand, [.running, .done, .failed].contains(call.stage) {
                Button("Open in Terminal") { showInTerminal(call) }
                    .buttonStyle(.link)
                    .font(.caption)
                    .help("Shows what it prints as a terminal does")
            }
            if let session = call.session {
                Button("Open Its Session") { model.lead(to: session) }
                    .buttonStyle(.link)
                    .font(.caption)
                    .help("A session of its own does this")
            }
        }
        .padding(.leading, 30)
        .accessibilityElement(children: .contain)
        .accessibilityLabel("Tool call: \(call.title)")
    }
}

/// What is done, to what, and how far it is.
private struct ToolCallLine: View {
    let call: ChatCall

    var body: some View {
        HStack(spacing: 8) {
            Image(systemName: ToolSymbol.name(of: call.tool))
                .foregroundStyle(.secondary)
                .accessibilityHidden(true)
            Text(verbatim: call.title)
                .bold()
                .fixedSize()
            if let subject = call.subject {
                Text(verbatim: subject)
                    .font(.callout.monospaced())
                    .foregroundStyle(.secondary)
                    .lineLimit(1)
            }
            Spacer(minLength: 8)
            ToolCallState(call: call)
        }
    }
}

/// How far a call is, at the end of its line.
private struct ToolCallState: View {
    let call: ChatCall

    var body: some View {
        HStack(spacing: 6) {
            if let diff = call.diff, call.stage == .done {
                Text(verbatim: diff.counts)
                    .monospacedDigit()
                    .accessibilityLabel("\(counted(diff.added, "line")) added, \(diff.removed) removed")
            }
            switch call.stage {
            case .requested, .waiting, .allowed: Text("Not begun")
            case .running:
                if let percent = call.percent {
                    ProgressView(value: Double(percent), total: 100)
                        .frame(width: 60)
                        .accessibilityLabel("Progress of \(call.title)")
                } else {
                    ProgressView()
                        .controlSize(.small)
                        .accessibilityLabel("Running")
                }
            // The call is done; what it has started may run on.
            case .done: finished("checkmark.circle", call.isBackgroundCommand ? "Started" : "Done")
            case .failed: finished("exclamationmark.circle.fill", "Failed").foregroundStyle(.red)
            case .refused, .notRun: Label("Not run", systemImage: "slash.circle")
            }
        }
        .font(.caption)
        .foregroundStyle(.secondary)
        .fixedSize()
    }

    private func finished(_ symbol: String, _ name: LocalizedStringKey) -> some View {
        HStack(spacing: 4) {
            if let took = call.took, took >= .milliseconds(100) {
                Text(verbatim: took.short)
                    .monospacedDigit()
            }
            Image(systemName: symbol)
                .accessibilityLabel(name)
        }
    }
}

/// What a folded call has to say: the end of what it writes, or what went wrong.
private struct ToolCallNews: View {
    let call: ChatCall

    var body: some View {
        switch call.stage {
        case .running:
            if let step = call.step {
                Text(verbatim: step)
                    .font(.caption)
                    .foregroundStyle(.secondary)
            }
            if !call.output.isEmpty {
                OutputText(text: call.output.lastLines(6))
            }
        case .failed, .notRun:
            if let result = call.result {
                Text(verbatim: result.text)
                    .font(.caption)
                    .foregroundStyle(.secondary)
                    .lineLimit(2)
            }
        default: EmptyView()
        }
    }
}

/// The drawings of tools.
enum ToolSymbol {
    static func name(of tool: String) -> String {
        switch tool {
        case "read_file": "doc.text"
        case "write_file", "edit_file", "multi_edit", "apply_patch": "pencil"
        case "search_files", "glob": "magnifyingglass"
        case "list_directory", "create_directory": "folder"
        case "delete_file": "trash"
        case "copy_file": "doc.on.doc"
        case "todo": "checklist"
        case "fetch_url": "globe"
        case "task": "person.2"
        case _ where tool.hasPrefix("shell_"): "terminal"
        case _ where tool.hasPrefix("git_"): "arrow.triangle.branch"
        default: "wrench.and.screwdriver"
        }
    }
}

#Preview("Calls") {
    ChatView(model: PreviewData.workingChat, settings: PreviewData.settings)
        .frame(width: 700, height: 800)
}
