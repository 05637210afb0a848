// A small project with a history, for previews and tests.
import Foundation

extension MockDisk {
    /// Where `engine` lies.
    public static let enginePath = "/Users/ada/Projects/engine"

    /// A project with branches, staged and other changes, an untracked file, tags and a stash.
    public static var engine: MockDisk {
        var disk = MockDisk()
        disk.makeFolder(enginePath)
        var repository = MockRepository()
        let hashes = repository.commitEngine(on: &disk)
        repository.remotes = ["origin/main": hashes[2], "origin/retry": hashes[3]]
        repository.tags = [GitTag("v0.1", hash: hashes[1], message: "The first version")]
        disk.repositories[enginePath] = repository
        disk.put(Engine.sessionStaged, at: "\(enginePath)/Sources/Session.swift")
        try? disk.change(enginePath) { repository, files in
            repository.stage("Sources/Session.swift", files["Sources/Session.swift"])
        }
        disk.put(Engine.sessionEdited, at: "\(enginePath)/Sources/Session.swift")
        disk.put(Engine.readme + "\n## Licence\n\nMIT.\n", at: "\(enginePath)/README.md")
        disk.put("import Testing\n\n@Test func theTokenIsKept() {}\n", at: "\(enginePath)/Tests/LoginTests.swift")
        return disk
    }

    /// The same project, in which a merge has left a conflict.
    public static var engineInConflict: MockDisk {
        var disk = engine
        try? disk.change(enginePath) { repository, files in
            try repository.saveStash("Half of the login", disk: &files)
            try repository.merge("retry", disk: &files)
        }
        return disk
    }
}

extension MockRepository {
    /// Commits the history of `engine`, and answers the hashes of its commits.
    fileprivate mutating func commitEngine(on disk: inout MockDisk) -> [String] {
        var files = ["README.md": Engine.readme, "Sources/Session.swift": Engine.session, ".gitignore": ".build/\n"]
        var hashes = [append("Begin the engine", files, [], at: Engine.day(1))]
        files["Sources/Endpoint.swift"] = Engine.endpoint
        files["Assets/logo.png"] = "PNG"
        hashes.append(append("Ask the endpoint for tokens\n\nIt answers JSON.", files, [hashes[0]], at: Engine.day(2)))
        files["Sources/Endpoint.swift"] = Engine.endpoint.replacing("30", with: "60")
        hashes.append(append("Wait longer for slow servers", files, [hashes[1]], at: Engine.day(3)))
        var retry = files
        retry["Sources/Session.swift"] = Engine.session.replacing("newToken()", with: "newToken(tries: 3)")
        hashes.append(append("Try again when the server is busy", retry, [hashes[1]], at: Engine.day(4)))
        branches = ["retry": hashes[3], "main": hashes[2]]
        files["Sources/Session.swift"] = Engine.session.replacing("newToken()", with: "newToken(in: 5)")
        hashes.append(append("Name the time that a token lasts", files, [hashes[2]], at: Engine.day(5)))
        for (path, text) in files {
            disk.put(text, at: "\(MockDisk.enginePath)/\(path)", path.hasSuffix(".png") ? .image : .text)
        }
        return hashes
    }
}

private enum Engine {
    static let readme = "# Engine\n\nSigns people in and keeps them signed in.\n"

    static let session = """
        import Foundation

        /// Who is signed in.
        struct Session {
            var token = ""

            // The old token goes on working for a minute.
            mutating func refresh() async throws {
                _ = try await endpoint.newToken()
            }
        }

        """

    static let sessionStaged = session.replacing(
        "_ = try await endpoint.newToken()",
        with: "token = try await endpoint.newToken(in: 5)"
    )

    static let sessionEdited = sessionStaged.replacing(
        "import Foundation\n",
        with: "import Foundation\nimport Network\n"
    )
    .replacing("a minute.", with: "five minutes.")

    static let endpoint = """
        import Foundation

        struct Endpoint {
            static let patience = 30.0

            func newToken() async throws -> String {
                let (data, _) = try await URLSession.shared.data(from: url)
                return String(decoding: data, as: UTF8.self)
            }
        }

        """

    static func day(_ day: Int) -> Date { Date(timeIntervalSince1970: 1_767_603_600 + Double(day) * 86_400) }
}
