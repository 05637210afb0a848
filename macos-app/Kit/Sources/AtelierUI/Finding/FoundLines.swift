// What was found, by file.
import AtelierKit
import SwiftUI

struct FoundLines: View {
    let model: ProjectSearchModel
    let open: @MainActor (FoundPlace?) -> Void

    var body: some View {
        ScrollView {
            LazyVStack(alignment: .leading, spacing: 10) {
                ForEach(model.files) { file in
                    FoundFileSection(file: file, model: model, open: open)
                }
            }
        }
        .accessibilityLabel("Found lines")
        .overlay {
            if model.folder == nil {
                ContentUnavailableView(
                    "No Folder",
                    systemImage: "folder",
                    description: Text("Choose a folder for the session; its files are looked into then.")
                )
            } else if model.files.isEmpty, model.searched != nil || model.attempt > 0, !model.isSearching,
                model.problem == nil
            {
                ContentUnavailableView.search(text: model.query.pattern)
            }
        }
    }
}

private struct FoundFileSection: View {
    let file: FileMatches
    let model: ProjectSearchModel
    let open: @MainActor (FoundPlace?) -> Void

    var body: some View {
        DisclosureGroup(isExpanded: isExpanded) {
            VStack(alignment: .leading, spacing: 1) {
                ForEach(file.lines) { line in
                    FoundLineRow(line: line, path: file.path) {
                        open(model.place(of: file.path, line: line.number))
                    }
                }
            }
        } label: {
            HStack(spacing: 8) {
                Text(verbatim: file.path)
                    .font(.callout)
                    .bold()
                Text("\(file.count)")
                    .font(.caption)
                    .monospacedDigit()
                    .foregroundStyle(.secondary)
            }
        }
    }

    private var isExpanded: Binding<Bool> {
        Binding(
            get: { !model.folded.contains(file.path) },
            set: { isOpen in
                if isOpen { model.folded.remove(file.path) } else { model.folded.insert(file.path) }
            }
        )
    }
}

private struct FoundLineRow: View {
    let line: FoundLine
    let path: String
    let open: @MainActor () -> Void

    var body: some View {
        Button {
            open()
        } label: {
            HStack(alignment: .firstTextBaseline, spacing: 10) {
                Text(verbatim: String(line.number))
                    .monospacedDigit()
                    .foregroundStyle(.secondary)
                    .frame(width: 48, alignment: .trailing)
                MarkedText(parts: line.parts)
                    .foregroundStyle(line.isMatch ? .primary : .secondary)
                    .frame(maxWidth: .infinity, alignment: .leading)
            }
            .font(.callout.monospaced())
        }
        .buttonStyle(.plain)
        .accessibilityLabel("\(path), line \(line.number): \(line.text)")
    }
}
