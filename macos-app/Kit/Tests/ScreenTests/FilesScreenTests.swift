// The Files section.
import AtelierKit
import Foundation
import Testing
import ViewTesting

@testable import AtelierUI

extension ScreenTests {
    @MainActor
    @Suite struct FilesScreenTests {
        private func files(_ disk: MockDisk = .engine) async throws -> WorkspaceOnScreen {
            let files = await WorkspaceOnScreen(.files, on: disk)
            try await files.screen.wait(for: "the tree") { $0.all(.row).count >= 1 }
            return files
        }

        @Test func foldersOpenAndFilesAreReadWithTheirNumbers() async throws {
            let files = try await files()
            #expect(files.screen.texts.contains("No File Selected"))
            try files.screen.press("Open Sources")
            try await files.screen.wait(for: "the files") { $0.texts.contains("Session.swift") }
            try files.screen.selectRow(containing: "Session.swift")
            try await files.screen.wait(for: "the text") { $0.texts.contains("struct Session {") }
            #expect(files.screen.texts.contains("4"), "lines have numbers")
            #expect(files.screen.complaints == [])
            try files.screen.press("Close Sources")
            try await files.screen.wait(for: "the folded tree") { $0.all(.row).count == 5 }
        }

        @Test func changesAreMarkedInWordsToo() async throws {
            let files = try await files()
            try await files.screen.wait(for: "the badges") { $0.exists(.text, "Modified") }
            #expect(files.screen.exists(.image, "Contains changes"))
        }

        @Test func aFileIsRenamedFromItsMenuAndAnErrorStaysInTheSheet() async throws {
            let files = try await files()
            try files.screen.choose("Rename File…", fromContextMenuOfRowContaining: "README.md")
            try files.screen.replaceText(of: "Name", with: "Sources")
            try files.screen.press("Rename")
            try await files.screen.wait(for: "the sentence") { $0.allText.contains("already") }
            try files.screen.replaceText(of: "Name", with: "Readme.md")
            try files.screen.press("Rename")
            try await files.screen.wait(for: "the new name") { $0.texts.contains("Readme.md") && !$0.exists(.sheet) }
            #expect(files.screen.complaints == [])
        }

        @Test func aFileGoesIntoTheTrashOnlyAfterAQuestion() async throws {
            let files = try await files()
            try files.screen.choose("Move to Trash…", fromContextMenuOfRowContaining: "README.md")
            #expect(files.screen.allText.contains("put it back from the Trash"))
            try files.screen.press("Cancel")
            #expect(files.screen.texts.contains("README.md"))
            try files.screen.choose("Move to Trash…", fromContextMenuOfRowContaining: "README.md")
            try files.screen.press("Move to Trash")
            try await files.screen.wait(for: "its end") { !$0.texts.contains("README.md") }
        }

        @Test func aFileIsShownInFinderAndItsPathCopied() async throws {
            let files = try await files()
            try files.screen.choose("Show in Finder", fromContextMenuOfRowContaining: "README.md")
            try files.screen.choose("Copy Path", fromContextMenuOfRowContaining: "README.md")
            #expect(files.desktop.revealed == ["\(MockDisk.enginePath)/README.md"])
            #expect(files.desktop.copied == ["\(MockDisk.enginePath)/README.md"])
        }

        @Test func blameStandsBesideTheLines() async throws {
            let files = try await files()
            await files.workspace.show("\(MockDisk.enginePath)/Sources/Endpoint.swift", line: 4)
            try await files.screen.wait(for: "the text") { $0.allText.contains("patience") }
            try files.screen.press("Blame")
            try await files.screen.wait(for: "the authors") { $0.allText.contains("Wait longer for slow servers") }
        }

        @Test(arguments: [
            ("core.bin", FileText.Kind.binary, "This File Is Not Text"),
            ("dump.sql", .tooLarge, "This File Is Too Large to Show"),
            ("gone.png", .image, "This Image Can’t Be Shown"),
        ])
        func whatIsNoTextSaysSo(_ name: String, _ kind: FileText.Kind, _ words: String) async throws {
            var disk = MockDisk.engine
            disk.put("?", at: "\(MockDisk.enginePath)/\(name)", kind)
            let files = try await files(disk)
            try files.screen.selectRow(containing: name)
            try await files.screen.wait(for: "the notice") { $0.texts.contains(words) }
            #expect(files.screen.complaints == [])
        }
    }
}
