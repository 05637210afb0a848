// A file in conflict: its three versions beside each other, or the file with git's marks, and how it is settled.
import AtelierKit
import SwiftUI

struct ConflictView: View {
    let model: ChangesModel
    @Bindable var conflict: ConflictModel

    var body: some View {
        VStack(spacing: 0) {
            header
            Divider()
            if conflict.showsVersions {
                versions
            } else if let diff = model.diff {
                FileDiffView(
                    diff: diff,
                    isSideBySide: Binding(get: { model.isSideBySide }, set: { model.isSideBySide = $0 }),
                    parts: nil
                )
            }
        }
        .task { await conflict.load() }
    }

    private var header: some View {
        // In two lines: in one they are cut off where the window is narrow.
        VStack(alignment: .leading, spacing: 6) {
            HStack(spacing: 8) {
                Picker("Show", selection: $conflict.showsVersions) {
                    Text("Versions").tag(true)
                    Text("File").tag(false)
                }
                .pickerStyle(.segmented)
                .labelsHidden()
                .fixedSize()
                if let what = model.conflict(conflict.path)?.description {
                    Text(verbatim: what)
                        .foregroundStyle(.secondary)
                        .lineLimit(1)
                }
                Spacer(minLength: 0)
            }
            HStack(spacing: 6) {
                ConflictItems(model: model, path: conflict.path)
                    .fixedSize()
                    .disabled(model.isBusy)
            }
        }
        .controlSize(.small)
        .padding(.horizontal, 12)
        .padding(.vertical, 6)
        .background(.bar)
    }

    @ViewBuilder private var versions: some View {
        if let problem = conflict.problem {
            ContentUnavailableView(
                "The Versions Can’t Be Shown",
                systemImage: "doc",
                description: Text(verbatim: problem)
            )
        } else if conflict.columns.isEmpty {
            ProgressView()
                .frame(maxWidth: .infinity, maxHeight: .infinity)
                .accessibilityLabel("Reading the versions")
        } else {
            HStack(spacing: 1) {
                ForEach(conflict.columns) { column in
                    VersionColumn(column: column, meaning: model.meaning(of: column.version), conflict: conflict)
                }
            }
        }
    }
}

/// One version, under its name and what it means here.
private struct VersionColumn: View {
    let column: ConflictModel.Column
    let meaning: String
    let conflict: ConflictModel

    var body: some View {
        VStack(alignment: .leading, spacing: 0) {
            VStack(alignment: .leading, spacing: 1) {
                Text(column.version.title)
                    .bold()
                Text(verbatim: meaning)
                    .font(.caption)
                    .foregroundStyle(.secondary)
                    .lineLimit(1)
            }
            .padding(.horizontal, 10)
            .padding(.vertical, 4)
            .frame(maxWidth: .infinity, alignment: .leading)
            .background(.quaternary)
            content
        }
        .frame(maxWidth: .infinity, maxHeight: .infinity, alignment: .topLeading)
        .accessibilityElement(children: .contain)
        .accessibilityLabel("\(column.version.rawValue), \(meaning)")
    }

    @ViewBuilder private var content: some View {
        if column.isMissing {
            ContentUnavailableView("No Such File Here", systemImage: "doc")
        } else if column.isBinary {
            ContentUnavailableView("This File Is Not Text", systemImage: "doc")
        } else {
            ScrollView([.vertical, .horizontal]) {
                LazyVStack(alignment: .leading, spacing: 0) {
                    ForEach(column.lines) { VersionLine(line: $0) }
                    if column.hidden > 0 {
                        Button("Show More of \(column.hidden) Lines") { conflict.showMore() }
                            .buttonStyle(.link)
                            .padding(8)
                    } else if column.isCut {
                        Text("The rest of the file is not shown.")
                            .foregroundStyle(.secondary)
                            .padding(8)
                    }
                }
                .font(.callout.monospaced())
                .padding(.vertical, 6)
            }
            .defaultScrollAnchor(.topLeading, for: .alignment)
            .accessibilityLabel("Text of this version")
        }
    }
}

private struct VersionLine: View {
    let line: ConflictModel.Line

    var body: some View {
        HStack(alignment: .firstTextBaseline, spacing: 8) {
            Text(verbatim: "\(line.number)")
                .foregroundStyle(.tertiary)
                .frame(minWidth: 28, alignment: .trailing)
                .accessibilityHidden(true)
            CodeText(text: line.text, spans: line.spans)
                .textSelection(.enabled)
                .fixedSize(horizontal: true, vertical: false)
                .accessibilityLabel(line.isNew ? "Changed: \(line.text)" : line.text)
        }
        .padding(.horizontal, 8)
        .background(line.isNew ? AnyShapeStyle(.orange.opacity(0.2)) : AnyShapeStyle(.clear))
    }
}

extension ConflictVersion {
    fileprivate var title: LocalizedStringKey {
        switch self {
        case .base: "Base"
        case .ours: "Ours"
        case .theirs: "Theirs"
        }
    }
}

#Preview("Conflict") {
    let model = PreviewData.conflict.changes
    if let conflict = model.conflict { ConflictView(model: model, conflict: conflict).frame(width: 900, height: 500) }
}
