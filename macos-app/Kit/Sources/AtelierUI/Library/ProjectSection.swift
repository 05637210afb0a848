// A project in the sidebar: its name, and its sessions unless they are folded away.
import AtelierKit
import SwiftUI

struct ProjectSection: View {
    let library: LibraryModel
    let project: Project

    var body: some View {
        Section(isExpanded: isExpanded) {
            ForEach(project.sessions) { session in SidebarRow(library: library, session: session) }
        } header: {
            HStack(spacing: 6) {
                Text(verbatim: project.name)
                    .lineLimit(1)
                if isAskingUnseen {
                    Image(systemName: "hand.raised.fill")
                        .foregroundStyle(.orange)
                        .accessibilityLabel("One of its sessions needs your answer")
                }
            }
            .help(project.folder ?? "Sessions without a folder can only talk")
            .contextMenu {
                if let folder = project.folder { ProjectActions(library: library, folder: folder) }
            }
        }
    }

    private var isExpanded: Binding<Bool> {
        Binding(get: { library.isExpanded(project) }, set: { library.expand(project, $0) })
    }

    private var isAskingUnseen: Bool {
        !library.isExpanded(project) && project.sessions.contains { library.isAsking($0) }
    }
}

/// A session in the sidebar, with its menu.
struct SidebarRow: View {
    let library: LibraryModel
    let session: SessionSummary

    var body: some View {
        SessionRow(session: session, title: library.title(of: session), status: status)
            .contextMenu { SessionActions(library: library, session: session) }
    }

    private var status: SessionStatus {
        if library.isAsking(session) { return .asking }
        return library.isRunning(session) ? .running : library.hasFailed(session) ? .failed : .idle
    }
}

/// What a person does with a project: in its header's menu, and in the menu bar.
struct ProjectActions: View {
    let library: LibraryModel
    let folder: String
    @Environment(\.desktop) private var desktop

    var body: some View {
        Button("New Session Here") { Task { await library.newSession(in: folder) } }
        if let desktop {
            Button("Show in Finder") { desktop.reveal(path: folder) }
            Button("Copy Path") { desktop.copy(folder) }
        }
    }
}

/// The projects in the menu bar.
struct ProjectItems: View {
    let library: LibraryModel?
    let desktop: (any Desktop)?

    var body: some View {
        Menu("Project") {
            ForEach((library?.projects ?? []).filter { $0.folder != nil }) { project in
                if let library, let folder = project.folder {
                    Menu(project.name) { ProjectActions(library: library, folder: folder) }
                }
            }
        }
        .environment(\.desktop, desktop)
        .disabled(library?.projects == nil)
    }
}

#Preview("Projects") {
    RootView(client: PreviewData.projectClient, settings: PreviewData.settings)
        .frame(width: 900, height: 600)
}
