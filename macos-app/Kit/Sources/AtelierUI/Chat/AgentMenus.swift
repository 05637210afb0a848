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

    /// What can be chosen in a session. Going without any question has to be switched on elsewhere.
    static func choices(in mode: PermissionMode) -> [PermissionMode] {
        allCases.filter { $0 != .bypassPermissions || mode == .bypassPermissions }
    }

    fileprivate var shortcut: KeyboardShortcut? {
        switch self {
        case .plan: KeyboardShortcut("1", modifiers: [.command, .option])
        case .default: KeyboardShortcut("2", modifiers: [.command, .option])
        case .acceptEdits: KeyboardShortcut("3", modifiers: [.command, .option])
        case .bypassPermissions: nil
        }
    }
}

/// A button that tells the mode and opens the choice of another.
struct ModeMenu: View {
    let chat: ChatModel

    var body: some View {
        Menu {
            ModeItems(chat: chat, hasShortcuts: false)
        } label: {
            Text(verbatim: chat.mode.title)
        }
        .menuStyle(.button)
        .buttonStyle(.borderless)
        .fixedSize()
        .accessibilityLabel("Mode: \(chat.mode.title)")
        .help("How far the agent may go without asking")
        .accessibilityIdentifier("mode-menu")
    }
}

struct ModeItems: View {
    let chat: ChatModel
    /// Shortcuts belong to the menu bar alone.
    let hasShortcuts: Bool

    var body: some View {
        ForEach(PermissionMode.choices(in: chat.mode), id: \.self) { mode in
            Toggle(isOn: Binding(get: { chat.mode == mode }, set: { _ in Task { await chat.setMode(mode) } })) {
                Text(verbatim: mode.title)
                Text(verbatim: mode.explanation)
            }
            .keyboardShortcut(hasShortcuts ? mode.shortcut : nil)
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

    private var name: String { chat.project.map(folderName) ?? "No Folder" }
}

struct FolderItems: View {
    let chat: ChatModel
    let folders: FoldersModel
    @Environment(\.openSettings) private var openSettings

    var body: some View {
        ForEach(folders.paths, id: \.self) { path in
            Toggle(isOn: Binding(get: { chat.project == path }, set: { _ in Task { await chat.work(in: path) } })) {
                Text(verbatim: folderName(path))
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

private func folderName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
}

/// How much of the model's window the conversation takes.
struct ContextMeter: View {
    let tokens: UInt64
    let window: UInt64

    var body: some View {
        HStack(spacing: 6) {
            ProgressView(value: min(share, 1))
                .frame(width: 48)
                .accessibilityLabel("Context used")
            Text(verbatim: share.formatted(.percent.precision(.fractionLength(0))))
                .monospacedDigit()
        }
        .help("\(tokens.short) of \(window.short) tokens of the model’s window are used")
    }

    private var share: Double { window == 0 ? 0 : Double(tokens) / Double(window) }
}
