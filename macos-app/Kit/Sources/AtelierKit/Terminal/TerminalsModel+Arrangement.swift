// Terminals that come back as they were arranged, and how they share their room.
import Foundation

extension TerminalsModel {
    /// How the terminals are arranged; nil while that is not for long: they are being opened, or the window closes.
    public var arrangement: TerminalArrangement? {
        guard !isOpening, !isClosing else { return nil }
        var selected = 0
        var arranged: [TerminalArrangement.Tab] = []
        for tab in tabs {
            guard let layout = tab.layout.mapping(shell), let focused = shell(of: tab.focused) ?? layout.panes.first
            else { continue }
            if tab.id == selection { selected = arranged.count }
            arranged.append(TerminalArrangement.Tab(layout: layout, focused: focused))
        }
        return TerminalArrangement(tabs: arranged, selected: selected)
    }

    private func shell(of pane: UUID) -> TerminalID? {
        guard case .shell(let id)? = model(of: pane)?.source else { return nil }
        return id
    }

    /// Brings back what was arranged before: terminals that were kept with what they showed, others with a new shell.
    /// What is open in another window stays there.
    func reopen(_ arrangement: TerminalArrangement?) async {
        let kept = (try? await client.keptTerminals()) ?? []
        guard let arrangement else {
            let prefix = folder.hasSuffix("/") ? folder : folder + "/"
            for terminal in kept.reversed() where terminal.folder == folder || terminal.folder.hasPrefix(prefix) {
                if let model = await restored(terminal.id) { add(model) }
            }
            return
        }
        let open = Set(((try? await client.terminals()) ?? []).map(\.id))
        guard open.isDisjoint(with: arrangement.ids) else { return }
        await reopen(arrangement, kept: Set(kept.map(\.id)))
    }

    private func reopen(_ arrangement: TerminalArrangement, kept: Set<TerminalID>) async {
        var inFront: TerminalTab.ID?
        for (place, tab) in arrangement.tabs.enumerated() {
            var panes: [TerminalID: UUID] = [:]
            for id in tab.layout.panes {
                var model = kept.contains(id) ? await restored(id) : nil
                if model == nil { model = await newShell(in: folder) }
                // No more can be started.
                guard let model else { break }
                panes[id] = model.id
                keep(model)
            }
            guard let layout = tab.layout.mapping({ panes[$0] }), let first = layout.panes.first else { break }
            add(TerminalTab(layout: layout, focused: panes[tab.focused] ?? first))
            if place == arrangement.selected { inFront = selection }
        }
        selection = inFront ?? selection
    }

    private func restored(_ id: TerminalID) async -> TerminalModel? {
        do {
            try await client.restoreTerminal(id, columns: 80, rows: 24)
            return TerminalModel(.shell(id), folder: folder, client: client)
        } catch {
            problem = error.sentence ?? problem
            return nil
        }
    }

    // MARK: Dividers

    /// Moves the divider before a pane.
    public func share(_ share: Double, before pane: UUID) {
        guard let tab = tabs.first(where: { $0.layout.panes.contains(pane) }) else { return }
        change(tab.id) { $0.layout = $0.layout.sharing(share, before: pane) }
    }

    /// Gives the focused pane more of the room that it shares, or less.
    public func grow(by share: Double) {
        guard let tab = selectedTab else { return }
        change(tab.id) { $0.layout = $0.layout.growing($0.focused, by: share) }
    }

    /// Gives all panes of the tab in front the same room.
    public func evenOut() {
        if let selection { change(selection) { $0.layout = $0.layout.even } }
    }
}
