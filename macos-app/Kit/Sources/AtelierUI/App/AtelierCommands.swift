// The menus. Every action of the windows is here too, with its shortcut; views declare none.
import AtelierKit
import SwiftUI

struct AtelierCommands: Commands {
    let launch: LaunchModel
    let desktop: (any Desktop)?

    var body: some Commands {
        SidebarCommands()
        CommandGroup(replacing: .newItem) {
            NewItems()
            WorktreesItem()
            OpenQuicklyItem()
            FolderItem(launch: launch)
            ProjectsItem(desktop: desktop)
        }
        CommandGroup(after: .textEditing) {
            FindItem()
            FindInFolderItem()
        }
        WorkspaceCommands(desktop: desktop)
        TerminalCommands(desktop: desktop)
        CommandMenu("Session") { SessionItems(launch: launch, desktop: desktop) }
    }
}

// The items are views, because views are told when a model changes.

private struct NewItems: View {
    @FocusedValue(\.library) private var library
    @Environment(\.openWindow) private var openWindow

    var body: some View {
        Button("New Session") { newSession() }
            .keyboardShortcut("n")
        Button("New Window") { openWindow(id: AtelierScenes.mainWindow) }
            .keyboardShortcut("n", modifiers: [.command, .shift])
    }

    private func newSession() {
        if let library {
            Task { await library.newSession() }
        } else {
            openWindow(id: AtelierScenes.mainWindow)
        }
    }
}

private struct FolderItem: View {
    let launch: LaunchModel
    @FocusedValue(\.library) private var library
    @Environment(\.openSettings) private var openSettings

    var body: some View {
        if let folders = launch.folders, folders.canChoose {
            Divider()
            Button("Open Folder…") { Task { await library?.openFolder(folders) } }
                .keyboardShortcut("o")
                .disabled(library == nil || folders.isChoosing)
            Button("Add Folder…") { add(to: folders) }
                .disabled(folders.isChoosing)
        }
    }

    private func add(to folders: FoldersModel) {
        Task {
            await folders.add()
            // Settings say what was wrong.
            if folders.problem != nil { openSettings() }
        }
    }
}

private struct ProjectsItem: View {
    let desktop: (any Desktop)?
    @FocusedValue(\.library) private var library

    var body: some View { ProjectItems(library: library, desktop: desktop) }
}

private struct FindItem: View {
    @FocusedValue(\.library) private var library
    @FocusedValue(\.terminals) private var terminals

    var body: some View {
        Button("Find Session…") { library?.beginSearch() }
            // Where terminals are shown, it finds there.
            .keyboardShortcut(terminals == nil ? KeyboardShortcut("f") : nil)
            .disabled(library == nil)
    }
}

private struct SessionItems: View {
    let launch: LaunchModel
    let desktop: (any Desktop)?
    @FocusedValue(\.library) private var library
    @FocusedValue(\.chat) private var chat

    var body: some View {
        Button("Send") { Task { await chat?.send() } }
            .keyboardShortcut(.return)
            .disabled(chat?.canSend != true)
        Button("Stop") { Task { await chat?.stop() } }
            .keyboardShortcut(".")
            .disabled(chat?.isRunning != true && chat?.isCompacting != true)
        Button("Try Again") { Task { await chat?.tryAgain() } }
            .disabled(chat?.problem == nil)
        Divider()
        ApprovalItems(chat: chat)
        ElicitationItems(chat: chat, desktop: desktop)
        Divider()
        if let chat, case .open(_, let settings) = launch.state {
            Menu("Model") { ModelItems(chat: chat, settings: settings) }
            Menu("Mode") { ModeItems(chat: chat, agents: settings.agents, hasShortcuts: true) }
            if let folders = launch.folders {
                Menu("Folder") { FolderItems(chat: chat, folders: folders) }
                    .disabled(chat.isRunning)
            }
        } else {
            Menu("Model") {}
                .disabled(true)
        }
        Divider()
        CompactItem(chat: chat)
            .keyboardShortcut("k", modifiers: [.command, .option])
        Button("Undo File Changes") { Task { await chat?.undoChanges() } }
            .keyboardShortcut("z", modifiers: [.command, .option])
            .disabled(chat == nil || chat?.isRunning == true)
        if let library, let session = library.shown {
            SessionActions(library: library, session: session)
                .environment(\.desktop, desktop)
        } else {
            ForEach(["Rename…", "Duplicate", "Archive", "Copy Session ID", "Delete…"], id: \.self) { name in
                Button(name) {}
            }
            .disabled(true)
        }
        Divider()
        Toggle(
            "Show Archived Sessions",
            isOn: Binding(get: { library?.showsArchived == true }, set: { library?.showsArchived = $0 })
        )
        .disabled(library == nil)
        Button("Refresh Sessions") { Task { await library?.refresh() } }
            .keyboardShortcut("r")
            .disabled(library == nil)
        if let desktop {
            Divider()
            Button("Copy Last Answer") { copyLastAnswer(to: desktop) }
                .keyboardShortcut("c", modifiers: [.command, .shift])
                .disabled(chat?.lastAnswer == nil)
        }
    }

    private func copyLastAnswer(to desktop: any Desktop) {
        guard let answer = chat?.lastAnswer else { return }
        desktop.copy(answer.text)
    }
}

/// Answers the oldest question of the chat in front.
private struct ApprovalItems: View {
    let chat: ChatModel?

    var body: some View {
        Button("Allow Once") { answer { chat, call in await chat.answer(call, .once) } }
            .keyboardShortcut("y", modifiers: [.command, .option])
            .disabled(chat?.pendingCall == nil)
        Button("Always Allow") { answer { chat, call in await chat.answer(call, .always) } }
            .keyboardShortcut("y", modifiers: [.command, .option, .shift])
            .disabled(chat?.pendingCall?.question?.offersAlways != true)
        Button("Deny") { answer { chat, call in await chat.refuse(call) } }
            .keyboardShortcut("d", modifiers: [.command, .option])
            .disabled(chat?.pendingCall == nil)
    }

    private func answer(_ how: @escaping @MainActor (ChatModel, ChatCall) async -> Void) {
        guard let chat, let call = chat.pendingCall else { return }
        Task { await how(chat, call) }
    }
}

/// Answers the oldest question of a server in the chat in front.
private struct ElicitationItems: View {
    let chat: ChatModel?
    let desktop: (any Desktop)?

    var body: some View {
        Button("Send Answer") { answer { [desktop] chat, asked in await chat.accept(asked, on: desktop) } }
            .keyboardShortcut(.return, modifiers: [.command, .option])
            .disabled(chat?.pendingElicitation == nil)
        Button("Decline to Answer") { answer { chat, asked in await chat.decline(asked) } }
            .keyboardShortcut("d", modifiers: [.command, .option, .shift])
            .disabled(chat?.pendingElicitation == nil)
        Button("Cancel Question") { answer { chat, asked in await chat.cancel(asked) } }
            .disabled(chat?.pendingElicitation == nil)
    }

    private func answer(_ how: @escaping @MainActor (ChatModel, ChatElicitation) async -> Void) {
        guard let chat, let asked = chat.pendingElicitation else { return }
        Task { await how(chat, asked) }
    }
}

extension FocusedValues {
    @Entry var library: LibraryModel?
    @Entry var chat: ChatModel?
}
