// The folders that Atelier may use, against a core and a system in memory, and folders on disk.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite final class FoldersModelTests {
    let home = FileManager.default.temporaryDirectory.appending(path: "atelier-folders-\(UUID().uuidString)")
    let access = MockFolderAccess()
    let engine: String
    let notes: String

    init() throws {
        (engine, notes) = ("\(home.path)/engine", "\(home.path)/notes")
        for folder in [engine, notes] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(at: home) }

    private func client(_ paths: [String] = [], bookmarks: [String] = []) -> MockClient {
        MockClient(folders: MockFolders(AllowedFolders(paths: paths, bookmarks: bookmarks)))
    }

    @Test func aFolderThatIsChosenIsAllowedKeptAndInUse() async throws {
        let client = client([notes])
        let model = FoldersModel(client: client, access: access)
        access.choice = ChosenFolder(path: engine, bookmark: "Ym9va21hcms=")
        #expect(await model.add() == DirectoryAccess(path: engine))
        #expect(model.paths == [notes, engine] && model.problem == nil && !model.isChoosing)
        #expect(try await client.folders().bookmarks == ["Ym9va21hcms="])
        #expect(try await client.isAccessingDirectory(engine))
        #expect(access.begun == [engine])
    }

    @Test func whoeverCancelsGetsTheContractsWordsAndNoProblem() async throws {
        let client = client([notes])
        let model = FoldersModel(client: client, access: access)
        #expect(await model.add() == DirectoryAccess(problem: "Directory selection cancelled"))
        #expect(model.problem == nil)
        #expect(try await client.folders().paths == [notes])
    }

    @Test func aFolderThatIsGoneSaysSoUntilTheNextOneIsChosen() async throws {
        let client = client()
        let model = FoldersModel(client: client, access: access)
        access.choice = ChosenFolder(path: "\(engine)/gone")
        await model.add()
        await model.load()
        #expect(model.problem == "Directory does not exist" && model.paths.isEmpty && access.begun.isEmpty)
        access.choice = ChosenFolder(path: engine)
        await model.add()
        #expect(model.problem == nil && model.paths == [engine])
    }

    @Test func withoutAPanelNothingIsChosen() async {
        let model = FoldersModel(client: client(), access: nil)
        #expect(!model.canChoose)
        #expect(await model.add() == nil)
    }

    @Test func atTheStartAccessBeginsAndBookmarksThatLeadNowhereAreForgotten() async throws {
        let client = client([engine, notes], bookmarks: ["engine", "nowhere", "old"])
        access.targets = [
            "engine": ResolvedFolder(path: engine),
            "old": ResolvedFolder(path: notes, renewedBookmark: "new"),
        ]
        let model = FoldersModel(client: client, access: access)
        await model.restore()
        #expect(model.problem == nil)
        #expect(access.begun == [engine, notes])
        #expect(try await client.folders().bookmarks == ["engine", "new"])
        #expect(try await client.isAccessingDirectory(notes))
    }

    @Test func aBookmarkOfAFolderThatCanNotBeReadNowIsKept() async throws {
        let client = client(bookmarks: ["server"])
        access.targets = ["server": ResolvedFolder(path: "\(engine)/gone", renewedBookmark: "new")]
        let model = FoldersModel(client: client, access: access)
        await model.restore()
        #expect(try await client.folders().bookmarks == ["server"])
        #expect(access.begun.isEmpty, "access that is of no use is ended")
    }

    @Test func outsideASandboxBookmarksAreLeftAlone() async throws {
        let client = client(bookmarks: ["of another build"])
        access.usesBookmarks = false
        await FoldersModel(client: client, access: access).restore()
        await FoldersModel(client: client, access: nil).restore()
        #expect(try await client.folders().bookmarks == ["of another build"])
    }

    @Test func theSystemsAccessLastsFromTheFirstUseToTheLast() async throws {
        let model = FoldersModel(client: client(), access: access)
        await model.start(engine)
        await model.start(engine)
        #expect(access.begun == [engine])
        await model.stop(engine)
        #expect(access.begun == [engine], "one use is left")
        await model.stop(engine)
        #expect(access.begun.isEmpty)
        await model.start("\(engine)/gone")
        #expect(access.begun.isEmpty && model.problem == "Directory does not exist")
    }

    @Test func aCoreThatFailsSaysWhyAndWhatWasReadStays() async throws {
        let client = client([engine])
        let model = FoldersModel(client: client, access: access)
        await model.load()
        await client.fail(.folders, with: WorkbenchError(.storage, "The settings can't be read."))
        await model.load()
        #expect(model.problem == "The settings can't be read." && model.paths == [engine])
        await client.fail(.folders, with: nil)
        await model.load()
        #expect(model.problem == nil)
    }

    @Test func aFolderThatIsAllowedElsewhereShowsUp() async throws {
        let (client, engine) = (client(), engine)
        let model = FoldersModel(client: client, access: access)
        let following = Task { await model.follow() }
        _ = try await client.requestDirectoryAccess(path: engine, bookmark: nil)
        try await eventually("the folder") { !model.paths.isEmpty }
        following.cancel()
        await following.value
    }

    @Test func theCoreIsOpenOnlyOnceItsFoldersAre() async throws {
        let client = client(bookmarks: ["engine"])
        access.targets = ["engine": ResolvedFolder(path: engine)]
        let launch = LaunchModel(access: access) { client }
        await launch.open()
        #expect(access.begun == [engine] && launch.folders?.canChoose == true)
        await launch.open()
        #expect(access.begun == [engine], "opening again begins nothing again")
    }
}
