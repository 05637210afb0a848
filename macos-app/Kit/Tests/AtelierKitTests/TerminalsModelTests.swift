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
        guard case .split(.horizontal, .pane(first.id), .split(.vertical, _, _)) = tab.layout else {
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
