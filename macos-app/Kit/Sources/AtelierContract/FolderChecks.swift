// What every core does with folders that the person allows.
import AtelierKit
import Foundation

extension ContractCheck {
    static let folderChecks = [
        ContractCheck("a folder that is allowed is listed once, with its bookmark") { client in
            try await withFolder { folder in
                for bookmark in ["Ym9va21hcms=", "Ym9va21hcms=", nil] {
                    let access = try await client.requestDirectoryAccess(path: folder, bookmark: bookmark)
                    try expect(access == DirectoryAccess(path: folder), "it is \(access)")
                }
                let folders = try await client.folders()
                try expect(folders == AllowedFolders(paths: [folder], bookmarks: ["Ym9va21hcms="]), "\(folders)")
            }
        },
        ContractCheck("a folder that can't be used is refused in the answer and leaves no trace") { client in
            try await withFolder { folder in
                let file = "\(folder)/file"
                try Data("x".utf8).write(to: URL(filePath: file))
                for (path, problem) in [
                    (nil, "Directory selection cancelled"), (" ", "Directory selection cancelled"),
                    ("\(folder)/missing", "Directory does not exist"), (file, "Path is not a directory"),
                ] {
                    let access = try await client.requestDirectoryAccess(path: path, bookmark: "Ym9va21hcms=")
                    try expect(access == DirectoryAccess(problem: problem), "\(path ?? "nothing"): \(access)")
                }
                for (path, problem) in [
                    ("\(folder)/missing", "Directory does not exist"), (file, "Path is not a directory"),
                ] {
                    let access = try await client.startAccessingDirectory(path)
                    try expect(access == DirectoryAccess(problem: problem), "\(path): \(access)")
                    try expect(try await !client.isAccessingDirectory(path), "what was refused is in use")
                }
                let folders = try await client.folders()
                try expect(folders == AllowedFolders(), "\(folders)")
            }
        },
        ContractCheck("uses of a folder are counted, and stopping one that is not in use is fine") { client in
            try await withFolder { folder in
                try await client.stopAccessingDirectory(folder)
                for _ in 1...2 {
                    let access = try await client.startAccessingDirectory(folder)
                    try expect(access.problem == nil, "\(access)")
                }
                try await client.stopAccessingDirectory(folder)
                try expect(try await client.isAccessingDirectory(folder), "one use is left")
                try await client.stopAccessingDirectory(folder)
                try expect(try await !client.isAccessingDirectory(folder), "no use is left")
            }
        },
        ContractCheck("stale bookmarks are forgotten, the others and the folder stay") { client in
            try await withFolder { folder in
                for bookmark in ["b25l", "dHdv", "dGhyZWU="] {
                    _ = try await client.requestDirectoryAccess(path: folder, bookmark: bookmark)
                }
                try await client.restoreBookmarksOnStartup(stale: ["dHdv", "bm9ib2R5"])
                let folders = try await client.folders()
                let left = AllowedFolders(paths: [folder], bookmarks: ["b25l", "dGhyZWU="])
                try expect(folders == left, "\(folders)")
            }
        },
    ]
}

/// An empty folder that is gone afterwards.
func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "atelier-folder-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder.path(percentEncoded: false))
}
