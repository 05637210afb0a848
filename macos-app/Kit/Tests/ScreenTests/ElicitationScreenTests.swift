// What servers ask, on the screen.
import AtelierKit
import Foundation
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct ElicitationScreenTests {
        private func asked(_ log: MockLog, grace: Duration = .zero) async throws -> ChatOnScreen {
            let chat = await ChatOnScreen(log)
            chat.model.grace = grace
            try await chat.screen.wait(for: "the question") { $0.exists(.group, "Question of tickets") }
            return chat
        }

        @Test func aFormShowsItsFieldsWithWhatTheyTakeAndWhatTheyAreByDefault() async throws {
            let chat = try await asked(PreviewData.formLog)
            let screen = chat.screen
            #expect(screen.texts.contains("tickets asks you") && screen.texts.contains("Which ticket shall I file?"))
            #expect(try screen.find(.textField, "Title").value == "The login fails after a refresh")
            #expect(screen.texts.contains("Title *"))
            #expect(screen.texts.contains("Needed: text of at most 80 characters"))
            #expect(screen.texts.contains("How much work it is"))
            #expect(try screen.find(.picker, "Team").value == "App")
            #expect(try screen.find(.toggle, "Bug").isOn == true && screen.find(.toggle, "Docs").isOn == false)
            #expect(screen.announcements.contains("tickets asks you something."))
            #expect(screen.complaints == [])
        }

        @Test func whatDoesNotFitIsToldBesideTheFormAndNothingIsLost() async throws {
            let chat = try await asked(PreviewData.formLog)
            let screen = chat.screen
            try screen.type("many", into: "Estimate")
            try screen.press("Send Answer")
            let wrong = "“Estimate” takes a whole number from 1 to 5. “Urgent” is needed: yes or no."
            try await screen.wait(for: "the sentence") { $0.texts.contains(wrong) }
            #expect(try screen.find(.textField, "Estimate").value == "many")
            try screen.replaceText(of: "Estimate", with: "3")
            try screen.choose("Yes", from: "Urgent *")
            try screen.press("Docs")
            try screen.submit("Estimate")
            try await screen.wait(for: "the answer") { !$0.exists(.button, "Send Answer") }
            let answers = [
                ("title", ["The login fails after a refresh"]), ("points", ["3"]), ("urgent", ["yes"]),
                ("team", ["app"]), ("labels", ["bug", "login", "docs"]),
            ]
            let reply = ElicitationReply.accept(answers.map { ElicitationAnswer(field: $0.0, values: $0.1) })
            #expect(await chat.client.replies == [reply])
        }

        @Test func anAddressIsTextUntilSomebodyPressesForIt() async throws {
            let chat = try await asked(PreviewData.visitLog)
            #expect(chat.screen.texts.contains("https://tickets.example/grant?for=atelier"))
            #expect(chat.desktop.opened == [])
            try chat.screen.press("Open in Browser")
            try await chat.screen.wait(for: "the browser") { _ in !chat.desktop.opened.isEmpty }
            #expect(chat.desktop.opened == ["https://tickets.example/grant?for=atelier"])
            #expect(await chat.client.replies == [.accept([])])
        }

        @Test func anAddressWhoseQuestionIsGoneIsNotOpened() async throws {
            let chat = try await asked(PreviewData.visitLog)
            await chat.client.fail(.agent, with: WorkbenchError(.invalidRequest, "It does not wait any more."))
            try chat.screen.press("Open in Browser")
            try await chat.screen.wait(for: "the sentence") { $0.texts.contains("It does not wait any more.") }
            #expect(chat.desktop.opened == [])
        }

        @Test func aClickThatWasMeantForSomethingElseAnswersNothing() async throws {
            let chat = try await asked(PreviewData.visitLog, grace: .seconds(3600))
            for name in ["Open in Browser", "Decline", "Cancel"] { try chat.screen.press(name) }
            await chat.client.update(chat.id) { $0.say("x") }
            try await chat.screen.wait(for: "what comes later") { $0.texts.contains("x") }
            #expect(await chat.client.replies.isEmpty && chat.desktop.opened == [])
        }

        @Test func itIsGoneWhenTheServerAsksNoMoreAndSaysWhy() async throws {
            let chat = try await asked(PreviewData.formLog)
            await chat.client.update(chat.id) { log in
                let outcome = ElicitationOutcome.cancelled(reason: "Nobody answered in time.")
                log.append(.elicitationResolved(elicitation: 1, outcome: outcome))
            }
            try await chat.screen.wait(for: "the reason") { screen in
                screen.texts.contains("tickets was given no answer: Nobody answered in time.")
            }
            #expect(!chat.screen.exists(.button, "Send Answer"))
        }

        @Test func menusAnswerTheQuestionInFront() async throws {
            let client = MockClient(logs: [PreviewData.formLog])
            let app = AppUnderTest(AtelierScenes(launch: LaunchModel { client }, desktop: RecordingDesktop()))
            let window = try app.frontWindow()
            try await window.wait(for: "the sessions") { $0.all(.row).count == 1 }
            #expect(try !app.menuItem("Session", "Send Answer").isEnabled)
            #expect(try !app.menuItem("Session", "Cancel Question").isEnabled)
            try window.selectRow(containing: "File a ticket")
            try await window.wait(for: "the question") { $0.exists(.button, "Send Answer") }
            #expect(window.exists(.image, "Needs your answer"))
            #expect(try app.menuItem("Session", "Send Answer").shortcut == "⌥⌘↩")
            #expect(try app.menuItem("Session", "Decline to Answer").shortcut == "⌥⇧⌘D")
            try await window.wait(for: "the answer") { window in
                if window.exists(.button, "Decline") { try window.shortcut("⌥⇧⌘D") }
                return !window.exists(.button, "Decline")
            }
            #expect(await client.replies == [.decline])
            #expect(app.warnings == [])
        }
    }
}
