// What every core does with files.
import AtelierKit
import Foundation

extension ContractCheck {
    static let fileChecks = [
        ContractCheck("files are written, read, listed, named anew, copied, moved and put into the Trash") { client in
            try await withWorkspace(client) { folder in
                let stamp = try await client.writeFile("one\n", to: "\(folder)/a.txt", replacing: nil)
                let read = try await client.readFile("\(folder)/a.txt")
                try expect(read.text == "one\n" && read.kind == .text && read.stamp == stamp, "\(read)")
                try await client.createFolder("\(folder)/inner/deep")
                try await client.copyFile("\(folder)/a.txt", to: "\(folder)/inner/copy.txt")
                try await client.renameFile("\(folder)/a.txt", to: "b.txt")
                try await client.moveFile("\(folder)/inner/copy.txt", to: "\(folder)/c.txt")
                let entries = try await client.entries(of: folder)
                try expect(entries.map(\.name) == ["b.txt", "c.txt", "inner"], "\(entries.map(\.name))")
                try expect(entries.map(\.isFolder) == [false, false, true], "\(entries)")
                try expect(entries.map(\.path) == ["b.txt", "c.txt", "inner"].map { "\(folder)/\($0)" }, "\(entries)")
                try await client.trashFile("\(folder)/b.txt")
                try await client.trashFile("\(folder)/inner")
                try expect(try await client.entries(of: folder).map(\.name) == ["c.txt"], "the Trash took nothing")
            }
        },
        ContractCheck("nothing is overwritten: not by a new file, a copy, another name or an old state") { client in
            try await withWorkspace(client) { folder in
                let (a, b) = ("\(folder)/a.txt", "\(folder)/b.txt")
                let stamp = try await client.writeFile("a\n", to: a, replacing: nil)
                _ = try await client.writeFile("b\n", to: b, replacing: nil)
                try await expectFailure(.invalidRequest, of: "a new file at a place that is taken") {
                    _ = try await client.writeFile("x\n", to: b, replacing: nil)
                }
                try await expectFailure(.invalidRequest, of: "another name that is taken") {
                    try await client.renameFile(a, to: "b.txt")
                }
                try await expectFailure(.invalidRequest, of: "a copy to a place that is taken") {
                    try await client.copyFile(a, to: b)
                }
                let newer = try await client.writeFile("newer\n", to: a, replacing: stamp)
                try await expectFailure(.invalidRequest, of: "a change of an old state") {
                    _ = try await client.writeFile("old\n", to: a, replacing: stamp)
                }
                let texts = [try await client.readFile(a).text, try await client.readFile(b).text]
                try expect(texts == ["newer\n", "b\n"] && newer != stamp, "\(texts)")
            }
        },
        ContractCheck("a file that is not there is an error with words, and so is a folder") { client in
            try await withWorkspace(client) { folder in
                try await expectFailure(.invalidRequest, of: "reading nothing") {
                    _ = try await client.readFile("\(folder)/none")
                }
                try await expectFailure(.invalidRequest, of: "listing nothing") {
                    _ = try await client.entries(of: "\(folder)/none")
                }
            }
        },
        ContractCheck("what changes in a folder is told to who follows it") { client in
            try await withWorkspace(client) { folder in
                var changes = client.workspaceChanges(in: folder).makeAsyncIterator()
                let first = try await changes.next()
                try expect(first?.isEverything == true, "first comes \(first as Any)")
                _ = try await client.writeFile("x\n", to: "\(folder)/new.txt", replacing: nil)
                let change = try await changes.next()
                try expect(change?.folders.contains(folder) == true || change?.isEverything == true, "\(change as Any)")
            }
        },
    ]
}

/// An empty folder that the core may use, under its name without links.
func withWorkspace(
    _ client: any WorkspaceClient & FolderClient,
    _ body: (String) async throws -> Void
) async throws {
    try await withFolder { folder in
        let folder = URL(filePath: folder).resolvingSymlinksInPath().path(percentEncoded: false)
        let path = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        _ = try await client.requestDirectoryAccess(path: path, bookmark: nil)
        try await client.createFolder(path)
        try await body(path)
    }
}
