// What replacing would do, file by file, and what was done.
import AtelierKit
import SwiftUI

struct ReplacePreview: View {
    @Bindable var model: ProjectSearchModel

    var body: some View {
        ScrollView {
            LazyVStack(alignment: .leading, spacing: 12) {
                ForEach(model.previews ?? []) { file in
                    VStack(alignment: .leading, spacing: 4) {
                        Toggle(isOn: isChosen(file)) {
                            Text(verbatim: file.path).bold()
                            if let problem = file.problem {
                                Text(verbatim: problem)
                            } else {
                                Text(counted(file.count, "place"))
                            }
                        }
                        .disabled(file.problem != nil)
                        .accessibilityLabel(file.path)
                        ForEach(file.lines) { ReplacedLine(line: $0) }
                    }
                }
            }
        }
        .accessibilityLabel("What would change")
        .overlay {
            if model.previews?.isEmpty == true, !model.isSearching {
                ContentUnavailableView.search(text: model.query.pattern)
            }
        }
    }

    private func isChosen(_ file: FileReplacement) -> Binding<Bool> {
        Binding(
            get: { file.problem == nil && !model.leftOut.contains(file.path) },
            set: { isOn in
                if isOn { model.leftOut.remove(file.path) } else { model.leftOut.insert(file.path) }
            }
        )
    }
}

private struct ReplacedLine: View {
    let line: FileReplacement.Line

    var body: some View {
        VStack(alignment: .leading, spacing: 0) {
            change(line.before, "−", .red.opacity(0.14), "Before, line \(line.number): ")
            change(line.after, "+", .green.opacity(0.16), "After, line \(line.number): ")
        }
        .font(.callout.monospaced())
    }

    private func change(
        _ parts: [MarkedPart],
        _ sign: String,
        _ style: some ShapeStyle,
        _ spoken: String
    ) -> some View {
        HStack(spacing: 6) {
            Text(verbatim: sign)
                .accessibilityHidden(true)
            MarkedText(parts: parts)
                .accessibilityLabel(spoken + parts.map(\.text).joined())
        }
        .padding(.horizontal, 8)
        .frame(maxWidth: .infinity, alignment: .leading)
        .background(style)
    }
}

struct ReplaceOutcomes: View {
    let outcomes: [ReplaceOutcome]

    var body: some View {
        ScrollView {
            LazyVStack(alignment: .leading, spacing: 6) {
                ForEach(outcomes) { outcome in
                    if let problem = outcome.problem {
                        Label {
                            Text(verbatim: problem)
                        } icon: {
                            Image(systemName: "exclamationmark.triangle.fill")
                        }
                        .foregroundStyle(.orange)
                    } else {
                        Label("\(outcome.path): \(outcome.count) replaced", systemImage: "checkmark.circle")
                    }
                }
            }
            .frame(maxWidth: .infinity, alignment: .leading)
        }
        .accessibilityLabel("What was done")
    }
}
