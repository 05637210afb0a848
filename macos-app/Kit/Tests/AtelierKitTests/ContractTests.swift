// The core in memory keeps the contract that the real one keeps.
import AtelierContract
import AtelierKit
import Testing

@Suite struct ContractTests {
    private static let writing = MockCall(
        tool: "write_file",
        params: #"{"path": "note.txt", "content": "Noted.\n"}"#,
        preview: "--- /dev/null\n+++ b/note.txt\n@@ -0,0 +1,1 @@\n+Noted.\n",
        result: "Wrote `note.txt`."
    )

    private static func running(_ command: ContractCheck.Command) -> MockCall {
        let params = #"{"command": "\#(command.line)"}"#
        return MockCall(tool: command.tool, params: params, preview: command.line, isDangerous: true, result: "Ran.")
    }

    @Test(arguments: ContractCheck.all)
    func theCoreInMemoryKeepsTheContract(_ check: ContractCheck) async throws {
        let client = MockClient(finding: MockFinding(files: ContractCheck.findableFiles)) { prompt in
            MockAnswer(
                thinking: ["Let me see."],
                call: prompt == ContractCheck.toolPrompt
                    ? Self.writing : ContractCheck.commands[prompt].map(Self.running),
                elicitation: prompt == ContractCheck.formPrompt ? ContractCheck.form : nil,
                pieces: ["One ", "two ", "three "],
                pause: .milliseconds(1),
                isEndless: prompt == ContractCheck.endlessPrompt
            )
        }
        try await check.run(on: client)
    }
}
