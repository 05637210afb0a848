// Terminals that come back: how they were arranged, and what they showed.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct TerminalArrangementTests {
    let client = MockClient()
    let folder = FileManager.default.temporaryDirectory.path

    private func model() -> TerminalsModel { TerminalsModel(folder: folder, client: client) }

    private func shells(of model: TerminalsModel) -> [[TerminalID]] {
        model.tabs.map { tab in
            tab.layout.panes.compactMap { pane in
                guard case .shell(let id)? = model.model(of: pane)?.source else { return nil }
                return id
            }
        }
    }

    /// Two tabs; the first has two panes beside each other, and is in front.
    private func arranged() async throws -> (TerminalsModel, TerminalArrangement) {
        let model = model()
        await model.newTab()
        await model.split(.horizontal)
        let pane = try #require(model.focused)
        model.share(0.3, before: pane.id)
        await model.newTab()
        model.selectTab(offset: -1)
        return (model, try #require(model.arrangement))
    }

    @Test func keptTerminalsComeBackInTheirPlacesWithTheirNames() async throws {
        try await client.keepTerminals(true)
        let (before, arrangement) = try await arranged()
        await client.restartTerminals()
        let after = model()
        await after.openFirst(as: arrangement)
        #expect(shells(of: after) == shells(of: before))
        #expect(after.tabs[0].layout.share == 0.3 && after.selection == after.tabs[0].id && after.problem == nil)
        #expect(after.arrangement == arrangement)
        #expect(try await client.keptTerminals().isEmpty)
    }

    @Test func withoutKeepingNewShellsStartInTheSamePlaces() async throws {
        let (before, arrangement) = try await arranged()
        await client.restartTerminals()
        let after = model()
        await after.openFirst(as: arrangement)
        #expect(after.tabs.map(\.layout.panes.count) == [2, 1] && after.tabs[0].layout.share == 0.3)
        #expect(Set(shells(of: after).joined()).isDisjoint(with: shells(of: before).joined()))
    }

    @Test func whatIsOpenInAnotherWindowStaysThereAndAFolderThatIsGoneGetsANewShell() async throws {
        let (_, arrangement) = try await arranged()
        let other = model()
        await other.openFirst(as: arrangement)
        #expect(other.tabs.count == 1 && !arrangement.ids.contains(shells(of: other)[0][0]))
        try await client.keepTerminals(true)
        let shell = try #require(await client.mockTerminals.shells[arrangement.ids[0]])
        shell.change { $0.folder = "/no/such/folder" }
        await client.restartTerminals()
        let after = model()
        await after.openFirst(as: arrangement)
        let (now, then) = (Array(shells(of: after).joined()), arrangement.ids)
        #expect(now.count == 3 && now[0] != then[0] && now.dropFirst() == then.dropFirst())
    }

    @Test func withoutAnArrangementThoseOfTheFolderComeBackAndNoOthers() async throws {
        try await client.keepTerminals(true)
        let here = try await client.createTerminal(in: folder, columns: 80, rows: 24)
        _ = try await client.createTerminal(in: "/", columns: 80, rows: 24)
        await client.restartTerminals()
        let after = model()
        await after.openFirst()
        #expect(shells(of: after) == [[here]])
        #expect(try await client.keptTerminals().map(\.folder) == ["/"])
    }

    @Test func aWindowThatClosesKeepsItsArrangementAndAClosedTabIsNoPartOfIt() async throws {
        let (model, arrangement) = try await arranged()
        await model.close(tab: model.tabs[1].id)
        let rest = try #require(model.arrangement)
        #expect(rest.ids == Array(arrangement.ids.prefix(2)))
        model.show(call: 7, of: "session", label: "make")
        #expect(model.arrangement?.ids == rest.ids, "a command of an agent does not come back")
        await model.closeAll()
        #expect(model.arrangement == nil)
    }

    @Test func arrangementsAreTextForTheSettingsAndWhatCanNotBeReadIsForgotten() async throws {
        let (_, arrangement) = try await arranged()
        var all = TerminalArrangements()
        for number in 0...TerminalArrangements.most { all["/\(number)"] = arrangement }
        let read = TerminalArrangements(rawValue: all.rawValue)
        #expect(read == all && read["/0"] == nil && read["/1"] == arrangement)
        all["/1"] = TerminalArrangement(tabs: [], selected: 0)
        #expect(all["/1"] == nil)
        for bad in ["", "[", "{}", "[1]"] { #expect(TerminalArrangements(rawValue: bad) == TerminalArrangements()) }
    }

    @Test func dividersStayWhereTheyAreSeenAndArePlacedByThePaneAfterThem() throws {
        var layout = TerminalLayout.pane(1).splitting(1, .horizontal, with: 2).splitting(2, .vertical, with: 3)
        layout = layout.sharing(0.2, before: 2).sharing(7, before: 3)
        guard case .split(.horizontal, 0.2, .pane(1), .split(.vertical, 0.9, .pane(2), .pane(3))) = layout else {
            throw NeverHappened(description: "\(layout)")
        }
        #expect(layout.sharing(0.4, before: 1) == layout, "there is no divider before the first")
        #expect(layout.sharing(.nan, before: 2).share == 0.5)
        #expect(layout.growing(1, by: 0.1).share == 0.2 + 0.1)
        let wide = TerminalLayout.pane(1).splitting(1, .horizontal, with: 2).splitting(2, .horizontal, with: 3)
        #expect(abs(try #require(wide.even.share) - 1.0 / 3) < 0.001)
        #expect(wide.removing(1) == .split(.horizontal, share: 0.5, .pane(2), .pane(3)))
    }
}

extension TerminalLayout {
    /// That of the outermost divider.
    fileprivate var share: Double? {
        guard case .split(_, let share, _, _) = self else { return nil }
        return share
    }
}
