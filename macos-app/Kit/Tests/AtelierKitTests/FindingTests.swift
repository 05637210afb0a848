// Finding files by letters and lines by what they hold.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct FindingTests {
    private let folder = "/Users/ada/engine"
    private let files = MockFinding(files: [
        "Sources/Session.swift": "let token = 1\nlet other = 2\nlet Token = 3",
        "Sources/über/Größe.swift": "token token",
        "Tests/SessionTests.swift": "token()",
    ])

    @Test func lettersAreMarkedInTheNameAndInItsPlaceWhateverTheirBytes() async throws {
        let client = MockClient(finding: files)
        let found = try await client.findFiles("üg", in: folder)
        let hit = try #require(found.hits.first { $0.relativePath.contains("über") })
        #expect(hit.place.map(\.text) == ["Sources/", "ü", "ber"])
        #expect(hit.name.map(\.text) == ["G", "röße.swift"] && hit.name[0].isFound)
        let plain = FoundFile(path: "/a", relativePath: "a")
        #expect(plain.name.map(\.text) == ["a"] && plain.place.isEmpty)
    }

    @Test func arrowsGoRoundAndAFileThatWasOpenedComesFirstTheNextTime() async throws {
        let client = MockClient(finding: files)
        let model = FindingModel(client: client)
        model.show(.quickOpen, in: folder)
        await model.quickOpen.find()
        #expect(model.quickOpen.found.hits.count == 3)
        model.quickOpen.move(by: -1)
        #expect(model.quickOpen.selectedFile?.relativePath == "Tests/SessionTests.swift")
        model.quickOpen.move(by: 1)
        #expect(model.quickOpen.selected == 0)
        model.quickOpen.move(by: -1)
        model.open(await model.quickOpen.choose())
        #expect(model.palette == nil)
        #expect(model.takeLead()?.path == "\(folder)/Tests/SessionTests.swift" && model.takeLead() == nil)
        model.show(.quickOpen, in: folder)
        await model.quickOpen.find()
        #expect(model.quickOpen.selectedFile?.relativePath == "Tests/SessionTests.swift")
    }

    @Test func returnThatIsFasterThanTheAnswerOpensWhatWasTyped() async throws {
        let client = MockClient(finding: files)
        let model = QuickOpenModel(client: client)
        model.begin(in: folder)
        #expect(model.isReading, "nothing was answered yet")
        await model.find()
        #expect(!model.isReading && model.found.hits.count == 3)
        model.move(by: -1)
        model.letters = "größe"
        #expect(await model.choose()?.path == "\(folder)/Sources/über/Größe.swift")
        model.letters = "no such file"
        #expect(await model.choose() == nil)
    }

    @Test func aFolderThatIsStillReadIsAskedAgain() async throws {
        let client = MockClient(finding: files)
        await client.updateFinding { $0.isIncomplete = true }
        let model = QuickOpenModel(client: client, pause: .milliseconds(1))
        model.begin(in: folder)
        let finding = Task { await model.find() }
        try await eventually("some files") { model.found.total == 3 && !model.found.isComplete }
        await client.updateFinding {
            $0.files["new.swift"] = ""
            $0.isIncomplete = false
        }
        await finding.value
        #expect(model.found.total == 4 && model.found.isComplete)
    }

    @Test func whatIsFoundIsGroupedByFileAndCounted() async throws {
        let model = ProjectSearchModel(client: MockClient(finding: files))
        model.begin(in: folder)
        model.query.pattern = "token"
        model.search()
        await model.run()
        #expect(model.files.map(\.count) == [2, 1, 1] && model.count == 4 && !model.isSearching)
        #expect(model.files[0].lines[0].parts.map(\.isFound) == [false, true, false])
        #expect(model.place(of: "Sources/Session.swift", line: 3)?.path == "\(folder)/Sources/Session.swift")
        model.query.isCaseSensitive = true
        model.exclude = "Tests/**, nothing"
        model.search()
        await model.run()
        #expect(model.files.map(\.path) == ["Sources/Session.swift", "Sources/über/Größe.swift"])
        #expect(model.files.map(\.count) == [1, 1])
    }

    @Test func aPatternThatIsNoneIsTold() async {
        let model = ProjectSearchModel(client: MockClient(finding: files))
        model.begin(in: folder)
        model.query = ContentQuery("(", isRegex: true)
        model.search()
        await model.run()
        #expect(model.problem?.contains("no regular expression") == true && model.files.isEmpty)
    }

    @Test func replacingIsLookedAtFirstAndLeavesOutWhatThePersonDoesNotWant() async throws {
        let client = MockClient(finding: files)
        let model = ProjectSearchModel(client: client)
        model.begin(in: folder)
        model.query.pattern = "token"
        model.replacement = "key"
        await model.preview()
        let previews = try #require(model.previews)
        #expect(previews.map(\.count) == [2, 2, 1])
        #expect(previews[0].lines[0].after.map(\.text).joined() == "let key = 1")
        model.leftOut = ["Tests/SessionTests.swift"]
        await client.updateFinding { $0.files["Sources/über/Größe.swift"] = "token changed" }
        await model.replace()
        #expect(model.outcomes?.map(\.problem).filter { $0 == nil }.count == 1)
        #expect(model.outcomes?.last?.problem?.contains("has changed since") == true)
        let now = await client.mockFinding.files
        #expect(now["Sources/Session.swift"] == "let key = 1\nlet other = 2\nlet key = 3")
        #expect(now["Sources/über/Größe.swift"] == "token changed" && now["Tests/SessionTests.swift"] == "token()")
    }
}
