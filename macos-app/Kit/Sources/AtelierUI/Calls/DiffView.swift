// What changes in files, line by line.
import AtelierKit
import SwiftUI

struct DiffView: View {
    private static let lines = 40

    let diff: DiffText
    @State private var isWhole = false

    var body: some View {
        let part = diff.beginning(isWhole ? .max : Self.lines)
        VStack(alignment: .leading, spacing: 0) {
            ForEach(part.runs) { run in
                Text(verbatim: run.text)
                    .foregroundStyle(run.kind.style)
                    .textSelection(.enabled)
                    .padding(.horizontal, 8)
                    .padding(.vertical, 1)
                    .frame(maxWidth: .infinity, alignment: .leading)
                    .background(run.kind.background)
                    .accessibilityLabel(run.kind.spoken + run.text)
            }
            footer(hidden: part.hidden)
        }
        .font(.callout.monospaced())
        .padding(.vertical, 4)
        .background(.quaternary, in: .rect(cornerRadius: 6))
        .accessibilityElement(children: .contain)
        .accessibilityLabel("Changes")
    }

    @ViewBuilder private func footer(hidden: Int) -> some View {
        Group {
            if hidden > 0 {
                Button("Show \(counted(hidden, "More Line"))") { isWhole = true }
                    .buttonStyle(.link)
            } else if diff.leftOut > 0 {
                Text("\(counted(diff.leftOut, "more line is", "more lines are")) not shown here.")
                    .foregroundStyle(.secondary)
            }
        }
        .font(.caption)
        .padding(.horizontal, 8)
        .padding(.top, 4)
    }
}

extension DiffText.Kind {
    fileprivate var style: AnyShapeStyle {
        switch self {
        case .file, .place: AnyShapeStyle(.secondary)
        case .same, .added, .removed: AnyShapeStyle(.primary)
        }
    }

    fileprivate var background: AnyShapeStyle {
        switch self {
        case .added: AnyShapeStyle(.green.opacity(0.16))
        case .removed: AnyShapeStyle(.red.opacity(0.14))
        case .file, .place, .same: AnyShapeStyle(.clear)
        }
    }

    /// For VoiceOver, which can't see colours.
    fileprivate var spoken: String {
        switch self {
        case .added: "Added: "
        case .removed: "Removed: "
        case .file, .place, .same: ""
        }
    }
}

#Preview {
    if let diff = DiffText(PreviewData.diff) {
        DiffView(diff: diff)
            .padding()
            .frame(width: 600)
    }
}
