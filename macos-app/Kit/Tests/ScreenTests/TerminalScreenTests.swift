// Terminals as a person meets them, over shells in memory.
import AtelierKit
import Foundation
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct TerminalScreenTests {
        let client = PreviewData.terminalClient
        let desktop = RecordingDesktop()
        let model: TerminalsModel
        let screen: Screen

        init() {
            model = PreviewData.terminals(on: client)
            screen = Screen(
                TerminalsView(model: model, ask: { _ in })
                    .environment(\.desktop, desktop)
                    .environment(\.terminalWheel) { view, turned in AnyView(view._onWheel(turned)) }
            )
        }

        private static let name = "Terminal engine"

        private func begin() async throws {
            try await screen.wait(for: "the shell") { $0.value(of: Self.name).contains("$ swift test") }
        }

        @Test func aShellStartsAndAnswersWhatIsTyped() async throws {
            try await begin()
            try screen.type("echo hello\n", intoView: Self.name)
            try await screen.wait(for: "the answer") { $0.value(of: Self.name).hasSuffix("$ echo hello\nhello\n$") }
            try screen.press(key: "c", modifiers: .control, characters: "\u{3}", inView: Self.name)
            try await screen.wait(for: "an interrupt") { $0.value(of: Self.name).contains("^C") }
            #expect(screen.complaints == [])
        }

        @Test func itHasTheSizeOfItsPaneAndItsTextIsDrawnInColours() async throws {
            try await begin()
            try screen.resize(Self.name, to: CGSize(width: 500, height: 200))
            let pane = try #require(model.focused)
            try await screen.wait(for: "the size") { _ in pane.grid.state.columns == 62 && pane.grid.rows.count == 11 }
            let page = screen.page(width: 800, height: 480, isDark: false)
            #expect(page.contains(">Session.swift:12</text>") && page.contains("rgb(179 38 30)"), "\(page)")
        }

        @Test func tabsAndPanesAreMadeAndClosed() async throws {
            try await begin()
            try screen.press("Split Right")
            try await screen.wait(for: "two panes") { _ in model.selectedTab?.layout.panes.count == 2 }
            try screen.press("New Terminal Tab")
            try await screen.wait(for: "two tabs") { $0.all(.toggle).count == 2 }
            for _ in 0..<2 { try await model.closeFocused() }
            await model.closeFocused()
            try await screen.wait(for: "nothing") { $0.texts.contains("No Terminal") }
            try screen.press("New Terminal")
            try await begin()
        }

        @Test func whatWasEndedSaysSoAndIsClosed() async throws {
            try await begin()
            try screen.type("exit 3\n", intoView: Self.name)
            try await screen.wait(for: "the end") { $0.texts.contains("Ended with status 3.") }
            #expect(screen.announcements.contains("Ended with status 3."))
            try screen.press("Close Pane")
            try await screen.wait(for: "nothing") { $0.texts.contains("No Terminal") }
        }

        @Test func pastingLinesAndDroppingFiles() async throws {
            try await begin()
            try screen.paste("echo one\necho two\n", into: Self.name)
            #expect(screen.exists(.dialog, "Paste 2 Commands?"))
            try screen.press("Cancel")
            #expect(!screen.value(of: Self.name).contains("echo one"))
            try screen.paste("echo one\n", into: Self.name)
            try screen.press("Paste")
            try await screen.wait(for: "the answer") { $0.value(of: Self.name).contains("\none\n") }
            #expect(try screen.drop([URL(filePath: "/a b/c")], on: Self.name))
            try await screen.wait(for: "the path") { $0.value(of: Self.name).hasSuffix("'/a b/c'") }
        }

        @Test func textIsSelectedFoundAndAskedAbout() async throws {
            try await begin()
            let pane = try #require(model.focused)
            let cell = CGSize(width: 13 * 0.602, height: 16)
            try screen.drag(
                in: Self.name,
                from: CGPoint(x: 8, y: 8 + cell.height),
                to: CGPoint(x: 6 + cell.width * 8 - 2, y: 8 + cell.height)
            )
            try await screen.wait(for: "a selection") { _ in pane.selectedText() == "Building" }
            pane.beginSearch()
            try screen.type("error", into: "Find in Terminal")
            try await screen.wait(for: "a match") { $0.texts.contains("1 of 1") }
            #expect(screen.complaints == [])
            try screen.pressKey(.escape, in: "Find in Terminal")
            #expect(!screen.exists(.textField, "Find in Terminal"))
        }

        @Test func anAddressIsShownBeforeItIsOpened() async throws {
            try await begin()
            let pane = try #require(model.focused)
            let row = try #require(pane.grid.rows.firstIndex { $0.text.hasPrefix("see https") })
            #expect(await pane.askToOpen(row: row, column: 8))
            #expect(screen.texts.contains("https://example.com/report") && desktop.opened.isEmpty)
            try screen.press("Open")
            #expect(desktop.opened == ["https://example.com/report"])
        }

        @Test func whatCanNotBeStartedIsTold() async throws {
            let client = PreviewData.terminalClient
            let failure = WorkbenchError(.invalidRequest, "Maximum terminal sessions reached")
            await client.fail(.terminals, with: failure)
            let screen = Screen(TerminalsView(model: PreviewData.terminals(on: client), ask: { _ in }))
            try await screen.wait(for: "the reason") { $0.texts.contains(failure.message) }
            #expect(screen.complaints == [])
        }

        @Test func fontAndColoursAreSet() throws {
            let screen = Screen(TerminalSettings(kept: KeptTerminalsModel(client: client)))
            try screen.choose("18 pt", from: "Size")
            try screen.choose("Dark", from: "Colours")
            try screen.choose("Bar", from: "Cursor")
            try screen.choose("50000", from: "Lines kept above the screen")
            #expect(try screen.find(.picker, "Size").value == "18 pt" && screen.complaints == [])
        }

        @Test func whatWasKeptIsForgottenOneByOneAndAllAfterAQuestion() async throws {
            let model = PreviewData.keptTerminals
            let screen = Screen(TerminalSettings(kept: model))
            let toggle = "Bring terminals back after a restart"
            try await screen.wait(for: "those of before") { $0.texts.contains("vim Session.swift") }
            try screen.press("Forget the terminal in \(MockDisk.enginePath)/Sources")
            try await screen.wait(for: "one") { _ in model.kept.count == 1 }
            try screen.press(toggle)
            try await screen.wait(for: "the question") { $0.exists(.dialog, "Delete What Was Kept?") }
            #expect(model.isKeeping == true && model.kept.count == 1)
            try screen.press("Delete")
            try await screen.wait(for: "nothing") { _ in model.isKeeping == false && model.kept.isEmpty }
            #expect(screen.complaints == [])
        }

        @Test func theMouseIsTheProgramsWhereItAsksForIt() async throws {
            try await begin()
            let shell = try #require(await client.mockTerminals.shells.values.first)
            shell.wantMouse()
            let pane = try #require(model.focused)
            try await screen.wait(for: "the wish") { _ in pane.grid.state.wantsMouse }
            try screen.drag(in: Self.name, from: CGPoint(x: 8, y: 8), to: CGPoint(x: 40, y: 24))
            try await screen.wait(for: "the press") { $0.value(of: Self.name).contains("mouse 0 0") }
            #expect(!pane.hasSelection)
        }

        @Test func theWheelShowsOlderLinesAndIsTheProgramsWhereItAsksForTheMouse() async throws {
            try await begin()
            try screen.type("seq 200\n", intoView: Self.name)
            let pane = try #require(model.focused)
            try await screen.wait(for: "the end") { $0.value(of: Self.name).contains("\n200\n") }
            let line = pane.grid.text.prefix { $0 != "\n" }
            // Three lines and a half: the half counts with the next one.
            try screen.turnWheel(in: Self.name, by: 3.5 * 16)
            try await screen.wait(for: "older lines") { _ in pane.grid.state.scrolled == 3 }
            #expect(Int(pane.grid.text.prefix { $0 != "\n" }) == Int(line).map { $0 - 3 })
            try screen.turnWheel(in: Self.name, by: 0.5 * 16)
            try await screen.wait(for: "one more") { _ in pane.grid.state.scrolled == 4 }
            try screen.turnWheel(in: Self.name, by: -100 * 16)
            try await screen.wait(for: "the newest ones") { _ in pane.grid.state.scrolled == 0 }
            let shell = try #require(await client.mockTerminals.shells.values.first)
            shell.wantMouse()
            try await screen.wait(for: "the wish") { _ in pane.grid.state.wantsMouse }
            try screen.turnWheel(in: Self.name, by: 2 * 16, at: CGPoint(x: 6 + 3 * 13 * 0.602 + 1, y: 6 + 16 + 1))
            try await screen.wait(for: "two presses") { $0.value(of: Self.name).contains("mouse 1 3\nmouse 1 3\n") }
            #expect(pane.grid.state.scrolled == 0 && screen.complaints == [])
        }

        @Test func aCursorThatBlinksGoesAndComesBack() async throws {
            try await begin()
            func page() -> String { screen.page(width: 800, height: 480, isDark: false) }
            let lit = page()
            try #require(await client.mockTerminals.shells.values.first).blink()
            try await screen.wait(for: "no cursor") { _ in page() != lit }
            #expect(page().count < lit.count, "nothing but the cursor is gone")
            try await screen.wait(for: "the cursor") { _ in page() == lit }
        }

        @Test func aBellIsSeenOnItsTab() async throws {
            try await begin()
            try screen.press("New Terminal Tab")
            try await screen.wait(for: "two tabs") { $0.all(.toggle).count == 2 }
            await model.look()
            let tab = try #require(model.tabs.first)
            guard case .shell(let id)? = model.model(of: tab.focused)?.source else { return }
            try #require(await client.mockTerminals.shells[id]).ring()
            try await screen.wait(for: "the mark") { screen in
                await model.look()
                return screen.exists(.image, "Rang")
            }
            model.selectTab(offset: 1)
            try screen.type("x", intoView: Self.name)
            try await screen.wait(for: "no mark") { !$0.exists(.image, "Rang") }
            #expect(screen.complaints == [])
        }

        @Test func panesShareTheirRoomAsTheirDividerIsDragged() async throws {
            try await begin()
            try screen.press("Split Right")
            try await screen.wait(for: "two panes") { _ in model.selectedTab?.layout.panes.count == 2 }
            let page = screen.page(width: 800, height: 480, isDark: true)
            #expect(page.contains(#/class="v gy"[^>]*width:2px/#), "the divider has the height of the panes")
            try screen.resize("Divider", to: CGSize(width: 802, height: 400))
            try screen.drag(in: "Divider", from: .zero, to: CGPoint(x: -200, y: 30))
            func share() -> Double? {
                guard case .split(_, let share, _, _)? = model.selectedTab?.layout else { return nil }
                return share
            }
            #expect(share() == 0.25)
            try screen.drag(in: "Divider", from: .zero, to: CGPoint(x: -900, y: 0))
            #expect(share() == 0.1 && screen.complaints == [])
        }
    }
}

extension Screen {
    /// What VoiceOver reads of a terminal.
    fileprivate func value(of name: String) -> String { (try? find(.group, name).value) ?? "" }
}
