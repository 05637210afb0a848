// What was committed: the commits with their lanes, and what the chosen one changed.
import AtelierKit
import SwiftUI

struct HistoryView: View {
    @Bindable var model: HistoryModel

    var body: some View {
        HSplitView {
            VStack(spacing: 0) {
                list
                ProblemOf(model: model)
            }
            .frame(minWidth: 260, idealWidth: 420, maxWidth: 700)
            detail
                .frame(minWidth: 320, maxWidth: .infinity, maxHeight: .infinity)
        }
        .task { await model.load() }
        .task(id: model.selection) { await model.loadFiles() }
        .asking(model)
        .sheet(item: $model.tagging) { TagSheet(model: model, commit: $0) }
    }

    private var list: some View {
        List(selection: $model.selection) {
            ForEach(model.rows) { row in
                CommitRow(row: row, lanes: model.lanes, isJoined: model.joined.contains(row.id))
                    .contextMenu { CommitActions(model: model, commit: row.commit) }
                    // Lanes go on from row to row.
                    .listRowInsets(EdgeInsets(top: 0, leading: 8, bottom: 0, trailing: 8))
                    .listRowSeparator(.hidden)
            }
            if model.hasMore {
                Button("Show Older Commits") { Task { await model.showMore() } }
                    .buttonStyle(.link)
            }
        }
        .listStyle(.plain)
        .accessibilityLabel("Commits")
        .overlay {
            if model.isLoaded, model.rows.isEmpty {
                ContentUnavailableView(
                    "No Commits Yet",
                    systemImage: "clock.arrow.circlepath",
                    description: Text("The first one can be written under Changes.")
                )
            }
        }
    }

    @ViewBuilder private var detail: some View {
        if let commit = model.selected {
            CommitDetail(model: model, commit: commit)
                .id(commit.id)
        } else {
            ContentUnavailableView(
                "No Commit Selected",
                systemImage: "clock.arrow.circlepath",
                description: Text("Choose a commit to see what it changed.")
            )
        }
    }
}

/// A commit in the list.
private struct CommitRow: View {
    let row: GraphRow
    let lanes: Int
    let isJoined: Bool
    /// More names leave no room for the subject; the commit itself shows them all.
    private static let mostRefs = 2

    var body: some View {
        HStack(spacing: 6) {
            LaneDrawing(row: row, lanes: min(lanes, LaneDrawing.most), isJoined: isJoined)
            VStack(alignment: .leading, spacing: 1) {
                HStack(spacing: 4) {
                    ForEach(row.commit.refs.prefix(Self.mostRefs), id: \.self) { RefLabel(name: $0) }
                    if row.commit.refs.count > Self.mostRefs {
                        Text(verbatim: "+\(row.commit.refs.count - Self.mostRefs)")
                            .font(.caption)
                            .foregroundStyle(.secondary)
                            .fixedSize()
                            .help(row.commit.refs.dropFirst(Self.mostRefs).joined(separator: "\n"))
                            .accessibilityLabel(row.commit.refs.dropFirst(Self.mostRefs).joined(separator: ", "))
                    }
                    Text(verbatim: row.commit.subject)
                        .lineLimit(1)
                }
                HStack(spacing: 6) {
                    Text(verbatim: row.commit.author)
                    Text(row.commit.date, format: .dateTime.day().month().year().hour().minute())
                    Text(verbatim: row.commit.shortHash)
                        .monospaced()
                }
                .font(.caption)
                .foregroundStyle(.secondary)
                .lineLimit(1)
            }
            Spacer(minLength: 0)
        }
        .accessibilityElement(children: .contain)
    }
}

/// The name of a branch or tag at a commit.
private struct RefLabel: View {
    let name: String
    /// The end of a longer name is left out, in characters.
    private static let longest = 20

    var body: some View {
        Text(verbatim: name.count > Self.longest ? "\(name.prefix(Self.longest - 1))…" : name)
            .font(.caption)
            .lineLimit(1)
            .padding(.horizontal, 5)
            .padding(.vertical, 1)
            .background(colour.opacity(0.2), in: .capsule)
            .fixedSize()
            .help(name)
            .accessibilityLabel(name.hasPrefix("tag: ") ? "Tag \(name.dropFirst(5))" : "Branch \(name)")
    }

    private var colour: Color {
        if name.hasPrefix("tag: ") { return .orange }
        return name.hasPrefix("HEAD") ? .green : .blue
    }
}

#Preview { HistoryView(model: PreviewData.workspace.history).frame(width: 900, height: 600) }
