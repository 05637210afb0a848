// Opening a file by a few letters of its name: arrows choose, Return opens.
import AtelierKit
import SwiftUI

struct QuickOpenView: View {
    let finding: FindingModel
    @Bindable var model: QuickOpenModel
    @FocusState private var isFocused: Bool

    init(finding: FindingModel) {
        self.finding = finding
        model = finding.quickOpen
    }

    var body: some View {
        VStack(alignment: .leading, spacing: 8) {
            TextField("Open Quickly", text: $model.letters, prompt: Text("Letters of a file’s name or path"))
                .textFieldStyle(.plain)
                .font(.title3)
                .autocorrectionDisabled()
                .focused($isFocused)
                .onSubmit { open(nil) }
                .onKeyPress(.upArrow) { move(-1) }
                .onKeyPress(.downArrow) { move(1) }
                .padding(12)
            Divider()
            results
            footer
        }
        .frame(width: 600, height: 400)
        .onAppear { isFocused = true }
        .task(id: model.question) { await model.find() }
    }

    private var results: some View {
        ScrollView {
            LazyVStack(alignment: .leading, spacing: 0) {
                ForEach(Array(model.found.hits.prefix(100).enumerated()), id: \.element.id) { index, file in
                    FoundFileRow(file: file, isSelected: index == model.selected) { open(file) }
                }
            }
            .padding(.horizontal, 8)
        }
        .accessibilityLabel("Files")
        .frame(maxHeight: .infinity)
        .overlay {
            if model.folder == nil {
                ContentUnavailableView(
                    "No Folder",
                    systemImage: "folder",
                    description: Text("Choose a folder for the session; its files are found then.")
                )
            } else if model.found.hits.isEmpty, model.found.isComplete, !model.letters.isEmpty, model.problem == nil {
                ContentUnavailableView.search(text: model.letters)
            }
        }
    }

    private var footer: some View {
        HStack(spacing: 8) {
            if let problem = model.problem {
                FieldProblem(message: problem)
            } else if model.isReading {
                ProgressView()
                    .controlSize(.small)
                    .accessibilityLabel("Reading the folder")
                Text("Reading the folder…")
            } else {
                Text(counted(model.found.total, "file"))
            }
            Spacer()
            Button("Cancel", role: .cancel) { finding.palette = nil }
                .keyboardShortcut(.cancelAction)
        }
        .font(.caption)
        .foregroundStyle(.secondary)
        .padding(.horizontal, 12)
        .padding(.bottom, 10)
    }

    private func move(_ steps: Int) -> KeyPress.Result {
        model.move(by: steps)
        return .handled
    }

    private func open(_ file: FoundFile?) {
        Task { finding.open(await model.choose(file)) }
    }
}

private struct FoundFileRow: View {
    let file: FoundFile
    let isSelected: Bool
    let open: @MainActor () -> Void

    var body: some View {
        Button {
            open()
        } label: {
            HStack(alignment: .firstTextBaseline, spacing: 8) {
                Image(systemName: "doc.text")
                    .foregroundStyle(.secondary)
                    .accessibilityHidden(true)
                MarkedText(parts: file.name)
                MarkedText(parts: file.place)
                    .font(.caption)
                    .foregroundStyle(.secondary)
            }
            .padding(.horizontal, 8)
            .padding(.vertical, 5)
            .frame(maxWidth: .infinity, alignment: .leading)
            .background(
                isSelected ? AnyShapeStyle(.quaternary) : AnyShapeStyle(.clear),
                in: .rect(cornerRadius: 6)
            )
        }
        .buttonStyle(.plain)
        .accessibilityLabel(file.relativePath)
        .accessibilityAddTraits(isSelected ? .isSelected : [])
    }
}

#Preview("Quick open") {
    QuickOpenView(finding: PreviewData.finding(.quickOpen))
}

#Preview("No folder") {
    QuickOpenView(finding: FindingModel(client: MockClient()))
}
