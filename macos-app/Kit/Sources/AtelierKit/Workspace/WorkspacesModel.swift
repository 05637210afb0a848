// Which folders a window has looked into, and what it shows of them.
import Foundation
import Observation

/// The workspaces of one window.
@MainActor
@Observable
public final class WorkspacesModel {
    /// What the window shows of the session in front.
    public var section = WorkspaceSection.chat

    /// A clone that is being asked for, or runs.
    public var cloning: CloneModel?

    /// How many bells of terminals have rung.
    public private(set) var rings = 0

    /// Workspaces that were opened, the one that was used last at the end.
    @ObservationIgnored private var opened: [WorkspaceModel] = []
    /// Terminals by the folder that they began in. They stay as long as the window does: something runs in them.
    @ObservationIgnored private var openedTerminals: [String: TerminalsModel] = [:]
    /// What was shown before the terminal.
    @ObservationIgnored private var beforeTerminal = WorkspaceSection.chat
    @ObservationIgnored private let client: Client
    /// How many are kept; more would hold trees and diffs that nobody looks at.
    static let most = 8

    public typealias Client = any WorkspaceClient & GitClient & TerminalClient & FolderClient

    public init(client: Client) { self.client = client }

    /// The workspace of a folder; made when it is asked for first.
    public func workspace(for folder: String) -> WorkspaceModel {
        if let known = opened.first(where: { $0.folder == folder }) {
            if opened.last !== known { opened = opened.filter { $0 !== known } + [known] }
            return known
        }
        let workspace = WorkspaceModel(folder: folder, client: client)
        opened = opened.suffix(Self.most - 1) + [workspace]
        return workspace
    }

    /// The terminals of a folder; none is open until they are shown first.
    public func terminals(for folder: String) -> TerminalsModel {
        if let known = openedTerminals[folder] { return known }
        let terminals = TerminalsModel(folder: folder, client: client) { [weak self] in self?.rings += 1 }
        openedTerminals[folder] = terminals
        return terminals
    }

    /// Ends what runs in all terminals: the window is gone.
    public func closeTerminals() async {
        for terminals in openedTerminals.values { await terminals.closeAll() }
        openedTerminals = [:]
    }

    /// Shows the terminal, or what was shown before it.
    public func toggleTerminal() {
        if section == .terminal {
            section = beforeTerminal
        } else {
            beforeTerminal = section
            section = .terminal
        }
    }

    private func showTerminal() {
        if section != .terminal { toggleTerminal() }
    }

    /// Shows a new shell that starts in `path`, among the terminals of the project in `folder`.
    public func openTerminal(at path: String, in folder: String) {
        terminals(for: folder).want(shellIn: path)
        showTerminal()
    }

    /// Asks again and again how terminals are that nobody looks at, until the task is cancelled.
    public func listenToTerminals(every pause: Duration = .seconds(2)) async {
        while !Task.isCancelled {
            for terminals in openedTerminals.values { await terminals.look() }
            try? await Task.sleep(for: pause)
        }
    }

    /// Shows what a command of an agent prints.
    public func show(call: ToolCallID, of session: SessionID, label: String, in folder: String) {
        showTerminal()
        terminals(for: folder).show(call: call, of: session, label: label)
    }

    /// Asks what to clone, and where to: beside the folder that was looked at last.
    public func beginCloning() {
        let home = FileManager.default.homeDirectoryForCurrentUser.path
        cloning = CloneModel(parent: opened.last?.folder.parentPath ?? home, client: client)
    }

    /// Shows a file in the Files section, at a line where one is named. `path` is absolute.
    public func open(_ path: String, line: Int? = nil, in folder: String) async {
        section = .files
        await workspace(for: folder).show(path, line: line)
    }
}
