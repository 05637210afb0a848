// What is changed in a folder: the files, the commit that is being written, and how the chosen file differs.
import AtelierKit
import SwiftUI

struct ChangesView: View {
    let workspace: WorkspaceModel

    private var model: ChangesModel { workspace.changes }

    var body: some View {
        VStack(spacing: 0) {
            OperationBanner(model: model)
            TransferBar(transfers: workspace.transfers, changes: model)
            Divider()
            HSplitView {
                VStack(spacing: 0) {
                    ChangesList(model: model)
                    ProblemOf(model: model)
                    Divider()
                    CommitBox(model: workspace.commit)
                }
                .frame(minWidth: 240, idealWidth: 300, maxWidth: 520)
                difference
                    .frame(minWidth: 320, maxWidth: .infinity, maxHeight: .infinity)
            }
        }
        .asking(model)
    }

    @ViewBuilder private var difference: some View {
        if let conflict = model.conflict {
            ConflictView(model: model, conflict: conflict)
                .id(conflict.path)
        } else if let diff = model.diff {
            FileDiffView(
                diff: diff,
                isSideBySide: Binding(get: { model.isSideBySide }, set: { model.isSideBySide = $0 }),
                parts: model.selection.map { PartActions(model: model, group: $0.group) }
            )
            .id("\(diff.file.path) \(diff.side)")
        } else if !model.chosen.isEmpty {
            ChosenChanges(model: model)
        } else if model.changes?.isClean == true {
            ContentUnavailableView(
                "Nothing Is Changed",
                systemImage: "checkmark.circle",
                description: Text("All files are as they were committed.")
            )
        } else {
            ContentUnavailableView(
                "No File Selected",
                systemImage: "plusminus",
                description: Text("Choose a file to see what is changed in it.")
            )
        }
    }
}

/// What can be done with several files at once.
private struct ChosenChanges: View {
    let model: ChangesModel

    private var chosen: [String] { model.chosenPaths(.conflicts, .staged, .unstaged, .untracked) }

    var body: some View {
        ContentUnavailableView {
            Label(counted(chosen.count, "File"), systemImage: "plusminus")
        } description: {
            Text("Choose one file to see what is changed in it.")
        } actions: {
            Button(model.isAllStaged(model.chosen) ? "Unstage Selection" : "Stage Selection") {
                Task { await model.toggleStaged() }
            }
            .buttonStyle(.borderedProminent)
            .disabled(!model.canToggleStaged)
            Button("Discard Selection…", role: .destructive) { model.askToDiscardChosen() }
                .disabled(!model.canDiscardChosen)
        }
    }
}

/// What a merge or rebase waits for.
private struct OperationBanner: View {
    let model: ChangesModel

    var body: some View {
        if let operation = model.changes?.operation {
            HStack(spacing: 10) {
                Image(systemName: "exclamationmark.triangle.fill")
                    .foregroundStyle(.orange)
                    .accessibilityHidden(true)
                Text(verbatim: sentence(operation))
                    .frame(maxWidth: .infinity, alignment: .leading)
                if !model.settled.isEmpty {
                    Menu("Restore Conflict") { SettledItems(model: model) }
                        .fixedSize()
                        .help("Make a file that was resolved one in conflict again")
                }
                Button("Continue") { Task { await model.continueOperation() } }
                    .disabled(!model.canContinue)
                if model.canSkip {
                    Button("Skip Commit…") { model.askToSkip() }
                        .help("Go on without this commit")
                }
                Button("Give Up…", role: .destructive) { model.askToAbort() }
                    .disabled(model.isBusy)
            }
            .padding(10)
            .background(.orange.opacity(0.12))
        }
    }

    private func sentence(_ operation: GitOperation) -> String {
        let conflicts = model.files(.conflicts).count
        let steps = model.changes?.steps.map { ", step \($0.step) of \($0.total)" } ?? ""
        let article = operation == .applyMailbox ? "An" : "A"
        let state =
            conflicts == 0
            ? "All conflicts are resolved."
            : "\(counted(conflicts, "file is", "files are")) in conflict."
        return "\(article) \(operation.title) is under way\(steps). \(state)"
    }
}

/// Fetch, pull and push, and how far they are.
struct TransferBar: View {
    let transfers: TransferModel
    let changes: ChangesModel

    var body: some View {
        VStack(spacing: 0) {
            HStack(spacing: 8) {
                Image(systemName: "arrow.triangle.branch")
                    .foregroundStyle(.secondary)
                    .accessibilityHidden(true)
                Text(verbatim: changes.changes?.branch ?? "No branch")
                    .bold()
                if let upstream = changes.changes?.upstream {
                    Text(verbatim: upstream)
                        .foregroundStyle(.secondary)
                }
                Spacer(minLength: 0)
                status
            }
            .padding(.horizontal, 12)
            .padding(.vertical, 6)
            if let problem = transfers.problem {
                ProblemBanner(message: problem, dismiss: { transfers.problem = nil })
            }
        }
    }

    @ViewBuilder private var status: some View {
        if transfers.isRunning {
            if let progress = transfers.progress {
                Text(verbatim: progress.stage)
                    .foregroundStyle(.secondary)
                ProgressView(value: progress.fraction)
                    .frame(width: 120)
                    .accessibilityLabel("Progress")
            } else {
                ProgressView()
                    .controlSize(.small)
                    .accessibilityLabel("Connecting")
            }
            Button("Stop Transfer") { transfers.cancel() }
        } else {
            Button("Fetch", systemImage: "arrow.triangle.2.circlepath") { Task { await transfers.fetch() } }
                .help("Ask the remote what is new")
            Button(counted("Pull", changes.changes?.behind), systemImage: "arrow.down") {
                Task { await transfers.pull() }
            }
            .help("Bring what is new into this branch")
            Button(counted("Push", changes.changes?.ahead), systemImage: "arrow.up") {
                Task { await transfers.push() }
            }
            .help("Send this branch’s commits")
        }
    }

    private func counted(_ name: String, _ count: UInt64?) -> String {
        guard let count, count > 0 else { return name }
        return "\(name) \(count)"
    }
}

#Preview("Changes") { ChangesView(workspace: PreviewData.workspace).frame(width: 900, height: 600) }
#Preview("Conflict") { ChangesView(workspace: PreviewData.conflict).frame(width: 900, height: 600) }
