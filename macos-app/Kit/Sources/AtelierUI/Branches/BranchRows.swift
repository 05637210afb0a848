// Lines of the branches view, and what a person does with each.
import AtelierKit
import SwiftUI

struct BranchRow: View {
    let branch: GitBranch
    let checkOut: () -> Void

    var body: some View {
        HStack(spacing: 8) {
            Image(systemName: branch.isCurrent ? "checkmark" : branch.isRemote ? "globe" : "arrow.triangle.branch")
                .frame(width: 18)
                .foregroundStyle(branch.isCurrent ? AnyShapeStyle(.tint) : AnyShapeStyle(.secondary))
                .accessibilityLabel(branch.isCurrent ? "Checked out" : branch.isRemote ? "Remote" : "Branch")
            VStack(alignment: .leading, spacing: 1) {
                Text(verbatim: branch.name)
                    .lineLimit(1)
                Text(verbatim: branch.subject)
                    .font(.caption)
                    .foregroundStyle(.secondary)
                    .lineLimit(1)
            }
            Spacer(minLength: 0)
            if branch.ahead > 0 || branch.behind > 0 {
                Text(verbatim: "↑\(branch.ahead) ↓\(branch.behind)")
                    .font(.caption)
                    .foregroundStyle(.secondary)
                    .accessibilityLabel("\(branch.ahead) ahead, \(branch.behind) behind")
            }
            if branch.isElsewhere {
                Text("In another worktree")
                    .font(.caption)
                    .foregroundStyle(.secondary)
            } else if !branch.isCurrent {
                Button("Switch") { checkOut() }
                    .accessibilityLabel("Switch to \(branch.name)")
            }
        }
        .accessibilityElement(children: .contain)
    }
}

/// What a person does with a branch.
struct BranchActions: View {
    let model: BranchesModel
    let branch: GitBranch
    @Environment(\.desktop) private var desktop

    var body: some View {
        if !branch.isCurrent {
            Button("Switch") { Task { await model.checkOut(branch) } }
                .disabled(branch.isElsewhere)
        }
        Button("New Branch from Here…") { model.beginCreating(from: branch.name) }
        if !branch.isCurrent {
            Divider()
            Button("Merge into Current…") { model.askToMerge(branch) }
            Button("Rebase Current onto It…") { model.askToRebase(onto: branch) }
        }
        if let desktop {
            Divider()
            Button("Copy Branch Name") { desktop.copy(branch.name) }
        }
        if !branch.isCurrent {
            Divider()
            Button("Delete Branch…", role: .destructive) { model.askToDelete(branch) }
                .disabled(branch.isElsewhere)
        }
    }
}

struct TagRow: View {
    let tag: GitTag

    var body: some View {
        HStack(spacing: 8) {
            Image(systemName: "tag")
                .frame(width: 18)
                .foregroundStyle(.secondary)
                .accessibilityHidden(true)
            Text(verbatim: tag.name)
            Text(verbatim: tag.message)
                .foregroundStyle(.secondary)
                .lineLimit(1)
            Spacer(minLength: 0)
            Text(verbatim: String(tag.hash.prefix(8)))
                .font(.caption.monospaced())
                .foregroundStyle(.secondary)
        }
    }
}

struct TagActions: View {
    let model: BranchesModel
    let tag: GitTag

    var body: some View {
        Button("New Branch from Here…") { model.beginCreating(from: tag.name) }
        Divider()
        Button("Delete Tag…", role: .destructive) { model.askToDelete(tag) }
    }
}

struct StashRow: View {
    let model: BranchesModel
    let stash: GitStash

    var body: some View {
        HStack(spacing: 8) {
            Image(systemName: "tray.full")
                .frame(width: 18)
                .foregroundStyle(.secondary)
                .accessibilityHidden(true)
            Text(verbatim: stash.message)
                .lineLimit(1)
            Spacer(minLength: 0)
            Text(stash.date, format: .dateTime.day().month().hour().minute())
                .font(.caption)
                .foregroundStyle(.secondary)
            Button("Bring Back") { Task { await model.apply(stash, dropping: true) } }
                .accessibilityLabel("Bring back \(stash.message)")
        }
        .accessibilityElement(children: .contain)
    }
}

struct StashActions: View {
    let model: BranchesModel
    let stash: GitStash

    var body: some View {
        Button("Bring Back") { Task { await model.apply(stash, dropping: true) } }
        Button("Bring Back and Keep") { Task { await model.apply(stash, dropping: false) } }
        Divider()
        Button("Delete Stash…", role: .destructive) { model.askToDrop(stash) }
    }
}
