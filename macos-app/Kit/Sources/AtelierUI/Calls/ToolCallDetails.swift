// What a tool call was given, what it changed and what came of it.
import AtelierKit
import SwiftUI

struct ToolCallDetails: View {
    let call: ChatCall
    let model: ChatModel

    var body: some View {
        VStack(alignment: .leading, spacing: 8) {
            if let diff = call.diff {
                DiffView(diff: diff)
            } else if !call.arguments.isEmpty {
                DetailSection(title: "Arguments") { LongText(text: call.arguments) }
            }
            if !call.output.isEmpty {
                DetailSection(title: "Output so far") { OutputText(text: call.output.lastLines(200)) }
            }
            if let result = call.result, !result.isEmpty {
                DetailSection(title: call.stage == .done ? "Result" : "Why not") {
                    LongText(text: call.wholeResult ?? result.text)
                    if call.hasMoreResult {
                        Button("Show All of It") { Task { await model.readWhole(call) } }
                            .buttonStyle(.link)
                            .font(.caption)
                            .disabled(call.isReading)
                    }
                }
            }
        }
        .frame(maxWidth: .infinity, alignment: .leading)
    }
}

private struct DetailSection<Content: View>: View {
    let title: LocalizedStringKey
    @ViewBuilder let content: () -> Content

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            Text(title)
                .font(.caption)
                .foregroundStyle(.secondary)
            content()
        }
    }
}

/// What a program has written, as a terminal shows it.
struct OutputText: View {
    let text: String

    var body: some View {
        Text(verbatim: text)
            .font(.callout.monospaced())
            .textSelection(.enabled)
            .frame(maxWidth: .infinity, alignment: .leading)
            .padding(8)
            .background(.quaternary, in: .rect(cornerRadius: 6))
    }
}

/// The beginning of a text, and all that is kept of it when the reader asks.
struct LongText: View {
    private static let lines = 16

    let text: String
    @State private var isWhole = false

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            OutputText(text: isWhole ? text : beginning)
            if hidden > 0 {
                Button(isWhole ? "Show Less" : "Show \(counted(hidden, "More Line"))") { isWhole.toggle() }
                    .buttonStyle(.link)
                    .font(.caption)
            }
        }
    }

    private var allLines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    private var hidden: Int { max(allLines.count - Self.lines, 0) }

    private var beginning: String { allLines.prefix(Self.lines).joined(separator: "\n") }
}
