// What a person does with a session as a whole: in its row's menu, and in the menu bar.
import AtelierKit
import SwiftUI

/// The items for one session.
struct SessionActions: View {
    let library: LibraryModel
    let session: SessionSummary
    @Environment(\.desktop) private var desktop

    var body: some View {
        Button("Rename…") { library.beginRenaming(session) }
        Button("Duplicate") { Task { await library.fork(session.id, before: nil) } }
        Button(session.isArchived ? "Take Out of Archive" : "Archive") {
            Task { await library.archive(session, !session.isArchived) }
        }
        if let desktop {
            Menu("Export") {
                ForEach(TranscriptFormat.allCases, id: \.self) { format in
                    Button(format.title) { Task { await library.export(session, as: format, on: desktop) } }
                }
            }
            Button("Copy Session ID") { desktop.copy(session.id) }
        }
        Divider()
        Button("Delete…", role: .destructive) { library.deleting = session }
    }
}

extension TranscriptFormat {
    fileprivate var title: LocalizedStringKey {
        switch self {
        case .markdown: "Markdown…"
        case .org: "Org…"
        case .json: "JSON…"
        }
    }
}

/// A new title for a session.
struct RenameSheet: View {
    @Bindable var library: LibraryModel
    @FocusState private var isFocused: Bool

    var body: some View {
        VStack(alignment: .leading, spacing: 12) {
            Text("Rename Session")
                .font(.headline)
                .accessibilityAddTraits(.isHeader)
            TextField("Title", text: $library.newTitle)
                .textFieldStyle(.roundedBorder)
                .focused($isFocused)
                .onSubmit { Task { await library.rename() } }
            HStack {
                Spacer()
                Button("Cancel", role: .cancel) { library.renaming = nil }
                    .keyboardShortcut(.cancelAction)
                Button("Rename") { Task { await library.rename() } }
                    .keyboardShortcut(.defaultAction)
                    .disabled(!library.canRename)
            }
        }
        .padding(20)
        .frame(width: 380)
        .onAppear { isFocused = true }
    }
}

#Preview {
    RenameSheet(library: LibraryModel(client: PreviewData.client))
}
