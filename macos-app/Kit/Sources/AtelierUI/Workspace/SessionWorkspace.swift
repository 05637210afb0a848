// What a window shows of a session: the chat, or its folder's files, changes, history or branches.
import AtelierKit
import SwiftUI

struct SessionWorkspace: View {
    let chat: ChatModel
    @Bindable var workspaces: WorkspacesModel
    let settings: SettingsModel
    let folders: FoldersModel?

    var body: some View {
        Group {
            if workspaces.section == .chat {
                ChatView(model: chat, settings: settings, folders: folders)
            } else {
                VStack(spacing: 0) {
                    if chat.isAsking { QuestionNotice { workspaces.section = .chat } }
                    section
                }
                .navigationTitle(chat.title)
                .navigationSubtitle(subtitle)
                // The chat goes on unseen.
                .task(id: chat.attempt) { await chat.follow() }
            }
        }
        .focusedSceneValue(\.workspace, workspace)
        .environment(\.showInTerminal, workspace == nil ? nil : showInTerminal)
        .toolbar {
            ToolbarItem(placement: .principal) {
                Picker("View", selection: $workspaces.section) {
                    ForEach(WorkspaceSection.allCases) { section in
                        Label(section.title, systemImage: section.symbol).tag(section)
                    }
                }
                .pickerStyle(.segmented)
                .labelsHidden()
            }
        }
        .task(id: workspace?.attempt) { await workspace?.follow() }
    }

    private var workspace: WorkspaceModel? { chat.project.map(workspaces.workspace) }

    /// Puts a block into the prompt, after what is there.
    private func ask(_ block: String) {
        chat.draft += (chat.draft.isEmpty || chat.draft.hasSuffix("\n") ? "" : "\n\n") + block
        workspaces.section = .chat
    }

    private func showInTerminal(_ call: ChatCall) {
        guard let workspace else { return }
        workspaces.show(call: call.id, of: chat.id, label: call.subject ?? call.title, in: workspace.folder)
    }

    /// “main, 1 ahead”
    private var subtitle: String {
        guard let changes = workspace?.changes.changes, let branch = changes.branch else { return "" }
        let counts = [("ahead", changes.ahead), ("behind", changes.behind)].filter { $0.1 > 0 }
        return ([branch] + counts.map { "\($0.1) \($0.0)" }).joined(separator: ", ")
    }

    @ViewBuilder private var section: some View {
        if let workspace {
            if workspaces.section == .terminal {
                TerminalsView(model: workspaces.terminals(for: workspace.folder), ask: ask)
                    .id(workspace.id)
            } else {
                WorkspaceView(workspace: workspace, section: workspaces.section)
                    .id(workspace.id)
            }
        } else {
            ContentUnavailableView {
                Label("No Folder", systemImage: "folder")
            } description: {
                Text("Choose a folder below the chat to see its files and changes here.")
            } actions: {
                Button("Show Chat") { workspaces.section = .chat }
            }
        }
    }
}

/// One section of a folder.
struct WorkspaceView: View {
    let workspace: WorkspaceModel
    let section: WorkspaceSection

    var body: some View {
        VStack(spacing: 0) {
            if let problem = workspace.problem {
                ProblemBanner(message: problem, tryAgain: workspace.retry, dismiss: workspace.dismissProblem)
                    .padding(.top, 8)
            }
            if let notice = workspace.notice {
                ProblemBanner(message: notice, dismiss: workspace.dismissNotice)
                    .padding(.top, 8)
            }
            switch section {
            case .chat, .terminal: EmptyView()
            case .files: FilesView(workspace: workspace)
            case .changes: InRepository(changes: workspace.changes) { ChangesView(workspace: workspace) }
            case .history: InRepository(changes: workspace.changes) { HistoryView(model: workspace.history) }
            case .branches: InRepository(changes: workspace.changes) { BranchesView(model: workspace.branches) }
            }
        }
        .frame(maxWidth: .infinity, maxHeight: .infinity)
    }
}

/// Shows its content where there is a repository, and offers to make one where there is none.
private struct InRepository<Content: View>: View {
    let changes: ChangesModel
    @ViewBuilder let content: Content

    var body: some View {
        switch changes.isRepository {
        case true?: content
        case false?:
            ContentUnavailableView {
                Label("No Repository", systemImage: "arrow.triangle.branch")
            } description: {
                Text("This folder is not kept by git.")
            } actions: {
                Button("Make a Repository") { Task { await changes.makeRepository() } }
            }
            ProblemOf(model: changes)
        case nil:
            if changes.problem == nil {
                ProgressView("Looking at the repository…")
                    .frame(maxWidth: .infinity, maxHeight: .infinity)
            } else {
                Spacer()
                ProblemOf(model: changes)
            }
        }
    }
}

/// The agent waits for an answer in the chat, which isn't shown.
private struct QuestionNotice: View {
    let show: () -> Void

    var body: some View {
        HStack {
            Label("The agent asks whether it may go on.", systemImage: "hand.raised.fill")
            Spacer()
            Button("Show Question") { show() }
        }
        .padding(10)
        .background(.orange.opacity(0.15))
    }
}

#Preview("Files") {
    WorkspaceView(workspace: PreviewData.workspace, section: .files)
        .frame(width: 900, height: 600)
}

#Preview("Changes") {
    WorkspaceView(workspace: PreviewData.workspace, section: .changes)
        .frame(width: 900, height: 600)
}

#Preview("Conflict") {
    WorkspaceView(workspace: PreviewData.conflict, section: .changes)
        .frame(width: 900, height: 600)
}

#Preview("No repository") {
    WorkspaceView(workspace: PreviewData.plainFolder, section: .changes)
        .frame(width: 900, height: 600)
}

#Preview("History") {
    WorkspaceView(workspace: PreviewData.workspace, section: .history)
        .frame(width: 900, height: 600)
}

#Preview("Branches") {
    WorkspaceView(workspace: PreviewData.workspace, section: .branches)
        .frame(width: 900, height: 600)
}
