// A commit: its message, the files that it changed, and how the chosen one differs.
import AtelierKit
import SwiftUI

struct CommitDetail: View {
    @Bindable var model: HistoryModel
    let commit: CommitSummary
    @State private var isSideBySide = false

    var body: some View {
        VStack(spacing: 0) {
            message
            Divider()
            List(selection: $model.file) {
                ForEach(model.files) { file in
                    HStack(spacing: 6) {
                        BadgeView(badge: .change(file.change))
                        Text(verbatim: file.path)
                            .lineLimit(1)
                        Spacer(minLength: 0)
                        LineCounts(file: file)
                    }
                    .tag(file)
                    .accessibilityElement(children: .contain)
                }
            }
            .listStyle(.plain)
            .frame(minHeight: 60, maxHeight: 160)
            .accessibilityLabel("Files of the commit")
            Divider()
            if let diff = model.diff {
                FileDiffView(diff: diff, isSideBySide: $isSideBySide, parts: nil)
                    .id(diff.file.path)
            } else {
                Spacer()
            }
        }
    }

    private var message: some View {
        VStack(alignment: .leading, spacing: 4) {
            HStack(alignment: .firstTextBaseline, spacing: 8) {
                Text(verbatim: commit.subject)
                    .font(.headline)
                    .textSelection(.enabled)
                    .frame(maxWidth: .infinity, alignment: .leading)
                Menu("Commit") { CommitActions(model: model, commit: commit) }
                    .menuStyle(.button)
                    .fixedSize()
            }
            if !commit.body.isEmpty {
                Text(verbatim: commit.body)
                    .textSelection(.enabled)
                    .lineLimit(12)
            }
            HStack(spacing: 8) {
                Text(verbatim: "\(commit.author) <\(commit.email)>")
                    .lineLimit(1)
                Text(commit.date, format: .dateTime.day().month().year().hour().minute())
                Text(verbatim: commit.shortHash)
                    .monospaced()
                    .fixedSize()
            }
            .font(.caption)
            .foregroundStyle(.secondary)
            .textSelection(.enabled)
        }
        .padding(12)
        .frame(maxWidth: .infinity, alignment: .leading)
    }
}

/// How many lines came and went.
private struct LineCounts: View {
    let file: ChangedFile

    var body: some View {
        if let added = file.added, let removed = file.removed {
            Text(verbatim: "+\(added) −\(removed)")
                .font(.caption)
                .monospacedDigit()
                .foregroundStyle(.secondary)
                .accessibilityLabel("\(counted(added, "line")) added, \(removed) removed")
        }
    }
}

/// What a person does with a commit.
struct CommitActions: View {
    let model: HistoryModel
    let commit: CommitSummary
    @Environment(\.desktop) private var desktop

    var body: some View {
        Button("Cherry-Pick…") { model.askToCherryPick(commit) }
        Button("Revert Commit…") { model.askToRevert(commit) }
        Button("Add Tag…") { model.beginTagging(commit) }
        if let desktop {
            Divider()
            Button("Copy Commit Hash") { desktop.copy(commit.hash) }
        }
    }
}

/// Name and message of a new tag.
struct TagSheet: View {
    @Bindable var model: HistoryModel
    let commit: CommitSummary

    var body: some View {
        VStack(alignment: .leading, spacing: 12) {
            Text("Add a Tag")
                .font(.headline)
                .accessibilityAddTraits(.isHeader)
            Text(verbatim: "\(commit.shortHash) \(commit.subject)")
                .foregroundStyle(.secondary)
            TextField("Tag name", text: $model.tagName)
                .textFieldStyle(.roundedBorder)
                .onSubmit { Task { await model.tag() } }
            TextField("Tag message", text: $model.tagMessage, prompt: Text("None"))
                .textFieldStyle(.roundedBorder)
                .onSubmit { Task { await model.tag() } }
            FieldProblem(message: model.problem)
            HStack {
                Spacer()
                Button("Cancel", role: .cancel) { model.tagging = nil }
                    .keyboardShortcut(.cancelAction)
                Button("Add Tag") { Task { await model.tag() } }
                    .keyboardShortcut(.defaultAction)
                    .disabled(!model.canTag)
            }
        }
        .padding(20)
        .frame(width: 400)
    }
}
