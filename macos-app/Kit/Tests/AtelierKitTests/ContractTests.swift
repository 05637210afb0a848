// The core in memory keeps the contract that the real one keeps.
import AtelierContract
import AtelierKit
import Testing

@Suite struct ContractTests {
    @Test(arguments: ContractCheck.all)
    func theCoreInMemoryKeepsTheContract(_ check: ContractCheck) async throws {
        let client = MockClient { prompt in
            MockAnswer(
                thinking: ["Let me see."],
                pieces: ["One ", "two ", "three "],
                pause: .milliseconds(1),
                isEndless: prompt == ContractCheck.endlessPrompt
            )
        }
        try await check.run(on: client)
    }
}
