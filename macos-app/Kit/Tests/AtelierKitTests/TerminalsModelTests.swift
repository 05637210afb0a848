// Tabs and panes of terminals, over shells in memory.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct TerminalsModelTests {
    let client = MockClient()
    let folder = FileManager.default.temporaryDirectory.path
    let model: TerminalsModel

    init() { model = TerminalsModel(folder: folder, client: client) }

    private var shells: Int { get async { await client.mockTerminals.shells.count } }

    @Test func theFirstTabOpensByItselfAndOnlyOnce() async {
        await model.openFirst()
        await model.openFirst()
        #expect(model.tabs.count == 1 && model.selection == model.tabs[0].id && model.focused != nil)
        #expect(await shells == 1)
    }

    @Test func tabsComeAfterTheOneInFrontAndAreGoneRoundInOrder() async {
        for _ in 0..<3 { await model.newTab() }
        let ids = model.tabs.map(\.id)
        model.selectTab(offset: 1)
        #expect(model.selection == ids[0])
        await model.newTab()
        #expect(model.tabs.map(\.id) == [ids[0], model.selection ?? UUID(), ids[1], ids[2]])
        model.selectTab(offset: -2)
        #expect(model.selection == ids[2])
    }

    @Test func panesAreSplitFocusedAndClosed() async throws {
        await model.newTab()
        let first = try #require(model.focused)
        await model.split(.horizontal)
        let second = try #require(model.focused)
        await model.split(.vertical)
        let tab = try #require(model.selectedTab)
        #expect(tab.layout.panes.count == 3 && tab.layout.panes[0] == first.id && tab.layout.panes[1] == second.id)
        guard case .split(.horizontal, 0.5, .pane(first.id), .split(.vertical, _, _, _)) = tab.layout else {
            throw NeverHappened(description: "the second pane is split")
        }
        model.focusPane(offset: 1)
        #expect(model.focused === first)
        await model.closeFocused()
        #expect(model.selectedTab?.layout.panes.count == 2 && model.focused === second)
        await model.close(tab: tab.id)
        #expect(!model.hasTerminals && model.selection == nil)
        #expect(await shells == 0)
    }

    @Test func closingATabShowsItsNeighbourAndEndedShellsCloseToo() async throws {
        for _ in 0..<3 { await model.newTab() }
        let ids = model.tabs.map(\.id)
        await model.closeFocused()
        #expect(model.selection == ids[1])
        let shell = try #require(await client.mockTerminals.shells.values.first)
        shell.end(code: 0)
        await model.closeAll()
        #expect(model.tabs.isEmpty && model.problem == nil)
    }

    @Test func tooManyIsToldAndNothingIsLost() async {
        for _ in 0..<MockTerminals.most { await model.newTab() }
        await model.newTab()
        #expect(model.problem == "Maximum terminal sessions reached" && model.tabs.count == MockTerminals.most)
        await model.split(.vertical)
        #expect(model.tabs.count == MockTerminals.most)
        await model.closeFocused()
        await model.newTab()
        #expect(model.problem == nil && model.tabs.count == MockTerminals.most)
    }

    @Test func aBellIsMarkedUntilSomethingIsDoneThereAlsoWhereNobodyLooks() async throws {
        var rings = 0
        let model = TerminalsModel(folder: folder, client: client) { rings += 1 }
        await model.newTab()
        await model.newTab()
        let first = try #require(model.model(of: model.tabs[0].focused))
        guard case .shell(let id) = first.source, let shell = await client.mockTerminals.shells[id] else {
            throw NeverHappened(description: "a shell")
        }
        await model.look()
        shell.change {
            $0.ring()
            $0.title = "make"
        }
        for _ in 0..<2 { await model.look() }
        #expect(model.hasRung(model.tabs[0]) && !model.hasRung(model.tabs[1]) && rings == 1)
        #expect(model.title(of: model.tabs[0]) == "make" && model.details(of: model.tabs[0]).hasPrefix("sh — /"))
        first.press(TerminalKeyPress(.enter))
        #expect(!model.hasRung(model.tabs[0]))
        await model.closeAll()
    }

    @Test func aShellThatIsWantedSomewhereOpensAfterThoseThatWereArranged() async throws {
        let elsewhere = "/usr"
        await model.newTab()
        let arrangement = try #require(model.arrangement)
        await client.restartTerminals()
        let workspaces = WorkspacesModel(client: client)
        let terminals = workspaces.terminals(for: folder)
        workspaces.openTerminal(at: elsewhere, in: folder)
        workspaces.openTerminal(at: "/no/such/folder", in: folder)
        #expect(workspaces.section == .terminal && terminals.wishes == 2)
        await terminals.openFirst(as: arrangement)
        #expect(terminals.tabs.count == 2 && terminals.problem == "Invalid working directory")
        #expect(try await Set(client.terminals().map(\.folder)) == [folder, elsewhere])
        await terminals.openFirst(as: arrangement)
        #expect(terminals.tabs.count == 2, "each wish is granted once")
        workspaces.toggleTerminal()
        #expect(workspaces.section == .chat)
    }

    @Test func aCommandOfAnAgentIsShownOnceAndTakesNoInput() async throws {
        let command = MockShell("compiling…\n", takesInput: false)
        let client = MockClient(terminals: MockTerminals(commands: [7: command]))
        let model = TerminalsModel(folder: folder, client: client)
        model.show(call: 7, of: "session", label: "cargo build")
        await model.newTab()
        model.show(call: 7, of: "session", label: "cargo build")
        #expect(model.tabs.count == 2 && model.selection == model.tabs[0].id)
        let shown = try #require(model.focused)
        #expect(shown.title == "cargo build" && !shown.takesInput)
        let following = Task { await shown.follow() }
        try await eventually("the output") { shown.grid.text == "compiling…" }
        shown.press(TerminalKeyPress(.enter))
        command.end(code: 0)
        try await eventually("the end") { shown.notice == "Completed." }
        following.cancel()
        await model.closeAll()
        #expect(await client.mockTerminals.commands.count == 1)
    }
}
