// Sessions by the folder that they work in.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct ProjectTests {
    /// Sessions in these folders, the newest first.
    private func library(_ folders: [String?]) async -> (MockClient, LibraryModel) {
        let logs = folders.enumerated().map { index, folder in
            let time = Date(timeIntervalSince1970: 9_000 - Double(index))
            var log = MockLog(id: "s\(index)", title: "Session \(index)", updated: time)
            if let folder { log.append(.sessionProject(path: folder), at: time) }
            return log
        }
        let client = MockClient(logs: logs)
        let model = LibraryModel(client: client, frame: .zero)
        await model.refresh()
        return (client, model)
    }

    @Test func sessionsAreGroupedByFolderAndTheirWorktreesWithThem() async {
        let (_, model) = await library(["/a/engine", nil, "/a/site", "/a/engine/.atelier/mend", "/a/site"])
        #expect(model.projects?.map(\.name) == ["engine", "site", "No Folder"])
        #expect(model.projects?.map { $0.sessions.map(\.id) } == [["s0", "s3"], ["s2", "s4"], ["s1"]])
        #expect(model.projects?[0].sessions.map(\.worktree) == [nil, "mend"])
    }

    @Test func foldersOfOneNameAreToldApart() async {
        let (_, model) = await library(["/a/engine", "/b/engine", "/b/site"])
        #expect(model.projects?.map(\.name) == ["engine — a", "engine — b", "site"])
    }

    @Test func withoutAnyFolderThereIsNothingToTellApart() async {
        let (_, model) = await library([nil, nil])
        #expect(model.projects == nil && model.visibleSessions.count == 2)
    }

    @Test func whatIsFoldedAwayIsShownWhileSomebodySearches() async throws {
        let (_, model) = await library(["/a/engine", "/a/site"])
        let engine = try #require(model.projects?.first)
        model.expand(engine, false)
        #expect(!model.isExpanded(engine))
        model.search = "Session 0"
        #expect(model.isExpanded(engine) && model.projects?.count == 1)
        model.search = ""
        #expect(!model.isExpanded(engine))
        model.expand(engine, true)
        #expect(model.isExpanded(engine))
    }

    @Test func aNewSessionWorksInTheFolderThatIsNamedOrInThatOfTheOneShown() async throws {
        let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false)
        let (_, model) = await library(["/a/engine", nil])
        await model.newSession(in: folder)
        #expect(model.shown?.folder == folder && model.problem == nil)
        #expect(model.projects?.first?.folder == folder)
    }

    @Test func openingAFolderAllowsItAndShowsASessionInIt() async throws {
        let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false)
        let (client, model) = await library([])
        let access = MockFolderAccess()
        let folders = FoldersModel(client: client, access: access)
        await model.openFolder(folders)
        #expect(model.sessions.isEmpty && model.problem == nil, "nothing was chosen")
        access.choice = ChosenFolder(path: folder)
        await model.openFolder(folders)
        #expect(try await client.folders().paths == [folder] && model.shown?.folder == folder)
        access.choice = ChosenFolder(path: "/no/such/folder")
        await model.openFolder(folders)
        #expect(model.problem?.isEmpty == false && model.sessions.count == 1)
    }
}
