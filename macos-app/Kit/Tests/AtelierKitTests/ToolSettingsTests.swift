// What the settings do about rules, servers and agents.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct ToolSettingsTests {
    private let folder = "/Users/ada/engine"

    @Test func aRuleIsAddedWhereItIsShownAndRemovedWhereItStands() async throws {
        let client = MockClient()
        let model = RulesModel(client: client)
        model.pattern = " Bash(rm:*) "
        model.effect = .deny
        await model.add()
        #expect(model.pattern.isEmpty && model.problem == nil)
        model.folder = folder
        model.pattern = "Edit(src/**)"
        model.effect = .allow
        await model.add()
        let rules = try #require(model.rules)
        #expect(rules.map(\.origin) == [.everywhere, .folder])
        for rule in rules { await model.remove(rule) }
        #expect(model.rules == [])
        #expect(try await client.rules(in: nil).isEmpty)
    }

    @Test func aRuleThatIsNoneIsToldAndStaysWritten() async {
        let model = RulesModel(client: MockClient())
        model.pattern = "Bash(rm"
        await model.add()
        #expect(model.pattern == "Bash(rm" && model.problem?.contains("is no rule") == true)
        model.pattern = "Bash(rm:*)"
        await model.add()
        #expect(model.problem == nil && model.rules?.count == 1)
    }

    @Test func howAgentsWorkIsKeptAtOnceAndAMistakeChangesNothing() async throws {
        let client = MockClient()
        let model = AgentSettingsModel(client: client)
        await model.change { $0.effort = .high }
        #expect(model.settings == nil, "nothing was read yet")
        await model.load()
        await model.change { $0.effort = .high }
        await model.change { $0.allowsBypass = true }
        #expect(model.isBypassAllowed)
        model.folderDraft = "cache"
        await model.addFolder()
        #expect(model.problem?.contains("is no folder") == true && model.folderDraft == "cache")
        model.folderDraft = "~/.cache"
        await model.addFolder()
        #expect(model.problem == nil && model.folderDraft.isEmpty)
        let expected = AgentSettings(writable: ["~/.cache"], allowsBypass: true, effort: .high)
        #expect(try await client.agentSettings() == expected)
        await model.removeFolder("~/.cache")
        #expect(model.settings?.writable == [])
    }

    @Test func whatIsChangedAtTheSameTimeAllHoldsAndWhatIsWrittenMeanwhileStays() async throws {
        let client = MockClient()
        let model = AgentSettingsModel(client: client)
        await model.load()
        await client.hold(.tools)
        let changes = [
            Task { await model.load() },
            Task { await model.change { $0.effort = .high } },
            Task { await model.change { $0.reachesNetwork = true } },
            Task { await model.load() },
        ]
        model.drafts.program = "/bin/tell-me"
        await client.release(.tools)
        for change in changes { await change.value }
        #expect(try await client.agentSettings() == AgentSettings(reachesNetwork: true, effort: .high))
        #expect(model.drafts.program == "/bin/tell-me")
    }

    @Test func limitsAndProgramAreSavedAsWrittenAndAMistakeStaysWritten() async throws {
        let client = MockClient()
        let model = AgentSettingsModel(client: client)
        await model.load()
        #expect(!model.canSaveDrafts)
        model.drafts.answers = "many"
        await model.saveDrafts()
        #expect(model.problem?.contains("“many” is no number of answers") == true && model.drafts.answers == "many")
        model.drafts.answers = "40"
        model.drafts.tokens = "2 000 000"
        model.drafts.program = "tell-me"
        await model.saveDrafts()
        #expect(model.problem?.contains("absolute path") == true && model.drafts.program == "tell-me")
        await model.load()
        #expect(model.drafts.program == "tell-me", "what somebody writes is not taken away")
        #expect(model.problem?.contains("absolute path") == true, "nor why it was not saved")
        model.drafts.program = "/bin/tell-me\n\n--loud and clear\n"
        await model.saveDrafts()
        let expected = AgentSettings(
            limits: AgentLimits(answers: 40, tokens: 2_000_000),
            notify: ["/bin/tell-me", "--loud and clear"]
        )
        #expect(try await client.agentSettings() == expected && model.problem == nil && !model.canSaveDrafts)
        #expect(model.drafts.tokens == "2000000")
        model.drafts = LimitDrafts()
        await model.saveDrafts()
        #expect(try await client.agentSettings() == AgentSettings())
    }

    @Test func aServerThatDoesNotStartSaysWhyAndAnotherOneListsItsTools() async throws {
        let servers = ["good", "bad"].map {
            MCPServer(name: $0, origin: .person, file: "/mcp.json", target: $0)
        }
        let tools = ["good": [MCPTool(name: "look", summary: "Looks", isReadOnly: true)]]
        let model = MCPModel(client: MockClient(tools: MockTools(servers: servers, tools: tools)))
        await model.load()
        await model.askForTools(of: servers[0])
        #expect(model.tools["good"]?.map(\.name) == ["look"] && model.problem == nil)
        await model.askForTools(of: servers[1])
        #expect(model.problem?.contains("did not start") == true)
        #expect(model.found?.servers.map(\.state) == [.running, .failed(reason: model.problem ?? "")])
    }

    @Test func aLogInTellsTheAddressAndEndsWhenThePersonHasComeBack() async throws {
        let server = MCPServer(name: "s", origin: .person, file: "/f", target: "t", state: .loginNeeded)
        let client = MockClient(tools: MockTools(servers: [server]))
        let model = MCPModel(client: client)
        await client.hold(.login)
        let visited = Visited()
        let login = Task { await model.logIn(to: server) { visited.addresses.append($0) } }
        try await eventually("the address") { model.login?.address != nil }
        #expect(visited.addresses == ["https://login.example/authorize?server=s"])
        await client.release(.login)
        await login.value
        #expect(model.login == nil && model.found?.servers.first?.state == .idle && model.problem == nil)
    }

    @Test func aLogInThatIsCancelledIsOverAndNothingIsSaidAboutIt() async throws {
        let server = MCPServer(name: "s", origin: .person, file: "/f", target: "t", state: .loginNeeded)
        let client = MockClient(tools: MockTools(servers: [server]))
        let model = MCPModel(client: client)
        await client.hold(.login)
        let login = Task { await model.logIn(to: server) { _ in } }
        try await eventually("the address") { model.login?.address != nil }
        login.cancel()
        await client.release(.login)
        await login.value
        #expect(model.login == nil && model.problem == nil)
    }

    @Test(arguments: [
        ("npx -y server .", ["npx", "-y", "server", "."]),
        (#"run "two words" 'single "quoted"' esc\ aped"#, ["run", "two words", #"single "quoted""#, "esc aped"]),
        (#"a "" b"#, ["a", "", "b"]), ("  ", []), (#"open "end"#, ["open", "end"]),
    ])
    func aCommandIsCutIntoWordsAsAShellDoes(_ line: String, _ words: [String]) {
        #expect(MCPDraft.words(of: line) == words)
    }

    @Test func aServerThatIsWrittenIsAddedWithItsValuesAndABadLineIsTold() async throws {
        let client = MockClient()
        let model = MCPModel(client: client)
        model.folder = folder
        model.beginAdding()
        model.draft?.name = " tickets "
        model.draft?.kind = .address
        #expect(model.draft?.canBeAdded == false)
        model.draft?.url = "https://tickets.example/mcp"
        model.draft?.values = "Authorization = Bearer ${TOKEN}\nnonsense"
        #expect(model.draft?.badLine == "nonsense" && model.draft?.canBeAdded == false)
        model.draft?.values = "Authorization = Bearer ${TOKEN}\n\nX-A=b=c"
        model.draft?.isForFolder = true
        let headers = ["Authorization": "Bearer ${TOKEN}", "X-A": "b=c"]
        #expect(model.draft?.reach == .address(url: "https://tickets.example/mcp", headers: headers))
        await model.add()
        #expect(model.draft == nil && model.problem == nil)
        let added = try #require(try await client.mcpServers(in: folder).servers.first)
        #expect(added.origin == .folder && added.name == "tickets" && added.gets == ["Authorization", "X-A"])
        #expect(try await client.mcpServers(in: nil).servers.isEmpty)
    }
}

@MainActor private final class Visited {
    var addresses: [String] = []
}
