// Lines of a diff: one below the other, or old and new beside each other.
import AtelierKit
import SwiftUI

/// A line with its numbers, and a box to choose it where that is possible.
struct DiffLineRow: View {
    let line: DiffModel.Line
    let choice: Binding<Bool>?

    var body: some View {
        HStack(alignment: .firstTextBaseline, spacing: 6) {
            // An empty group would take no room, and the numbers would stand elsewhere.
            ZStack {
                if let choice {
                    Toggle("Choose line \(number)", isOn: choice)
                        .labelsHidden()
                        .toggleStyle(.checkbox)
                        .controlSize(.mini)
                }
            }
            .frame(width: 18)
            LineNumber(number: line.line.old)
            LineNumber(number: line.line.new)
            DiffLineText(line: line)
        }
        .padding(.horizontal, 8)
        .background(line.line.kind.background)
    }

    private var number: String {
        "\(line.line.kind == .removed ? "−" : "+")\(line.line.new ?? line.line.old ?? 0)"
    }
}

/// The old line beside the new one.
struct PairRow: View {
    let pair: DiffModel.Pair

    var body: some View {
        HStack(alignment: .top, spacing: 1) {
            side(pair.old, number: pair.old?.line.old)
            side(pair.new, number: pair.new?.line.new)
        }
    }

    private func side(_ line: DiffModel.Line?, number: UInt64?) -> some View {
        HStack(alignment: .firstTextBaseline, spacing: 6) {
            LineNumber(number: number)
            if let line { DiffLineText(line: line) } else { Spacer(minLength: 0) }
        }
        .padding(.horizontal, 8)
        .frame(maxWidth: .infinity, alignment: .leading)
        .background(line?.line.kind.background ?? AnyShapeStyle(.quaternary))
    }
}

private struct LineNumber: View {
    let number: UInt64?

    var body: some View {
        Text(verbatim: number.map { "\($0)" } ?? "")
            .foregroundStyle(.tertiary)
            .frame(width: 40, alignment: .trailing)
            .accessibilityHidden(true)
    }
}

private struct DiffLineText: View {
    let line: DiffModel.Line

    var body: some View {
        CodeText(
            text: line.line.text,
            spans: line.spans,
            emphasis: line.line.emphasis,
            emphasisColour: line.line.kind == .removed ? .red.opacity(0.3) : .green.opacity(0.35)
        )
        .textSelection(.enabled)
        .frame(maxWidth: .infinity, alignment: .leading)
        .accessibilityLabel(line.line.kind.spoken + line.line.text)
        if line.line.lacksNewline {
            Image(systemName: "arrow.uturn.backward")
                .foregroundStyle(.secondary)
                .accessibilityLabel("No line end at the end of the file")
                .help("No line end at the end of the file")
        }
    }
}

extension DiffLine.Kind {
    fileprivate var background: AnyShapeStyle {
        switch self {
        case .added: AnyShapeStyle(.green.opacity(0.14))
        case .removed: AnyShapeStyle(.red.opacity(0.12))
        case .same: AnyShapeStyle(.clear)
        }
    }

    /// For VoiceOver, which can't see colours.
    fileprivate var spoken: String {
        switch self {
        case .added: "Added: "
        case .removed: "Removed: "
        case .same: ""
        }
    }
}
