// How a file differs, page by page.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct DiffModelTests {
    let root = MockDisk.enginePath

    private func diff(_ old: String, _ new: String, path: String = "file.swift") async throws -> DiffModel {
        let client = MockClient(disk: .engine)
        try await client.changingGit(root) { repository, files in
            repository.stage(path, old)
            files[path] = new
        }
        let model = DiffModel(ChangedFile(path, .modified), side: .unstaged, folder: root, client: client)
        await model.load()
        return model
    }

    @Test func linesThatTookEachOthersPlaceStandInOneRow() async throws {
        let model = try await diff("a\nb\nc\n", "a\nB\nB2\nc\n")
        let pairs = model.sections[0].pairs.map { [$0.old?.line.text, $0.new?.line.text] }
        #expect(pairs == [["a", "a"], ["b", "B"], [nil, "B2"], ["c", "c"]])
    }

    @Test func wordsAreEmphasisedAndBothSidesColoured() async throws {
        let model = try await diff("let old = 1\n", "let new = 1\n")
        let lines = model.sections[0].lines
        #expect(lines.map(\.line.kind) == [.removed, .added])
        #expect(lines[0].line.emphasis == [4..<7] && lines[1].line.emphasis == [4..<7])
        #expect(lines.allSatisfy { $0.spans.first == ColourSpan(0..<3, .keyword) })
    }

    @Test func aHugeDiffIsNotShownAtOnce() async throws {
        let old = (1...10_000).map { "let a\($0) = 1\n" }.joined()
        let model = try await diff(old, old.replacing("= 1", with: "= 2"))
        #expect(model.sections.flatMap(\.lines).count == DiffModel.page)
        #expect(model.hidden == 20_000 - DiffModel.page && model.hasMore)
        await model.showMore()
        #expect(model.sections.flatMap(\.lines).count == 2 * DiffModel.page)
        #expect(model.selection(of: 0).lines.count == 20_000, "a hunk is staged as a whole, shown or not")
    }

    @Test func severalLooksAtOnceShowEachHunkOnce() async throws {
        let client = MockClient(disk: .engine)
        let model = DiffModel(ChangedFile("README.md", .modified), side: .unstaged, folder: root, client: client)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { await model.load() } }
        }
        #expect(model.isLoaded && model.sections.count == 1, "\(model.sections.map(\.id))")
    }

    @Test func manyHunksComePageByPage() async throws {
        let old = (1...9_000).map { "line \($0)\n" }.joined()
        let lines = (1...9_000).map { $0.isMultiple(of: 30) ? "Line \($0)\n" : "line \($0)\n" }.joined()
        let model = try await diff(old, lines)
        var (shown, last) = (model.sections.count, -1)
        while model.hasMore, shown > last {
            last = shown
            await model.showMore()
            shown = model.sections.count
        }
        #expect(shown == 300 && !model.hasMore)
        #expect(Set(model.sections.map(\.id)).count == 300, "hunks are numbered over all pages")
    }

    @Test func aChoiceOutlivesAReloadOnlyIfNothingHasChanged() async throws {
        let model = try await diff("a\n", "b\n")
        model.toggle(0)
        await model.load()
        #expect(model.selection?.lines == [0])
        model.toggle(0)
        #expect(model.selection == nil)
    }

    @Test func anImageHasANotice() async throws {
        let model = DiffModel(
            ChangedFile("Assets/logo.png", .modified),
            side: .unstaged,
            folder: root,
            client: MockClient(disk: .engine)
        )
        await model.load()
        #expect(model.notice == .image && model.sections.isEmpty)
    }
}
