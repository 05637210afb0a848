// The terminals of one project in a window: tabs, and the panes that share them.
import Foundation
import Observation

/// A tab with at least one pane.
public struct TerminalTab: Identifiable, Hashable, Sendable {
    public let id = UUID()
    public internal(set) var layout: TerminalLayout<UUID>
    /// The pane that keys go to.
    public internal(set) var focused: UUID
}

/// Tabs of terminals.
@MainActor
@Observable
public final class TerminalsModel: Identifiable {
    /// Where new shells start. Absolute.
    public let folder: String
    public private(set) var tabs: [TerminalTab] = []
    /// The tab in front.
    public var selection: TerminalTab.ID?
    public private(set) var isOpening = false
    /// The window is gone, and so are its shells.
    private(set) var isClosing = false
    public var problem: String?

    private var models: [UUID: TerminalModel] = [:]
    /// Folders in which somebody wants a shell.
    @ObservationIgnored private var wanted: [String] = []
    /// Grows with each wish.
    public private(set) var wishes = 0
    @ObservationIgnored private let rang: @MainActor () -> Void
    @ObservationIgnored let client: any TerminalClient & FolderClient

    public nonisolated var id: String { folder }

    /// `rang` is called at each bell of a terminal.
    public init(
        folder: String,
        client: any TerminalClient & FolderClient,
        rang: @escaping @MainActor () -> Void = {}
    ) {
        self.folder = folder
        self.client = client
        self.rang = rang
    }

    public func model(of pane: UUID) -> TerminalModel? { models[pane] }

    public var selectedTab: TerminalTab? { tabs.first { $0.id == selection } }

    /// The terminal that keys go to.
    public var focused: TerminalModel? { selectedTab.flatMap { models[$0.focused] } }

    public var hasTerminals: Bool { !tabs.isEmpty }

    /// Whether a program in one of a tab's panes has rung, and nothing was done there since.
    public func hasRung(_ tab: TerminalTab) -> Bool { tab.layout.panes.contains { models[$0]?.hasRung == true } }

    /// What a tab says: its focused pane's title.
    public func title(of tab: TerminalTab) -> String { models[tab.focused]?.title ?? "" }

    /// What runs in a tab's focused pane, and where.
    public func details(of tab: TerminalTab) -> String {
        guard let model = models[tab.focused] else { return "" }
        return [model.process, model.folder].compactMap { $0 }.joined(separator: " — ")
    }

    // MARK: Opening

    /// Opens what was arranged before, where there is nothing yet; at least a shell in a tab of its own.
    public func openFirst(as arrangement: TerminalArrangement? = nil) async {
        guard !isOpening, tabs.isEmpty || !wanted.isEmpty else { return }
        isOpening = true
        defer { isOpening = false }
        if tabs.isEmpty { await reopen(arrangement) }
        while let folder = wanted.first {
            wanted.removeFirst()
            await newTab(in: folder)
        }
        if tabs.isEmpty { await newTab() }
    }

    /// Asks for a shell in a folder; it is opened by `openFirst`, after those that were arranged.
    public func want(shellIn folder: String) {
        wanted.append(folder)
        wishes += 1
    }

    /// Opens a shell in a tab of its own; without a folder in the project's.
    public func newTab(in folder: String? = nil) async {
        guard let model = await newShell(in: folder ?? self.folder) else { return }
        add(model)
    }

    /// Gives half of the focused pane's room to a new shell in the same folder.
    public func split(_ axis: TerminalSplit) async {
        guard let tab = selectedTab, let beside = models[tab.focused] else { return await newTab() }
        // Where the shell says it is may be anywhere by now, allowed or not.
        let inSameFolder = beside.folder == folder ? nil : await newShell(in: beside.folder, tellsProblems: false)
        var new = inSameFolder
        if new == nil { new = await newShell(in: folder) }
        guard let new else { return }
        guard tabs.contains(where: { $0.id == tab.id && $0.layout.panes.contains(beside.id) }) else { return add(new) }
        keep(new)
        change(tab.id) { tab in
            tab.layout = tab.layout.splitting(beside.id, axis, with: new.id)
            tab.focused = new.id
        }
    }

    /// Shows what a command of an agent prints, in the tab that has it already or in a new one.
    public func show(call: ToolCallID, of session: SessionID, label: String) {
        let source = TerminalModel.Source.agent(session, call)
        if let known = models.values.first(where: { $0.source == source }),
            let tab = tabs.first(where: { $0.layout.panes.contains(known.id) })
        {
            selection = tab.id
            return focus(known.id)
        }
        add(TerminalModel(source, folder: folder, label: label, client: client))
    }

    /// How many lines are kept above screens, of all terminals.
    public func keep(lines: Int) async {
        do {
            try await client.keepScrollback(lines: lines)
        } catch {
            problem = error.sentence ?? problem
        }
    }

    func newShell(in folder: String, tellsProblems: Bool = true) async -> TerminalModel? {
        let wasOpening = isOpening
        isOpening = true
        defer { isOpening = wasOpening }
        do {
            // The pane says how large it is as soon as it is shown.
            let id = try await client.createTerminal(in: folder, columns: 80, rows: 24)
            problem = nil
            return TerminalModel(.shell(id), folder: folder, client: client)
        } catch {
            if tellsProblems { problem = error.sentence ?? problem }
            return nil
        }
    }

    func add(_ model: TerminalModel) {
        keep(model)
        add(TerminalTab(layout: .pane(model.id), focused: model.id))
    }

    func keep(_ model: TerminalModel) {
        models[model.id] = model
        model.rang = rang
    }

    // MARK: Listening

    /// Asks how all terminals are; nothing is asked where there are none.
    public func look() async {
        guard hasTerminals, let infos = try? await client.terminals() else { return }
        let known = Dictionary(infos.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        for model in models.values {
            if case .shell(let id) = model.source, let info = known[id] { model.take(info) }
        }
    }

    func add(_ tab: TerminalTab) {
        let place = tabs.firstIndex { $0.id == selection }.map { $0 + 1 } ?? tabs.endIndex
        tabs.insert(tab, at: place)
        selection = tab.id
    }

    // MARK: Arranging

    /// Sends keys to a pane.
    public func focus(_ pane: UUID) {
        guard let tab = tabs.first(where: { $0.layout.panes.contains(pane) }), tab.focused != pane else { return }
        change(tab.id) { $0.focused = pane }
    }

    /// The tab after the one in front, or before it; begins anew at the other end.
    public func selectTab(offset: Int) {
        guard !tabs.isEmpty, let now = tabs.firstIndex(where: { $0.id == selection }) else { return }
        selection = tabs[(now + offset % tabs.count + tabs.count) % tabs.count].id
    }

    /// The pane after the focused one, or before it; begins anew at the other end.
    public func focusPane(offset: Int) {
        guard let tab = selectedTab, let now = tab.layout.panes.firstIndex(of: tab.focused) else { return }
        let panes = tab.layout.panes
        focus(panes[(now + offset % panes.count + panes.count) % panes.count])
    }

    // MARK: Closing

    /// Ends the focused pane's shell, and takes the pane away.
    public func closeFocused() async {
        if let focused { await close(focused.id) }
    }

    public func close(tab: TerminalTab.ID) async {
        for pane in tabs.first(where: { $0.id == tab })?.layout.panes ?? [] { await close(pane) }
    }

    /// Ends all shells; how they were arranged stays known.
    public func closeAll() async {
        isClosing = true
        for tab in tabs { await close(tab: tab.id) }
    }

    public func close(_ pane: UUID) async {
        guard let model = models.removeValue(forKey: pane) else { return }
        if let tab = tabs.first(where: { $0.layout.panes.contains(pane) }) { remove(pane, from: tab) }
        model.close()
        guard case .shell(let id) = model.source else { return }
        do {
            try await client.closeTerminal(id)
        } catch {
            // It has ended already, or its core is closed: there is nothing left to end.
        }
    }

    private func remove(_ pane: UUID, from tab: TerminalTab) {
        guard let rest = tab.layout.removing(pane) else {
            let place = tabs.firstIndex { $0.id == tab.id } ?? 0
            tabs.removeAll { $0.id == tab.id }
            if selection == tab.id { selection = tabs.isEmpty ? nil : tabs[min(place, tabs.count - 1)].id }
            return
        }
        change(tab.id) { tab in
            tab.layout = rest
            if tab.focused == pane { tab.focused = rest.panes[0] }
        }
    }

    func change(_ id: TerminalTab.ID, _ change: (inout TerminalTab) -> Void) {
        guard let index = tabs.firstIndex(where: { $0.id == id }) else { return }
        change(&tabs[index])
    }
}
