// The file that is looked at.
import Foundation
import Testing

@testable import AtelierKit

@MainActor
@Suite struct FileViewerModelTests {
    let client = MockClient(disk: .engine)
    let root = MockDisk.enginePath
    let viewer: FileViewerModel

    init() { viewer = FileViewerModel(client: client) }

    @Test func aTextHasNumbersAndColours() async {
        await viewer.open("\(root)/Sources/Endpoint.swift")
        #expect(viewer.lineCount == 10 && viewer.lines.map(\.number) == Array(1...10))
        #expect(viewer.lines[0].text == "import Foundation")
        #expect(viewer.lines[0].spans.first == ColourSpan(0..<6, .keyword))
    }

    @Test func whatChangesOnDiskIsReadAgain() async {
        let path = "\(root)/Sources/Endpoint.swift"
        await viewer.open(path)
        await client.changeDisk { $0.put("let a = 1\r\nlet b = 2\r\n", at: path) }
        await viewer.take(WorkspaceChange(folders: ["\(root)/Assets"]))
        #expect(viewer.lineCount == 10, "another folder is none of its business")
        await viewer.take(WorkspaceChange(folders: ["\(root)/Sources"]))
        #expect(viewer.lines.map(\.text) == ["let a = 1", "let b = 2"])
        await client.changeDisk { $0.put(nil, at: path) }
        await viewer.reload()
        #expect(viewer.problem?.contains("not there any more") == true && viewer.lines.isEmpty)
    }

    @Test func aLongFileIsShownPageByPageAndLongLinesAreCut() async {
        let text =
            (1...2_500).map { "line \($0)" }.joined(separator: "\n") + "\n" + String(repeating: "x", count: 9_000)
        await client.changeDisk { $0.put(text, at: "\(self.root)/long.txt") }
        await viewer.open("\(root)/long.txt")
        #expect(viewer.lines.count == 1_000 && viewer.hidden == 1_501)
        viewer.go(to: 1_200)
        #expect(viewer.target == 1_200 && viewer.lines.count >= 1_200)
        viewer.go(to: 9_999)
        #expect(viewer.target == 1_200, "there is no such line")
        viewer.showMore()
        #expect(viewer.hidden == 0 && viewer.lines.last?.text.count == 2_000)
    }

    @Test(arguments: [("logo.png", FileText.Kind.image), ("core.bin", .binary), ("dump.sql", .tooLarge)])
    func whatIsNoTextSaysSo(_ name: String, _ kind: FileText.Kind) async {
        await client.changeDisk { $0.put("?", at: "\(self.root)/\(name)", kind) }
        await viewer.open("\(root)/\(name)")
        #expect(viewer.file?.kind == kind && viewer.lines.isEmpty)
    }

    @Test func blameSaysWhoWroteWhatAndGoesWithTheFile() async throws {
        await viewer.open("\(root)/Sources/Session.swift")
        await viewer.loadBlame(root: root)
        #expect(viewer.blame == nil, "nobody asked")
        viewer.showsBlame = true
        await viewer.loadBlame(root: root)
        let blame = try #require(viewer.blame)
        #expect(blame[1]?.subject == "Begin the engine")
        #expect(blame.values.contains { $0.hash == nil }, "lines that are not committed have no commit")
        await viewer.open("\(root)/README.md")
        #expect(viewer.blame == nil)
    }
}
