// What every core does when somebody looks for files or what they hold. The real disk says what there is.
import AtelierKit
import Foundation

extension ContractCheck {
    /// The files that a core must have in the folder that it is asked about.
    public static let findableFiles = [
        "Sources/Session.swift": "let token = 1\nlet other = 2\n",
        "Sources/Größe.swift": "let größe = token\n",
        "README.md": "The Token.\n",
    ]

    static let findingChecks = [
        ContractCheck("files are found by letters of their paths") { client in
            try await withFindableFiles(client) { folder in
                var found = try await client.findFiles("session", in: folder)
                while !found.isComplete { found = try await client.findFiles("session", in: folder) }
                let hit = found.hits.first
                try expect(hit?.relativePath == "Sources/Session.swift", "the best is \(String(describing: hit))")
                try expect(hit?.path.hasSuffix("/Sources/Session.swift") == true, "its path is \(hit?.path ?? "")")
                let letters = ((hit?.place ?? []) + (hit?.name ?? [])).filter(\.isFound).map(\.text).joined()
                try expect(letters.lowercased() == "session", "marked is “\(letters)”")
                try await client.noteOpened("\(folder)/README.md", in: folder)
                let all = try await client.findFiles("", in: folder)
                try expect(all.hits.first?.relativePath == "README.md" && all.total == 3, "without letters: \(all)")
            }
        },
        ContractCheck("lines are found by what they hold, and marked") { client in
            try await withFindableFiles(client) { folder in
                let all = try await client.lines(ContentQuery("token"), in: folder)
                try expect(Set(all.map(\.path)).count == 3, "found were \(all)")
                let swift = try await client.lines(ContentQuery("größe = (\\w+)", isRegex: true), in: folder)
                try expect(swift.flatMap(\.lines).map(\.number) == [1], "found were \(swift)")
                let marked = swift.first?.lines.first?.parts.filter(\.isFound).map(\.text)
                try expect(marked == ["größe = token"], "marked is \(String(describing: marked))")
                let some = ContentQuery("token", isCaseSensitive: true, include: ["*.md"])
                try expect(try await client.lines(some, in: folder).isEmpty, "case does not count")
                try await expectFailure(.invalidRequest, of: "a pattern that is none") {
                    _ = try await client.lines(ContentQuery("(", isRegex: true), in: folder)
                }
            }
        },
        ContractCheck("replacing is shown first and done in the files that were chosen, as they were shown") { client in
            try await withFindableFiles(client) { folder in
                let query = ContentQuery("token")
                var previews: [FileReplacement] = []
                for try await batch in client.previewReplacing(query, with: "key", in: folder) { previews += batch }
                try expect(previews.count == 3 && previews.allSatisfy { $0.problem == nil }, "it shows \(previews)")
                let chosen = previews.filter { $0.path == "Sources/Session.swift" }
                let after = chosen.first?.lines.first?.after.map(\.text).joined()
                try expect(after == "let key = 1", "it would become \(after ?? "nothing")")
                let outcomes = try await client.replace(query, with: "key", in: chosen, of: folder)
                try expect(outcomes == [ReplaceOutcome(path: "Sources/Session.swift", count: 1)], "\(outcomes)")
                let again = try await client.replace(query, with: "key", in: chosen, of: folder)
                try expect(again.first?.problem?.isEmpty == false, "a file that has changed was replaced in: \(again)")
                let left = try await client.lines(query, in: folder)
                try expect(Set(left.map(\.path)) == ["Sources/Größe.swift", "README.md"], "left are \(left)")
            }
        },
    ]
}

extension WorkbenchClient {
    /// All that a search finds.
    fileprivate func lines(_ query: ContentQuery, in folder: String) async throws -> [FileMatches] {
        var files: [FileMatches] = []
        for try await results in searchContent(query, in: folder) { files += results.files }
        return files
    }
}

/// Calls with a folder that the core may use and that has the files.
private func withFindableFiles(
    _ client: any WorkbenchClient,
    _ body: (String) async throws -> Void
) async throws {
    try await withFolder { folder in
        for (path, text) in ContractCheck.findableFiles {
            let file = URL(filePath: "\(folder)/\(path)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
        }
        let access = try await client.requestDirectoryAccess(path: folder, bookmark: nil)
        try expect(access.problem == nil, "the folder is refused: \(access)")
        try await body(folder)
    }
}
