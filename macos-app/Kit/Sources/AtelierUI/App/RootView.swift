// A main window: the sessions at the side, the chosen one beside them.
import AtelierKit
import Foundation
import SwiftUI

/// One window over the core, with a selection and drafts of its own.
public struct RootView: View {
    @State private var library: LibraryModel
    @State private var finding: FindingModel
    @State private var worktrees: WorktreesModel
    @State private var workspaces: WorkspacesModel
    @SceneStorage("session") private var restoredSession: String?
    /// The projects that are folded away, a line each.
    @SceneStorage("collapsed") private var collapsedProjects: String?
    @Environment(\.appearsActive) private var appearsActive
    private let settings: SettingsModel
    private let folders: FoldersModel?
    private let notices: Notices?
    /// Names this window among the others.
    @State private var window = UUID()

    /// A window over a core.
    ///
    /// - Parameters:
    ///   - client: the core.
    ///   - settings: the settings that all windows share.
    ///   - folders: the folders that agents may work in, shared too.
    ///   - notices: what is told to somebody who looks elsewhere, shared too.
    public init(
        client: any WorkbenchClient,
        settings: SettingsModel,
        folders: FoldersModel? = nil,
        notices: Notices? = nil
    ) {
        let library = LibraryModel(client: client, choices: settings.models.choices, notices: notices)
        _library = State(initialValue: library)
        _finding = State(initialValue: FindingModel(client: client))
        _worktrees = State(initialValue: WorktreesModel(client: client))
        _workspaces = State(initialValue: WorkspacesModel(client: client))
        self.notices = notices
        self.settings = settings
        self.folders = folders
    }

    public var body: some View {
        NavigationSplitView {
            SessionSidebar(model: library)
                .navigationSplitViewColumnWidth(min: 200, ideal: 250, max: 400)
        } detail: {
            SessionDetail(library: library, workspaces: workspaces, settings: settings, folders: folders)
        }
        .focusedSceneValue(\.library, library)
        .focusedSceneValue(\.workspaces, workspaces)
        .windowSheets(finding: finding, worktrees: worktrees, library: library) { place in
            Task { await workspaces.open(place.path, line: place.line, in: place.folder) }
        }
        .sheet(item: $workspaces.cloning) { clone in
            CloneSheet(model: clone) { folder in Task { await library.newSession(in: folder, folders: folders) } }
        }
        .windowTerminals(workspaces, folder: library.chat?.project)
        .onAppear {
            library.selection = restoredSession
            library.collapsed = Set((collapsedProjects ?? "").components(separatedBy: "\n").dropLast())
            notices?.note(window: window, isInFront: appearsActive)
        }
        .onChange(of: library.collapsed) {
            collapsedProjects = library.collapsed.sorted().map { "\($0)\n" }.joined()
        }
        .onChange(of: library.selection) { restoredSession = library.selection }
        .onChange(of: library.chatRequests) { workspaces.section = .chat }
        .onDisappear {
            notices?.note(window: window, isInFront: false)
            Task { await workspaces.closeTerminals() }
        }
        .onChange(of: notices?.chosen) {
            if let session = notices?.takeChosen() { library.showChat(of: session) }
        }
        .onChange(of: appearsActive) {
            notices?.note(window: window, isInFront: appearsActive)
            // The command line, or another window, may have worked on the same sessions.
            if appearsActive { Task { await library.refresh() } }
        }
        .task(id: library.activity) { await library.refresh() }
        .task(id: library.helpers) { await library.openHelpers() }
        .task(id: library.unattended) { await library.followUnattended() }
        .task { await settings.load() }
        .task { await settings.follow() }
        .task {
            await folders?.load()
            await folders?.follow()
        }
        // A key that comes or goes changes who can be asked.
        .task(id: settings.settings?.providers) { await settings.models.load() }
    }
}

/// The session that is chosen, or what to do when there is none.
struct SessionDetail: View {
    let library: LibraryModel
    let workspaces: WorkspacesModel
    let settings: SettingsModel
    let folders: FoldersModel?

    var body: some View {
        if let chat = library.chat {
            SessionWorkspace(chat: chat, workspaces: workspaces, settings: settings, folders: folders)
                .id(chat.id)
                .onChange(of: chat.leadsTo) {
                    if let session = chat.takeLead() { Task { await library.show(session) } }
                }
        } else if library.isLoaded {
            ContentUnavailableView {
                Label(
                    library.sessions.isEmpty ? "No Sessions Yet" : "No Session Selected",
                    systemImage: "bubble.left.and.bubble.right"
                )
            } description: {
                Text("A session is a conversation with a model. Everything in it is kept.")
            } actions: {
                Button("Start a Session") { Task { await library.newSession() } }
                    .buttonStyle(.borderedProminent)
            }
        } else if let problem = library.problem {
            ContentUnavailableView {
                Label("The Sessions Can’t Be Shown", systemImage: "exclamationmark.triangle")
            } description: {
                Text(verbatim: problem)
            } actions: {
                Button("Try Again") { Task { await library.refresh() } }
            }
        } else {
            ProgressView("Reading sessions…")
                .frame(maxWidth: .infinity, maxHeight: .infinity)
        }
    }
}

#Preview("Sessions") {
    RootView(client: PreviewData.client, settings: PreviewData.settings)
        .frame(width: 900, height: 600)
}

#Preview("No sessions") {
    RootView(client: MockClient(), settings: PreviewData.settings)
        .frame(width: 900, height: 600)
}
