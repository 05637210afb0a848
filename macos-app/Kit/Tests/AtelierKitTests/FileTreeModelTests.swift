// The tree of files, over a disk in memory.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct FileTreeModelTests {
    let client = MockClient(disk: .engine)
    let root = MockDisk.enginePath
    let changes: ChangesModel
    let tree: FileTreeModel

    init() {
        changes = ChangesModel(folder: root, client: client)
        tree = FileTreeModel(changes: changes)
    }

    private var names: [String] { tree.rows.map { String(repeating: " ", count: $0.depth) + $0.entry.name } }

    @Test func foldersComeFirstAndAreReadWhenTheyAreOpened() async {
        await client.changeDisk { $0.put("ref: refs/heads/main\n", at: "\(self.root)/.git/HEAD") }
        await tree.load()
        #expect(names == ["Assets", "Sources", "Tests", ".gitignore", "README.md"], "git's own is left out")
        await tree.toggle("\(root)/Sources")
        #expect(names.prefix(4) == ["Assets", "Sources", " Endpoint.swift", " Session.swift"])
        await tree.toggle("\(root)/Sources")
        #expect(names.count == 5)
    }

    @Test func changesAreMarkedAndFoldersSayThatTheyContainSome() async throws {
        await tree.load()
        await tree.expand("\(root)/Sources")
        await changes.refresh()
        let badges = Dictionary(uniqueKeysWithValues: tree.rows.map { ($0.entry.name, $0.badge) })
        #expect(badges["README.md"] == .change(.modified) && badges["Session.swift"] == .change(.modified))
        #expect(badges["Sources"] == .contains && badges["Tests"] == .contains && badges["Assets"] == .some(nil))
    }

    @Test func whatIsMadeIsShownAndChosen() async throws {
        await tree.load()
        tree.begin(.newFile(folder: "\(root)/Sources"))
        tree.draft = "Login.swift"
        await tree.finishNaming()
        #expect(tree.naming == nil && tree.problem == nil)
        #expect(tree.selected?.name == "Login.swift" && tree.isExpanded("\(root)/Sources"))
        #expect(tree.targetFolder == "\(root)/Sources")
    }

    @Test func aNameThatIsTakenIsToldAndStaysInTheField() async {
        await tree.load()
        tree.begin(.renaming(path: "\(root)/README.md"))
        #expect(tree.draft == "README.md")
        tree.draft = "Sources"
        await tree.finishNaming()
        #expect(tree.problem?.contains("already") == true)
        #expect(tree.naming == .renaming(path: "\(root)/README.md") && tree.draft == "Sources")
        #expect(names.contains("README.md"), "nothing was overwritten")
    }

    @Test func filesAreCopiedAndMoved() async throws {
        await tree.load()
        tree.begin(.copying(path: "\(root)/README.md"))
        #expect(tree.draft == "README copy.md")
        await tree.finishNaming()
        tree.begin(.moving(path: "\(root)/README copy.md"))
        tree.draft = "Sources/Notes.md"
        await tree.finishNaming()
        #expect(tree.selected?.path == "\(root)/Sources/Notes.md")
        #expect(!names.contains("README copy.md"))
        #expect(try await client.readFile("\(root)/Sources/Notes.md").text.hasPrefix("# Engine"))
    }

    @Test func nothingGoesIntoTheTrashWithoutAQuestion() async throws {
        await tree.load()
        tree.askToTrash("\(root)/README.md")
        #expect(names.contains("README.md"))
        let question = try #require(tree.question)
        await tree.confirm(question)
        #expect(tree.question == nil && !names.contains("README.md"))
        #expect(await client.disk.trash["\(root)/README.md"]?.hasPrefix("# Engine") == true)
    }

    @Test func aFolderThatGoesAwayTakesItsRowsWithIt() async {
        await tree.load()
        await tree.expand("\(root)/Sources")
        await client.changeDisk { try? $0.trash("\(self.root)/Sources") }
        await tree.take(WorkspaceChange(folders: [root, "\(root)/Sources"]))
        #expect(names == ["Assets", "Tests", ".gitignore", "README.md"] && tree.problem == nil)
        await client.fail(.files, with: WorkbenchError(.invalidRequest, "Access to directory denied"))
        await tree.load()
        #expect(tree.problem == "Access to directory denied" && names.isEmpty)
    }

    @Test func copiesAreNamedAsFinderNamesThem() {
        #expect(FileTreeModel.copyName(of: "a.swift") == "a copy.swift")
        #expect(FileTreeModel.copyName(of: ".gitignore") == ".gitignore copy")
        #expect(FileTreeModel.copyName(of: "Makefile") == "Makefile copy")
    }
}
