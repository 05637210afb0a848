// Mentioning files in a prompt.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct MentionTests {
    private let folder = "/Users/ada/engine"

    private func chat(_ files: [String], inFolder: Bool = true) async -> (ChatModel, MockClient) {
        var log = MockLog(id: "s1")
        if inFolder { log.append(.sessionProject(path: folder)) }
        let contents = Dictionary(uniqueKeysWithValues: files.map { ($0, "x") })
        let client = MockClient(logs: [log], finding: MockFinding(files: contents))
        return (ChatModel(reading: log, from: client), client)
    }

    @Test(arguments: [
        ("@", ""), ("Look at @src/Se", "src/Se"), ("a\n@x", "x"), ("@a and @b", "b"), ("/review @x", "x"),
        ("ada@example.org", nil), ("@a ", nil), ("Look", nil), ("", nil),
    ])
    func aFileIsMentionedBehindAnAtAtTheEnd(_ draft: String, _ letters: String?) async {
        let (model, _) = await chat([])
        model.draft = draft
        #expect(model.mentionedLetters == letters)
    }

    @Test func withoutAFolderThereIsNothingToMention() async {
        let (model, _) = await chat(["a.txt"], inFolder: false)
        model.draft = "@a"
        await model.findMentionedFiles()
        #expect(model.mentionedLetters == nil && model.offeredFiles.isEmpty && !model.mention())
    }

    @Test func theBestFileIsWrittenOutAndTheRestOfTheDraftStays() async {
        let (model, _) = await chat(["Sources/Session.swift", "README.md", "My notes.md"])
        model.draft = "Look at @sess"
        await model.findMentionedFiles()
        #expect(model.offeredFiles.map(\.relativePath) == ["Sources/Session.swift"])
        #expect(model.mention())
        #expect(model.draft == "Look at @Sources/Session.swift " && model.offeredFiles.isEmpty)
        model.draft += "and @"
        await model.findMentionedFiles()
        #expect(model.offeredFiles.count == 2, "what has a blank in its path can't be mentioned")
        model.mention(model.offeredFiles.first { $0.relativePath == "README.md" })
        #expect(model.draft == "Look at @Sources/Session.swift and @README.md ")
    }

    @Test func whoTypesFasterThanFilesAreFoundGetsTheOneTheyMean() async {
        let (model, _) = await chat(["a/x.txt", "a/session.txt"])
        model.draft = "@x"
        await model.findMentionedFiles()
        model.draft = "@sess"
        #expect(!model.mention(), "what is offered was found for other letters")
        await model.mentionBest()
        #expect(model.draft == "@a/session.txt ")
    }

    @Test func nothingIsOfferedWhenFindingFails() async {
        let (model, client) = await chat(["a.txt"])
        model.draft = "@a"
        await model.findMentionedFiles()
        #expect(model.offeredFiles.count == 1)
        await client.fail(.finding, with: WorkbenchError(.invalidRequest, "Not allowed."))
        model.draft = "@a."
        await model.findMentionedFiles()
        #expect(model.offeredFiles.isEmpty && model.problem == nil)
    }
}
