// The list of sessions.
import AtelierKit
import SwiftUI

/// All sessions by project, newest first, with search.
struct SessionSidebar: View {
    @Bindable var model: LibraryModel
    @FocusState private var isSearchFocused: Bool

    var body: some View {
        VStack(spacing: 0) {
            List(selection: $model.selection) {
                if let projects = model.projects {
                    ForEach(projects) { project in ProjectSection(library: model, project: project) }
                } else {
                    ForEach(model.visibleSessions) { session in SidebarRow(library: model, session: session) }
                }
                if !model.found.hits.isEmpty {
                    Section("Found in Sessions") {
                        ForEach(model.found.hits) { hit in
                            SearchHitRow(hit: hit) { model.open(hit) }
                        }
                        if let note { Text(note).font(.caption).foregroundStyle(.secondary) }
                    }
                }
            }
            .listStyle(.sidebar)
            .overlay {
                if model.visibleSessions.isEmpty, model.found.hits.isEmpty, !model.search.isEmpty {
                    ContentUnavailableView.search(text: model.search)
                }
            }
            if let problem = model.problem, model.isLoaded {
                ProblemBanner(message: problem, dismiss: model.dismissProblem)
            }
        }
        .searchable(text: $model.search, placement: .sidebar, prompt: "Search Sessions")
        .searchFocused($isSearchFocused)
        .sheet(item: $model.renaming) { _ in RenameSheet(library: model) }
        .confirmationDialog(
            "Delete this session?",
            isPresented: Binding(get: { model.deleting != nil }, set: { if !$0 { model.deleting = nil } }),
            presenting: model.deleting
        ) { session in
            Button("Delete Session", role: .destructive) { Task { await model.delete(session) } }
            Button("Cancel", role: .cancel) {}
        } message: { session in
            Text("“\(model.title(of: session))” is removed with all that was said. Nothing brings it back.")
        }
        .task(id: model.search) { await model.find() }
        .onChange(of: model.searchRequests) { isSearchFocused = true }
        .toolbar {
            ToolbarItem(placement: .primaryAction) {
                Button("New Session", systemImage: "square.and.pencil") { Task { await model.newSession() } }
                    .help("New session (⌘N)")
            }
        }
    }

    /// Why something that is there may not be listed.
    private var note: LocalizedStringKey? {
        if model.found.sessionsToCome > 0 { return "Older sessions are still being prepared." }
        return model.found.gaveUp || model.found.hasMore ? "There is more; add a word to narrow it down." : nil
    }
}

#Preview {
    NavigationSplitView {
        SessionSidebar(model: LibraryModel(client: PreviewData.client))
    } detail: {
        Text("Detail")
    }
}
