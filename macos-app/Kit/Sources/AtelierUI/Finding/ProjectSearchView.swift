// Looking into all files of a folder, and replacing what was found.
import AtelierKit
import SwiftUI

struct ProjectSearchView: View {
    let finding: FindingModel
    @Bindable var model: ProjectSearchModel
    @FocusState private var isFocused: Bool

    init(finding: FindingModel) {
        self.finding = finding
        model = finding.search
    }

    var body: some View {
        VStack(alignment: .leading, spacing: 10) {
            fields
            if model.isReplacing { replacing }
            FieldProblem(message: model.problem)
            Divider()
            Group {
                if let outcomes = model.outcomes {
                    ReplaceOutcomes(outcomes: outcomes)
                } else if model.previews != nil {
                    ReplacePreview(model: model)
                } else {
                    FoundLines(model: model) { finding.open($0) }
                }
            }
            .frame(maxWidth: .infinity, maxHeight: .infinity)
            footer
        }
        .padding(14)
        .frame(width: 760, height: 560)
        .onAppear { isFocused = true }
        .task(id: model.attempt) { await model.run() }
    }

    private var fields: some View {
        VStack(alignment: .leading, spacing: 8) {
            HStack(spacing: 8) {
                TextField("Find in Folder", text: $model.query.pattern, prompt: Text("Text in any file of the folder"))
                    .textFieldStyle(.roundedBorder)
                    .autocorrectionDisabled()
                    .focused($isFocused)
                    .onSubmit { model.search() }
                Button("Find") { model.search() }
                    .disabled(!model.canSearch)
            }
            HStack(spacing: 12) {
                Toggle("Match Case", isOn: $model.query.isCaseSensitive)
                Toggle("Whole Words", isOn: $model.query.isWord)
                Toggle("Regular Expression", isOn: $model.query.isRegex)
                Picker("Lines Around", selection: $model.query.context) {
                    ForEach([0, 1, 3], id: \.self) { count in
                        Text("\(count)").tag(count)
                    }
                }
                .fixedSize()
                Spacer()
                Toggle("Replace", isOn: $model.isReplacing)
            }
            .controlSize(.small)
            HStack(spacing: 8) {
                TextField("Only In", text: $model.include, prompt: Text("Only in: *.swift, Sources/**"))
                    .onSubmit { model.search() }
                TextField("Not In", text: $model.exclude, prompt: Text("Not in: Tests/**"))
                    .onSubmit { model.search() }
            }
            .textFieldStyle(.roundedBorder)
            .autocorrectionDisabled()
        }
    }

    private var replacing: some View {
        HStack(spacing: 8) {
            TextField("Replace With", text: $model.replacement, prompt: Text("Replace with"))
                .textFieldStyle(.roundedBorder)
                .autocorrectionDisabled()
                .onSubmit { Task { await model.preview() } }
            if model.previews == nil {
                Button("Preview") { Task { await model.preview() } }
                    .disabled(!model.canSearch || model.isSearching)
            } else {
                Button("Back") { model.leavePreview() }
                Button("Replace in \(counted(model.chosen.count, "File"))") { Task { await model.replace() } }
                    .buttonStyle(.borderedProminent)
                    .disabled(model.chosen.isEmpty || model.isSearching)
            }
        }
    }

    private var footer: some View {
        HStack(spacing: 8) {
            if model.isSearching {
                ProgressView()
                    .controlSize(.small)
                    .accessibilityLabel("Searching")
                Button("Stop") { model.stop() }
                    .controlSize(.small)
            }
            if let searched = model.searched {
                let files = counted(model.files.count, "file")
                Text("\(counted(model.count, "line")) in \(files); \(searched) looked into.")
            }
            if model.isLimited { Text("There is more; narrow it down.").foregroundStyle(.orange) }
            Spacer()
            Button("Close", role: .cancel) { finding.palette = nil }
                .keyboardShortcut(.cancelAction)
        }
        .font(.caption)
        .foregroundStyle(.secondary)
    }
}

#Preview("Found") {
    ProjectSearchView(finding: PreviewData.finding(.search))
}
