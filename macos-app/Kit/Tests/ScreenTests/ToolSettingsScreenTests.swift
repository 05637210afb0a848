// Agents, rules and servers in the Settings window.
import AtelierKit
import SwiftUI
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct ToolSettingsScreenTests {
        let client = PreviewData.client
        let desktop = RecordingDesktop()

        private func settings(_ pane: String) async throws -> Screen {
            let folders = FoldersModel(client: client, access: MockFolderAccess())
            await folders.load()
            let view = SettingsView(model: SettingsModel(client: client), folders: folders)
            let screen = Screen(view.environment(\.desktop, desktop))
            try screen.press(pane)
            return screen
        }

        @Test func commandsAreConfinedAsThePersonSays() async throws {
            let (screen, client) = (try await settings("Agents"), client)
            try await screen.wait(for: "the settings") { $0.exists(.picker, "Commands run in a sandbox") }
            try screen.press("They may use the network")
            try await screen.wait(for: "the network") { _ in try await client.agentSettings().reachesNetwork }
            try screen.type("/opt/cache", into: "Folder")
            try screen.press("Add")
            try await screen.wait(for: "the folder") { $0.texts.contains("/opt/cache") }
            try screen.press("Remove ~/.cache/swift")
            try await screen.wait(for: "its end") { !$0.texts.contains("~/.cache/swift") }
            try screen.choose("Never", from: "Commands run in a sandbox")
            try await screen.wait(for: "the warning") { $0.texts.contains("Commands have all your rights.") }
            #expect(!screen.exists(.toggle, "They may use the network"))
            try screen.choose("Much", from: "Thinking")
            try await screen.wait(for: "the thinking") { _ in try await client.agentSettings().effort == .high }
            #expect(screen.complaints == [])
        }

        @Test func aTurnEndsAfterWhatThePersonSaysAndAProgramIsTold() async throws {
            let (screen, client) = (try await settings("Agents"), client)
            try await screen.wait(for: "the limits") { $0.exists(.textField, "Tokens") }
            #expect(try !screen.find(.button, "Save Limits").isEnabled)
            try screen.type("90000", into: "Tokens")
            try screen.submit("Tokens")
            try await screen.wait(for: "the limit") { _ in try await client.agentSettings().limits.tokens == 90_000 }
            try screen.type("soon", into: "Seconds")
            try screen.press("Save Limits")
            try await screen.wait(for: "the sentence") { $0.texts.contains { $0.contains("is no number of seconds") } }
            try screen.replaceText(of: "Seconds", with: "")
            try screen.type("/usr/bin/true", into: "Program")
            try screen.press("Save Program")
            try await screen.wait(for: "the program") { _ in
                try await client.agentSettings().notify == ["/usr/bin/true"]
            }
            #expect(screen.complaints == [])
        }

        @Test func theModeThatAsksNothingIsOfferedOnlyAfterAWarning() async throws {
            let (screen, client) = (try await settings("Agents"), client)
            let name = "Offer the mode that asks nothing"
            try await screen.wait(for: "the settings") { $0.exists(.toggle, name) }
            try screen.press(name)
            try screen.press("Cancel")
            #expect(try screen.find(.toggle, name).isOn == false)
            try screen.press(name)
            try screen.press("Allow It")
            try await screen.wait(for: "the change") { try $0.find(.toggle, name).isOn == true }
            #expect(try await client.agentSettings().allowsBypass)
            try screen.press(name)
            try await screen.wait(for: "the change") { try $0.find(.toggle, name).isOn == false }
        }

        @Test func rulesSayWhereTheyStandAndOnlyOnesOwnCanBeRemoved() async throws {
            let screen = try await settings("Rules")
            try await screen.wait(for: "the rules") { $0.texts.contains("Bash(rm -rf:*)") }
            #expect(!screen.texts.contains("Edit(Sources/**)"), "that one is for a folder")
            try screen.choose(PreviewData.project, from: "Folder")
            try await screen.wait(for: "the folder's") { $0.texts.contains("Edit(Sources/**)") }
            #expect(screen.allText.contains("A project's own files can't allow anything"))
            #expect(!screen.exists(.button, "Remove the rule Bash(make:*)"))
            try screen.choose("Ask", from: "Effect")
            try screen.type("Bash(git push:*)", into: "Calls")
            try screen.press("Add Rule")
            try await screen.wait(for: "the new one") { $0.texts.contains("Bash(git push:*)") }
            try screen.press("Remove the rule Bash(swift test:*)")
            try await screen.wait(for: "its end") { !$0.texts.contains("Bash(swift test:*)") }
            try screen.type("Bash(rm", into: "Calls")
            try screen.submit("Calls")
            try await screen.wait(for: "the sentence") { $0.allText.contains("is no rule") }
            #expect(try screen.find(.textField, "Calls").value == "Bash(rm")
            #expect(screen.complaints == [])
        }

        @Test func aServerThatAFolderBringsAlongIsUsedOnlyWithConsent() async throws {
            let screen = try await settings("Servers")
            try await screen.wait(for: "the servers") { $0.texts.contains("files") }
            #expect(!screen.texts.contains("engine-tools"))
            try screen.choose(PreviewData.project, from: "Folder")
            try await screen.wait(for: "the question") { $0.texts.contains("Needs your consent") }
            #expect(screen.allText.contains("It gets: ENGINE_TOKEN"))
            try screen.press("Don’t allow engine-tools")
            try await screen.wait(for: "the answer") { $0.texts.contains("Not allowed") }
            #expect(screen.complaints == [])
        }

        @Test func aServersToolsAreShownAndAFailureSaysWhy() async throws {
            let screen = try await settings("Servers")
            try await screen.wait(for: "the servers") { $0.texts.contains("files") }
            try screen.choose("Show Tools", from: "More about files")
            try await screen.wait(for: "the tools") { $0.texts.contains("read_text_file") }
            #expect(screen.texts.contains("only looks"))
            try await screen.wait(for: "how it stands now") { $0.texts.contains("Running, 2 tools") }
            #expect(screen.texts.contains("The MCP server “time” did not start: uvx was not found."))
            #expect(screen.complaints == [])
        }

        @Test func aLogInOpensTheBrowserAndShowsTheAddress() async throws {
            let (screen, client) = (try await settings("Servers"), client)
            try await screen.wait(for: "the servers") { $0.exists(.button, "Log in to tickets…") }
            await client.hold(.login)
            try screen.press("Log in to tickets…")
            let address = "https://login.example/authorize?server=tickets"
            try await screen.wait(for: "the address") { $0.texts.contains(address) }
            #expect(desktop.opened == [address])
            #expect(screen.complaints == [])
            await client.release(.login)
            try await screen.wait(for: "the end") { !$0.texts.contains("Needs a log-in") }
            #expect(!screen.texts.contains(address))
        }

        @Test func aServerIsAddedAndRemoved() async throws {
            let screen = try await settings("Servers")
            try await screen.wait(for: "the servers") { $0.texts.contains("files") }
            try screen.press("Add Server…")
            try screen.type("files", into: "Name")
            try screen.type("npx -y git-server", into: "Command")
            try screen.press("Add Server")
            try await screen.wait(for: "the sentence") { $0.allText.contains("already; remove it first") }
            try screen.replaceText(of: "Name", with: "git")
            try screen.type("nonsense", into: "Variables")
            #expect(try !screen.find(.button, "Add Server").isEnabled)
            #expect(screen.texts.contains("“nonsense” has no “=”."))
            try screen.replaceText(of: "Variables", with: "TOKEN=${TOKEN}")
            #expect(screen.complaints == [])
            try screen.press("Add Server")
            try await screen.wait(for: "the server") { $0.texts.contains("npx -y git-server") }
            try screen.choose("Remove…", from: "More about git")
            try screen.press("Remove Server")
            try await screen.wait(for: "its end") { !$0.texts.contains("npx -y git-server") }
        }

        @Test func aFolderIsForgottenAfterAQuestion() async throws {
            let (screen, client) = (try await settings("Folders"), client)
            try await screen.wait(for: "the folders") { $0.texts.contains("/Users/ada/Notes") }
            try screen.press("Remove /Users/ada/Notes…")
            try screen.press("Cancel")
            #expect(screen.texts.contains("/Users/ada/Notes"))
            try screen.press("Remove /Users/ada/Notes…")
            try screen.press("Remove Folder")
            try await screen.wait(for: "its end") { !$0.texts.contains("/Users/ada/Notes") }
            #expect(try await client.folders().paths == [PreviewData.project])
        }

        @Test func providersAreAskedForTheirModelsWhenThePersonWants() async throws {
            let screen = try await settings("Model")
            try screen.press("Refresh Models")
            try await screen.wait(for: "the answer") { $0.texts.contains("3 models") }
            #expect(screen.complaints == [])
        }
    }
}
