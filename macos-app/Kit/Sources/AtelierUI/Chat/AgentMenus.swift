// Where the agent of a session works, and how far it may go: in the composer, and in the menu bar.
import AtelierKit
import SwiftUI

extension PermissionMode {
    /// What menus call it.
    var title: String {
        switch self {
        case .plan: "Plan"
        case .default: "Ask First"
        case .acceptEdits: "Accept Edits"
        case .bypassPermissions: "Ask Nothing"
        }
    }

    fileprivate var explanation: String {
        switch self {
        case .plan: "Reads and plans; nothing changes"
        case .default: "Reads freely, asks before it changes anything"
        case .acceptEdits: "Edits files freely, asks before commands"
        case .bypassPermissions: "Does everything without asking"
        }
    }

    /// What can be chosen in a session. Going without any question has to be switched on in the settings.
    static func choices(in mode: PermissionMode, isBypassAllowed: Bool) -> [PermissionMode] {
        allCases.filter { $0 != .bypassPermissions || isBypassAllowed || mode == .bypassPermissions }
    }

    fileprivate var shortcut: KeyboardShortcut? {
        switch self {
        case .plan: KeyboardShortcut("1", modifiers: [.command, .option])
        case .default: KeyboardShortcut("2", modifiers: [.command, .option])
        case .acceptEdits: KeyboardShortcut("3", modifiers: [.command, .option])
        case .bypassPermissions: KeyboardShortcut("4", modifiers: [.command, .option])
        }
    }
}

/// A button that tells the mode and opens the choice of another.
struct ModeMenu: View {
    let chat: ChatModel
    let agents: AgentSettingsModel

    var body: some View {
        Menu {
            ModeItems(chat: chat, agents: agents, hasShortcuts: false)
        } label: {
            if chat.mode == .bypassPermissions {
                Label(chat.mode.title, systemImage: "exclamationmark.triangle.fill")
                    .foregroundStyle(.red)
            } else {
                Text(verbatim: chat.mode.title)
            }
        }
        .menuStyle(.button)
        .buttonStyle(.borderless)
        .fixedSize()
        .accessibilityLabel("Mode: \(chat.mode.title)")
        .help(
            chat.mode == .bypassPermissions
                ? "The agent runs any command without asking" : "How far the agent may go without asking"
        )
        .accessibilityIdentifier("mode-menu")
    }
}

struct ModeItems: View {
    let chat: ChatModel
    let agents: AgentSettingsModel
    /// Shortcuts belong to the menu bar alone.
    let hasShortcuts: Bool

    var body: some View {
        ForEach(modes, id: \.self) { mode in
            Toggle(isOn: Binding(get: { chat.mode == mode }, set: { _ in Task { await chat.choose(mode) } })) {
                Text(verbatim: mode.title)
                Text(verbatim: mode.explanation)
            }
            .keyboardShortcut(hasShortcuts ? mode.shortcut : nil)
        }
    }

    private var modes: [PermissionMode] {
        PermissionMode.choices(in: chat.mode, isBypassAllowed: agents.isBypassAllowed)
    }
}

extension View {
    /// Asks before an agent is let work without asking.
    func askingAboutBypass(_ model: ChatModel) -> some View {
        confirmationDialog(
            "Let the agent work without asking?",
            isPresented: Binding(get: { model.isConfirmingBypass }, set: { model.isConfirmingBypass = $0 }),
            titleVisibility: .visible
        ) {
            Button("Ask Nothing", role: .destructive) { Task { await model.setMode(.bypassPermissions) } }
            Button("Cancel", role: .cancel) {}
        } message: {
            Text("It runs any command and changes any file of its folder. Use this only for work that you could lose.")
        }
    }
}

/// A button that names the session's folder and opens the choice of another.
struct FolderMenu: View {
    let chat: ChatModel
    let folders: FoldersModel

    var body: some View {
        Menu {
            FolderItems(chat: chat, folders: folders)
        } label: {
            Label(name, systemImage: "folder")
        }
        .menuStyle(.button)
        .buttonStyle(.borderless)
        .fixedSize()
        .disabled(chat.isRunning)
        .accessibilityLabel("Folder: \(name)")
        .help(chat.project ?? "Without a folder the model has no tools")
        .accessibilityIdentifier("folder-menu")
    }

    private var name: String { chat.project?.pathName ?? "No Folder" }
}

struct FolderItems: View {
    let chat: ChatModel
    let folders: FoldersModel
    @Environment(\.openSettings) private var openSettings

    var body: some View {
        ForEach(folders.paths, id: \.self) { path in
            Toggle(isOn: Binding(get: { chat.project == path }, set: { _ in Task { await chat.work(in: path) } })) {
                Text(verbatim: path.pathName)
                Text(verbatim: path)
            }
        }
        Divider()
        if folders.canChoose {
            Button("Add Folder…") { Task { await add() } }
        } else {
            Button("Folders…") { openSettings() }
        }
    }

    private func add() async {
        if let path = await folders.add()?.path {
            await chat.work(in: path)
        } else if folders.problem != nil {
            openSettings()
        }
    }
}

/// How much of the model's window the conversation takes, and making room in it.
struct ContextMeter: View {
    let chat: ChatModel
    let tokens: UInt64
    let window: UInt64

    var body: some View {
        HStack(spacing: 6) {
            ProgressView(value: min(share, 1))
                .frame(width: 48)
                .accessibilityLabel("Context used")
            Menu(share.formatted(.percent.precision(.fractionLength(0)))) { CompactItem(chat: chat) }
                .menuStyle(.button)
                .buttonStyle(.borderless)
                .monospacedDigit()
                .fixedSize()
                .accessibilityLabel("Context")
        }
        .help("\(tokens.short) of \(window.short) tokens of the model’s window are used")
    }

    private var share: Double { window == 0 ? 0 : Double(tokens) / Double(window) }
}

/// Has the model summarise what was said.
struct CompactItem: View {
    let chat: ChatModel?

    var body: some View {
        Button("Summarise Conversation") { Task { await chat?.compact() } }
            .disabled(chat?.canCompact != true)
    }
}
