// How a file differs, in one column or two, with what can be done with parts of it.
import AtelierKit
import SwiftUI

/// What can be done with a hunk or with lines of a file that is not committed.
@MainActor
struct PartActions {
    let model: ChangesModel
    let group: ChangesModel.Group

    var isStaged: Bool { group == .staged }
    var verb: String { isStaged ? "Unstage" : "Stage" }
    /// New files and conflicts are staged as a whole.
    var works: Bool { group == .staged || group == .unstaged }
}

struct FileDiffView: View {
    let diff: DiffModel
    @Binding var isSideBySide: Bool
    /// Nil for what is committed.
    let parts: PartActions?
    @State private var position = ScrollPosition(idType: HunkID.self)

    var body: some View {
        VStack(spacing: 0) {
            header
            content
        }
        .task { await diff.load() }
        .onChange(of: diff.visits) {
            if let hunk = diff.current { position.scrollTo(id: HunkID(hunk: hunk.id), anchor: .top) }
        }
    }

    private var header: some View {
        HStack(spacing: 8) {
            Text(verbatim: diff.file.path)
                .bold()
                .lineLimit(1)
            Spacer(minLength: 0)
            if let parts, parts.works, let part = diff.selection {
                Button("\(parts.verb) \(lines(part))") { Task { await parts.model.toggleStaged(part) } }
                if !parts.isStaged {
                    Button("Discard \(lines(part))…", role: .destructive) { parts.model.askToDiscard(part) }
                }
                Button("Choose None") { diff.clearChoice() }
            }
            Toggle("Side by Side", isOn: $isSideBySide)
                .toggleStyle(.checkbox)
        }
        .padding(.horizontal, 12)
        .padding(.vertical, 6)
        .background(.bar)
    }

    private func lines(_ part: DiffSelection) -> String {
        counted(part.lines.count, "Line")
    }

    @ViewBuilder private var content: some View {
        if let problem = diff.problem {
            ContentUnavailableView(
                "The Changes Can’t Be Shown",
                systemImage: "doc",
                description: Text(verbatim: problem)
            )
        } else if !diff.isLoaded {
            ProgressView()
                .frame(maxWidth: .infinity, maxHeight: .infinity)
                .accessibilityLabel("Reading the changes")
        } else if diff.sections.isEmpty {
            ContentUnavailableView(diff.notice?.title ?? "No Differences", systemImage: "doc")
        } else {
            ScrollView {
                LazyVStack(alignment: .leading, spacing: 0) {
                    if let notice = diff.notice {
                        Text(notice.title)
                            .foregroundStyle(.secondary)
                            .padding(8)
                    }
                    ForEach(diff.sections) { section in
                        HunkHeader(diff: diff, section: section, parts: parts)
                            .id(HunkID(hunk: section.id))
                        if isSideBySide {
                            ForEach(section.pairs) { PairRow(pair: $0) }
                        } else {
                            ForEach(section.lines) { line in
                                DiffLineRow(line: line, choice: choice(line))
                            }
                        }
                    }
                    if diff.hasMore {
                        Button("Show More Lines") { Task { await diff.showMore() } }
                            .buttonStyle(.link)
                            .padding(8)
                    }
                }
                .font(.callout.monospaced())
                .scrollTargetLayout()
            }
            .scrollPosition($position)
            .accessibilityLabel("Changes in \(diff.file.path)")
        }
    }

    /// Nil where a line can't be chosen.
    private func choice(_ line: DiffModel.Line) -> Binding<Bool>? {
        guard parts?.works == true, diff.isByLine, line.line.kind != .same else { return nil }
        return Binding(get: { diff.chosen.contains(line.id) }, set: { _ in diff.toggle(line.id) })
    }
}

/// Names a hunk among the lines.
private struct HunkID: Hashable, Sendable {
    let hunk: Int
}

private struct HunkHeader: View {
    let diff: DiffModel
    let section: DiffModel.Section
    let parts: PartActions?

    var body: some View {
        HStack(spacing: 8) {
            Text(verbatim: section.header)
                .foregroundStyle(.secondary)
                .lineLimit(1)
            Spacer(minLength: 0)
            if let parts, parts.works, diff.isByLine {
                Button("\(parts.verb) Hunk") { Task { await parts.model.toggleStaged(diff.selection(of: section.id)) } }
                    .buttonStyle(.link)
                    .disabled(parts.model.isBusy)
                    .accessibilityLabel("\(parts.verb) hunk \(section.header)")
                if !parts.isStaged {
                    Button("Discard Hunk…", role: .destructive) {
                        parts.model.askToDiscard(diff.selection(of: section.id))
                    }
                    .buttonStyle(.link)
                    .accessibilityLabel("Discard hunk \(section.header)…")
                }
            }
        }
        .padding(.horizontal, 12)
        .padding(.vertical, 4)
        .background(isCurrent ? AnyShapeStyle(Color.accentColor.opacity(0.2)) : AnyShapeStyle(.quaternary))
        .accessibilityAddTraits(isCurrent ? .isSelected : [])
    }

    /// The keys are about this hunk.
    private var isCurrent: Bool { parts?.works == true && diff.sections.count > 1 && diff.current?.id == section.id }
}

extension FileDiff.Notice {
    var title: LocalizedStringKey {
        switch self {
        case .binary: "This File Is Not Text"
        case .image: "This File Is an Image"
        case .modeOnly: "Only the Name or the Mode Has Changed"
        case .tooLarge: "There Is More than Can Be Shown"
        case .submodule: "The Submodule Is at Another Commit"
        case .link: "This Is a Link"
        case .conflict: "This File Is in Conflict"
        }
    }
}

#Preview("Unified") {
    FileDiffView(diff: PreviewData.fileDiff, isSideBySide: .constant(false), parts: nil).frame(width: 700, height: 400)
}

#Preview("Side by side") {
    FileDiffView(diff: PreviewData.fileDiff, isSideBySide: .constant(true), parts: nil).frame(width: 900, height: 400)
}
