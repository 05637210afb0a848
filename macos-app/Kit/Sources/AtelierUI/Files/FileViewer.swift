// The file that is chosen: its lines, or why there are none.
import AtelierKit
import Foundation
import SwiftUI

struct FileViewer: View {
    @Bindable var model: FileViewerModel
    /// The repository's folder; nil where there is none, and so no blame.
    let root: String?

    var body: some View {
        VStack(spacing: 0) {
            if let path = model.path { header(path) }
            content
        }
        .frame(maxWidth: .infinity, maxHeight: .infinity, alignment: .topLeading)
        .task(id: model.showsBlame) { await model.loadBlame(root: root) }
        .task(id: model.file) { await model.loadBlame(root: root) }
    }

    private func header(_ path: String) -> some View {
        HStack(spacing: 8) {
            Text(verbatim: path.pathName)
                .bold()
                .help(path)
            if let file = model.file {
                Text(verbatim: Int64(file.size).formatted(.byteCount(style: .file)))
                    .foregroundStyle(.secondary)
            }
            Spacer(minLength: 0)
            if root != nil, model.file?.kind == .text {
                Toggle("Blame", systemImage: "person.crop.circle", isOn: $model.showsBlame)
                    .toggleStyle(.button)
                    .help("Show who wrote each line")
            }
        }
        .padding(.horizontal, 12)
        .padding(.vertical, 6)
        .background(.bar)
    }

    @ViewBuilder private var content: some View {
        if let problem = model.problem {
            ContentUnavailableView("The File Can’t Be Shown", systemImage: "doc", description: Text(verbatim: problem))
        } else if let file = model.file {
            switch file.kind {
            case .text: FileLines(model: model, isTruncated: file.isTruncated)
            case .image: ImageFile(path: file.path)
            case .binary: notice("This File Is Not Text", file)
            case .tooLarge where !file.text.isEmpty: FileLines(model: model, isTruncated: true)
            case .tooLarge: notice("This File Is Too Large to Show", file)
            }
        } else if model.path != nil {
            ProgressView()
                .frame(maxWidth: .infinity, maxHeight: .infinity)
                .accessibilityLabel("Reading the file")
        } else {
            ContentUnavailableView(
                "No File Selected",
                systemImage: "doc.text",
                description: Text("Choose a file to read it.")
            )
        }
    }

    private func notice(_ title: LocalizedStringKey, _ file: FileText) -> some View {
        ContentUnavailableView {
            Label(title, systemImage: "doc")
        } description: {
            Text(verbatim: Int64(file.size).formatted(.byteCount(style: .file)))
        }
    }
}

/// The lines of a text, with numbers and perhaps with who wrote them.
private struct FileLines: View {
    let model: FileViewerModel
    let isTruncated: Bool
    @State private var position = ScrollPosition(idType: Int.self)

    var body: some View {
        ScrollView([.vertical, .horizontal]) {
            LazyVStack(alignment: .leading, spacing: 0) {
                ForEach(model.lines) { line in
                    FileLine(line: line, isTarget: line.number == model.target, author: author(line))
                }
                if model.hidden > 0 {
                    Button("Show More of \(model.hidden) Lines") { model.showMore() }
                        .buttonStyle(.link)
                        .padding(8)
                } else if isTruncated {
                    Text("The rest of the file is not shown.")
                        .foregroundStyle(.secondary)
                        .padding(8)
                }
            }
            .font(.callout.monospaced())
            .padding(.vertical, 6)
            .scrollTargetLayout()
        }
        .scrollPosition($position)
        .onChange(of: model.visits, initial: true) {
            if let line = model.target { position.scrollTo(id: line, anchor: .center) }
        }
        .accessibilityLabel("Text of the file")
        .defaultScrollAnchor(.topLeading, for: .alignment)
        .overlay {
            if model.lines.isEmpty { ContentUnavailableView("Empty File", systemImage: "doc") }
        }
    }

    /// Empty where somebody wrote more than this line; nil where nobody asked.
    private func author(_ line: FileViewerModel.Line) -> String? {
        guard model.showsBlame, let blame = model.blame else { return nil }
        guard let run = blame[line.number] else { return "" }
        let day = run.date.map { $0.formatted(date: .abbreviated, time: .omitted) } ?? ""
        return "\(run.author) \(day)  \(run.subject)"
    }
}

private struct FileLine: View {
    let line: FileViewerModel.Line
    let isTarget: Bool
    let author: String?

    var body: some View {
        HStack(alignment: .firstTextBaseline, spacing: 10) {
            if let author {
                Text(verbatim: author)
                    .font(.caption)
                    .foregroundStyle(.secondary)
                    .lineLimit(1)
                    .frame(width: 240, alignment: .leading)
                    .help(author)
            }
            Text(verbatim: "\(line.number)")
                .foregroundStyle(.tertiary)
                .frame(minWidth: 40, alignment: .trailing)
                .accessibilityHidden(true)
            CodeText(text: line.text, spans: line.spans)
                .textSelection(.enabled)
                .fixedSize(horizontal: true, vertical: false)
        }
        .padding(.horizontal, 10)
        .padding(.vertical, 1)
        .background(isTarget ? AnyShapeStyle(.orange.opacity(0.2)) : AnyShapeStyle(.clear))
    }
}

private struct ImageFile: View {
    let path: String

    var body: some View {
        AsyncImage(url: URL(filePath: path)) { image in
            image.resizable().scaledToFit()
        } placeholder: {
            ContentUnavailableView("This Image Can’t Be Shown", systemImage: "photo")
        }
        .padding(20)
        .frame(maxWidth: .infinity, maxHeight: .infinity)
    }
}

#Preview { FileViewer(model: PreviewData.workspace.viewer, root: nil).frame(width: 600, height: 500) }
