// Working trees for agents: a session in a tree of its own, and what becomes of the trees that there are.
import AtelierKit
import SwiftUI

struct WorktreesView: View {
    @Bindable var model: WorktreesModel
    @FocusState private var isFocused: Bool

    var body: some View {
        VStack(alignment: .leading, spacing: 12) {
            Text("Worktrees")
                .font(.headline)
                .accessibilityAddTraits(.isHeader)
            Text("In a worktree an agent works on a branch of its own, beside your files and other agents.")
                .foregroundStyle(.secondary)
            HStack(spacing: 8) {
                TextField("New Session About", text: $model.name, prompt: Text("What shall be done there?"))
                    .textFieldStyle(.roundedBorder)
                    .focused($isFocused)
                    .onSubmit { Task { await model.create() } }
                Button("Create Session") { Task { await model.create() } }
                    .buttonStyle(.borderedProminent)
                    .disabled(!model.canCreate)
            }
            if let question = model.askingSetup { SetupCard(question: question, model: model) }
            Divider()
            trees
            footer
        }
        .padding(20)
        .frame(width: 640, height: 480)
        .onAppear { isFocused = true }
        .task(id: model.folder) { await model.load() }
        .confirmationDialog(
            "Delete the branch at the remote, too?",
            isPresented: Binding(get: { model.askingRemote != nil }, set: { if !$0 { model.askingRemote = nil } }),
            titleVisibility: .visible,
            presenting: model.askingRemote
        ) { worktree in
            Button("Archive and Keep It There") { Task { await model.archive(worktree) } }
            Button("Archive and Delete It There", role: .destructive) {
                Task { await model.archive(worktree, deletingRemoteBranch: true) }
            }
            Button("Cancel", role: .cancel) {}
        } message: { worktree in
            Text("“\(worktree.branch ?? "")” is at “origin” as well. Deleted there, it is gone for everybody.")
        }
        .confirmationDialog(
            "Archive it although work would be lost?",
            isPresented: Binding(get: { model.askingLoss != nil }, set: { if !$0 { model.askingLoss = nil } }),
            titleVisibility: .visible,
            presenting: model.askingLoss
        ) { question in
            Button("Archive and Lose the Work", role: .destructive) {
                Task { await model.archive(losing: question) }
            }
            Button("Cancel", role: .cancel) {}
        } message: { question in
            Text(verbatim: question.message)
        }
    }

    private var trees: some View {
        ScrollView {
            LazyVStack(alignment: .leading, spacing: 10) {
                ForEach(model.linked) { tree in
                    WorktreeRow(worktree: tree, state: model.states[tree.path], model: model)
                }
            }
            .frame(maxWidth: .infinity, alignment: .leading)
        }
        .accessibilityLabel("Worktrees of this project")
        .frame(maxHeight: .infinity)
        .overlay {
            if model.folder == nil {
                ContentUnavailableView(
                    "No Folder",
                    systemImage: "folder",
                    description: Text("Choose a folder with a git repository for the session.")
                )
            } else if model.worktrees != nil, model.linked.isEmpty {
                ContentUnavailableView("No Worktrees Yet", systemImage: "arrow.triangle.branch")
            }
        }
    }

    private var footer: some View {
        HStack(alignment: .top, spacing: 8) {
            if model.isBusy {
                ProgressView()
                    .controlSize(.small)
                    .accessibilityLabel("At work")
            }
            FieldProblem(message: model.problem)
            if let news = model.news {
                Text(verbatim: news)
                    .font(.callout)
                    .textSelection(.enabled)
            }
            Spacer()
            Button("Close", role: .cancel) { model.isShown = false }
                .keyboardShortcut(.cancelAction)
        }
    }
}

/// One tree, how it stands, and what can be done with it.
private struct WorktreeRow: View {
    let worktree: Worktree
    let state: WorktreeState?
    let model: WorktreesModel
    @Environment(\.desktop) private var desktop
    @Environment(\.openInTerminal) private var openInTerminal

    var body: some View {
        HStack(spacing: 10) {
            Image(systemName: "arrow.triangle.branch")
                .foregroundStyle(.secondary)
                .accessibilityHidden(true)
            VStack(alignment: .leading, spacing: 2) {
                Text(verbatim: name)
                standing
                    .font(.caption)
                    .foregroundStyle(.secondary)
            }
            .frame(maxWidth: .infinity, alignment: .leading)
            .help(worktree.path)
            Menu("Merge") {
                Button("Merge Branch") { Task { await model.merge(worktree, asOneChange: false) } }
                Button("Stage as One Change") { Task { await model.merge(worktree, asOneChange: true) } }
            }
            .fixedSize()
            .disabled(model.isBusy)
            .accessibilityLabel("Merge \(name)")
            if let openInTerminal {
                Button("Open in Terminal") {
                    model.isShown = false
                    openInTerminal(worktree.path)
                }
                .accessibilityLabel("Open \(name) in Terminal")
            }
            if let desktop {
                Button("Pull Request…") { Task { await model.openPullRequest(for: worktree, on: desktop) } }
                    .help("Open the page for a pull request in the browser")
                    .disabled(model.isBusy)
                    .accessibilityLabel("Pull request for \(name)…")
            }
            Button("Archive…") { Task { await model.askToArchive(worktree) } }
                .help("Remove this worktree and its branch")
                .disabled(model.isBusy)
                .accessibilityLabel("Archive \(name)…")
        }
        .accessibilityElement(children: .contain)
        .accessibilityLabel("Worktree \(name)")
    }

    private var name: String { worktree.branch ?? worktree.path }

    @ViewBuilder private var standing: some View {
        if let state {
            if state.isMerged {
                Text("Nothing that the project has not")
            } else {
                Text(
                    "\(counted(state.ahead, "commit")) with \(counted(state.committed.count, "file")), \(counted(state.uncommitted.count, "file")) not committed"
                )
            }
        } else {
            Text("…")
                .accessibilityLabel("Not known yet")
        }
    }
}

/// The question whether a script of the project may be run.
private struct SetupCard: View {
    let question: WorktreesModel.SetupQuestion
    let model: WorktreesModel

    var body: some View {
        VStack(alignment: .leading, spacing: 8) {
            Label(
                "The project wants to run a script in the new worktree. It has your rights.",
                systemImage: "hand.raised"
            )
            OutputText(text: question.script)
            HStack {
                Button("Run Script") { Task { await model.answerSetup(question, true) } }
                Button("Don’t Run") { Task { await model.answerSetup(question, false) } }
            }
        }
        .padding(10)
        .background(.orange.opacity(0.1), in: .rect(cornerRadius: 8))
        .accessibilityElement(children: .contain)
        .accessibilityLabel("Question about a script")
    }
}

#Preview("Worktrees") {
    WorktreesView(model: PreviewData.worktrees)
}

#Preview("No folder") {
    WorktreesView(model: WorktreesModel(client: MockClient()))
}
