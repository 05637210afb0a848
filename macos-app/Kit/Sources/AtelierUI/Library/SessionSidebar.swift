// The list of sessions.
import AtelierKit
import SwiftUI

/// All sessions, newest first, with search.
struct SessionSidebar: View {
    @Bindable var model: LibraryModel
    @FocusState private var isSearchFocused: Bool

    var body: some View {
        VStack(spacing: 0) {
            List(selection: $model.selection) {
                ForEach(model.visibleSessions) { session in
                    SessionRow(
                        session: session,
                        title: model.title(of: session),
                        status: status(of: session)
                    )
                }
            }
            .listStyle(.sidebar)
            .overlay {
                if model.visibleSessions.isEmpty && !model.search.isEmpty {
                    ContentUnavailableView.search(text: model.search)
                }
            }
            if let problem = model.problem, model.isLoaded {
                ProblemBanner(message: problem, dismiss: model.dismissProblem)
            }
        }
        .searchable(text: $model.search, placement: .sidebar, prompt: "Search Sessions")
        .searchFocused($isSearchFocused)
        .onChange(of: model.searchRequests) { isSearchFocused = true }
        .toolbar {
            ToolbarItem(placement: .primaryAction) {
                Button("New Session", systemImage: "square.and.pencil") { Task { await model.newSession() } }
                    .help("New session (⌘N)")
            }
        }
    }

    private func status(of session: SessionSummary) -> SessionStatus {
        if model.isAsking(session) { return .asking }
        return model.isRunning(session) ? .running : model.hasFailed(session) ? .failed : .idle
    }
}

#Preview {
    NavigationSplitView {
        SessionSidebar(model: LibraryModel(client: PreviewData.client))
    } detail: {
        Text("Detail")
    }
}
