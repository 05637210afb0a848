// An agent at work: tool calls, questions, to-do list, prompts that wait, mode and folder.
import AtelierKit
import Foundation
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct AgentScreenTests {
        private func asked(_ log: MockLog, grace: Duration = .zero) async throws -> ChatOnScreen {
            let chat = await ChatOnScreen(log)
            chat.model.grace = grace
            try await chat.screen.wait(for: "the question") { $0.exists(.button, "Allow Once") }
            return chat
        }

        private func answer(_ chat: ChatOnScreen) async throws -> Decision? {
            let log = try await chat.client.log(of: chat.id)
            for case .approvalResolved(_, let decision) in log.events.map(\.body) { return decision }
            return nil
        }

        @Test func aCallIsOneLineWithItsDetailsFoldedAway() async throws {
            let chat = await ChatOnScreen(PreviewData.workingLog)
            try await chat.caughtUp()
            let names = chat.screen.all(.disclosure).map(\.label)
            #expect(names.contains("Search newToken Done"))
            #expect(names.contains("Edit Sources/Session.swift 2 lines added, 1 removed Done"))
            #expect(names.contains("Read Tests/LoginTests.swift Failed"))
            #expect(chat.screen.texts.contains("`Tests/LoginTests.swift` does not exist."))
            #expect(!chat.screen.allText.contains("let token"))
            try chat.screen.press("Edit Sources/Session.swift 2 lines added, 1 removed Done")
            let added = "+        let token = try await endpoint.newToken()\n+        session.token = token"
            #expect(chat.screen.exists(.text, "Added: " + added))
            #expect(chat.screen.texts.contains("Edited `Sources/Session.swift`."))
            #expect(chat.screen.complaints == [])
        }

        @Test func whatACommandWritesIsSeenWhileItRunsAndItsResultWhenSomeoneAsks() async throws {
            let chat = await ChatOnScreen(PreviewData.workingLog)
            try await chat.caughtUp()
            #expect(chat.screen.allText.contains("[12/40] Compiling"))
            #expect(!chat.screen.exists(.progress, "Waiting for the model…"))
            await chat.client.update(chat.id) { log in
                log.settle(
                    .success(content: "\u{1B}[32mAll 40 tests passed\u{1B}[0m", metadata: nil),
                    after: .seconds(75)
                )
            }
            let done = "Run swift test --filter Session 1 min 15 s Done"
            try await chat.screen.wait(for: "the end") { $0.exists(.disclosure, done) }
            #expect(!chat.screen.allText.contains("Compiling"))
            try chat.screen.press(done)
            #expect(chat.screen.texts.contains("All 40 tests passed"))
        }

        @Test func aQuestionShowsWhatWouldHappenAndIsAnsweredOnce() async throws {
            let chat = try await asked(PreviewData.askingLog)
            #expect(chat.screen.texts.contains("Run this command?"))
            #expect(chat.screen.allText.contains("swift test --filter Session"))
            #expect(chat.screen.texts.contains("Can’t be undone, or reaches beyond the project."))
            #expect(!chat.screen.exists(.button, "Always Allow"), "a yes to one command is not a yes to all")
            #expect(chat.screen.announcements.contains("The agent asks whether it may go on."))
            #expect(chat.screen.complaints == [])
            try chat.screen.press("Allow Once")
            try await chat.screen.wait(for: "the answer") { !$0.exists(.button, "Allow Once") }
            #expect(try await answer(chat) == .approved(always: false))
        }

        @Test func aChangeIsShownAsADiffAndCanBeAllowedForGood() async throws {
            let chat = try await asked(PreviewData.changingLog)
            #expect(chat.screen.texts.contains("Make this change?"))
            #expect(chat.screen.allText.contains("session.token = token"))
            try chat.screen.press("Always Allow")
            try await chat.screen.wait(for: "the answer") { !$0.exists(.button, "Always Allow") }
            #expect(try await answer(chat) == .approved(always: true))
        }

        @Test func aRefusalTellsTheModelWhatToDoInstead() async throws {
            let chat = try await asked(PreviewData.askingLog)
            try chat.screen.type("Run only LoginTests.", into: "Why not")
            try chat.screen.press("Deny")
            try await chat.screen.wait(for: "the answer") { !$0.exists(.button, "Deny") }
            #expect(try await answer(chat) == .rejected(message: "Run only LoginTests."))
        }

        @Test func aQuestionTakesNeitherFocusNorReturnFromWhoIsWriting() async throws {
            let chat = try await asked(PreviewData.askingLog)
            #expect(try chat.screen.find(.textField, "Message").isFocused)
            #expect(try !chat.screen.pressKey(.return, in: "Message"), "a plain Return is the field's own")
            try chat.screen.type("And be quick", into: "Message")
            try chat.screen.submit("Message")
            try await chat.screen.wait(for: "the queue") { $0.texts.contains("And be quick") }
            #expect(try await answer(chat) == nil && chat.screen.exists(.button, "Allow Once"))
        }

        @Test func aClickThatWasMeantForSomethingElseAllowsNothing() async throws {
            let chat = try await asked(PreviewData.askingLog, grace: .seconds(3600))
            try chat.screen.press("Allow Once")
            try chat.screen.press("Deny")
            await chat.client.update(chat.id) { $0.say("x") }
            try await chat.screen.wait(for: "what comes later") { $0.texts.contains("x") }
            #expect(try await answer(chat) == nil && chat.screen.exists(.button, "Allow Once"))
        }

        @Test func aQuestionThatIsAnsweredElsewhereIsGone() async throws {
            let chat = try await asked(PreviewData.askingLog)
            await chat.client.update(chat.id) { log in
                log.resolve(.rejected(message: nil))
                log.settle(.rejected(reason: "User rejected the operation", userMessage: nil))
            }
            let refused = "Run swift test --filter Session Not run"
            try await chat.screen.wait(for: "the end") { $0.exists(.disclosure, refused) }
            #expect(!chat.screen.exists(.button, "Allow Once"))
        }

        @Test func anUnconfinedCommandSaysSo() async throws {
            var log = PreviewData.emptyLog
            log.ask("Go", of: .demo)
            log.request("shell_exec", #"{"command": "curl example.org"}"#)
            log.askWhetherToRun(ToolQuestion(preview: "curl", isUnconfined: true, expiresAt: .now + 3600))
            let chat = try await asked(log)
            #expect(chat.screen.texts.contains("Runs outside the sandbox, which has just refused it."))
            #expect(chat.screen.exists(.button, "Always Allow"))
        }

        @Test func aDangerousCallIsAllowedForGoodAsFarAsARuleSays() async throws {
            var log = PreviewData.emptyLog
            log.ask("Go", of: .demo)
            log.request("shell_exec", #"{"command": "make test"}"#)
            let rules = ["Bash(make test:*)"]
            log.askWhetherToRun(
                ToolQuestion(preview: "make test", isDangerous: true, alwaysRules: rules, expiresAt: .now + 3600)
            )
            let chat = try await asked(log)
            try chat.screen.press("Always Allow")
            try await chat.screen.wait(for: "the answer") { !$0.exists(.button, "Always Allow") }
            #expect(try await answer(chat) == .approved(always: true))
        }

        @Test func menusAnswerTheQuestionInFront() async throws {
            let client = MockClient(logs: [PreviewData.askingLog])
            let app = AppUnderTest(AtelierScenes(launch: LaunchModel { client }))
            let window = try app.frontWindow()
            try await window.wait(for: "the sessions") { $0.all(.row).count == 1 }
            #expect(window.exists(.image, "Needs your answer"))
            #expect(try !app.menuItem("Session", "Allow Once").isEnabled)
            try window.selectRow(containing: "Mend the login")
            try await window.wait(for: "the question") { $0.exists(.button, "Allow Once") }
            #expect(try app.menuItem("Session", "Allow Once").shortcut == "⌥⌘Y")
            #expect(try app.menuItem("Session", "Deny").shortcut == "⌥⌘D")
            #expect(try !app.menuItem("Session", "Always Allow").isEnabled, "it is dangerous")
            try await window.wait(for: "the answer") { window in
                if window.exists(.button, "Allow Once") { try window.shortcut("⌥⌘Y") }
                return !window.exists(.button, "Allow Once")
            }
            #expect(app.warnings == [])
        }

        @Test func whoWorksInAnotherAppIsToldAndLedBack() async throws {
            let log = PreviewData.emptyLog
            let client = MockClient(logs: [log, PreviewData.finishedLog]) { _ in MockAnswer(pieces: ["Done."]) }
            let notifier = MockNotifier()
            let app = AppUnderTest(AtelierScenes(launch: LaunchModel(notifier: notifier) { client }))
            let window = try app.frontWindow()
            try await window.wait(for: "the sessions") { $0.all(.row).count == 2 }
            #expect(notifier.requests == 1)
            try window.selectRow(containing: "New session")
            try window.type("In front", into: "Message")
            try window.submit("Message")
            try await window.wait(for: "the answer") { $0.texts.contains("Done.") && !$0.exists(.button, "Stop") }
            #expect(notifier.shown == [])

            app.isActive = false
            try window.type("Behind", into: "Message")
            try window.submit("Message")
            try await window.wait(for: "the notice") { _ in notifier.shown.count == 1 }
            try window.selectRow(containing: "Why does the login fail")
            notifier.onChoose?(log.summary.id)
            try await window.wait(for: "the session") { $0.texts.contains("Behind") }
        }

        @Test func aPromptThatWaitsIsShownAndCanBeTakenBack() async throws {
            let chat = await ChatOnScreen(PreviewData.workingLog)
            try await chat.caughtUp()
            let queued = "And keep the old token until the new one works."
            #expect(chat.screen.texts.contains(queued) && !chat.screen.exists(.button, "Send Now"))
            try chat.screen.type("Hurry", into: "Message")
            #expect(chat.screen.exists(.button, "Send") && chat.screen.exists(.button, "Stop"))
            try chat.screen.replaceText(of: "Message", with: "")
            try chat.screen.press("Take Back")
            try await chat.screen.wait(for: "the composer") { screen in
                try screen.find(.textField, "Message").value == queued && !screen.exists(.button, "Take Back")
            }
        }

        @Test func whatAStoppedTurnLeftWaitingCanBeSent() async throws {
            let chat = await ChatOnScreen(PreviewData.workingLog)
            try await chat.caughtUp()
            try chat.screen.press("Stop")
            try await chat.screen.wait(for: "the offer") { $0.exists(.button, "Send Now") }
            #expect(chat.screen.complaints == [])
        }

        @Test func theToDoListIsALineThatUnfolds() async throws {
            let chat = await ChatOnScreen(PreviewData.workingLog)
            try await chat.caughtUp()
            #expect(!chat.screen.texts.contains("Write a test that expires the token"))
            try chat.screen.press("To-do 1 of 3 Keep the new token")
            #expect(chat.screen.texts.contains("Write a test that expires the token"))
            #expect(chat.screen.all(.image).count { $0.label == "In progress" } == 1)
        }

        @Test func modeAndFolderAreChosenInTheComposer() async throws {
            let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false)
            let client = MockClient(
                logs: [PreviewData.emptyLog],
                folders: MockFolders(AllowedFolders(paths: [folder]))
            )
            let folders = FoldersModel(client: client, access: nil)
            let screen = Screen(RootView(client: client, settings: SettingsModel(client: client), folders: folders))
            try await screen.wait(for: "the sessions") { $0.all(.row).count == 1 }
            try screen.selectRow(containing: "New session")
            #expect(!screen.exists(.menu, "Mode: Ask First"), "without tools there is nothing to ask about")
            let name = try #require(folder.split(separator: "/").last.map(String.init))
            try await screen.wait(for: "the folder") { $0.exists(.toggle, name) }
            try screen.choose(name, from: "folder-menu")
            try await screen.wait(for: "the choice") { $0.exists(.menu, "Folder: \(name)") }
            #expect(!screen.exists(.toggle, "Ask Nothing"), "that has to be switched on elsewhere")
            try screen.choose("Plan", from: "mode-menu")
            try await screen.wait(for: "the mode") { $0.exists(.menu, "Mode: Plan") }
            #expect(screen.complaints == [])

            try screen.press("New Session")
            try await screen.wait(for: "the same folder") { screen in
                screen.all(.row).count == 2 && screen.exists(.menu, "Folder: \(name)")
                    && screen.exists(.menu, "Mode: Ask First")
            }
        }

        @Test func aCommandIsCompletedAndSentAsWhatItStandsFor() async throws {
            let client = MockClient(logs: [PreviewData.emptyLog], commands: PreviewData.commands)
            let model = ChatModel(summary: PreviewData.emptyLog.summary, client: client, frame: .zero)
            let screen = Screen(ChatView(model: model, settings: SettingsModel(client: client)))
            try screen.type("/re", into: "Message")
            try await screen.wait(for: "the commands") { $0.exists(.group, "Commands") }
            #expect(screen.all(.button).contains { $0.label.hasPrefix("/release") })
            #expect(!screen.all(.button).contains { $0.label.hasPrefix("/test") })
            try screen.type("v", into: "Message")
            #expect(try screen.pressKey(.tab, in: "Message"))
            #expect(try screen.find(.textField, "Message").value == "/review ")
            #expect(!screen.exists(.group, "Commands"))
            #expect(try !screen.pressKey(.tab, in: "Message"), "the key is the field's own again")
            try screen.type("Session.swift", into: "Message")
            try screen.submit("Message")
            try await screen.wait(for: "the prompt") { $0.texts.contains("Review Session.swift carefully.") }
            #expect(screen.complaints == [])
        }

        @Test func whatHappenedToTheConversationIsToldInIt() async throws {
            var log = PreviewData.finishedLog
            log.append(.historyCompacted(upTo: 2, summary: "The token is dropped.", isAutomatic: true))
            log.append(.filesRestored(checkpoint: 1, restored: ["a.swift"], kept: ["b.swift"]))
            let chat = await ChatOnScreen(log)
            try await chat.caughtUp()
            try chat.screen.press("The model is told a summary of what stands above.")
            #expect(chat.screen.texts.contains("The token is dropped."))
            #expect(chat.screen.texts.contains("Restored: a.swift"))
            #expect(chat.screen.texts.contains("Left alone, for someone has changed them since: b.swift"))
            #expect(chat.screen.complaints == [])
        }
    }
}
