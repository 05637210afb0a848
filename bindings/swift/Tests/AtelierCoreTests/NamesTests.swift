// Names that are no UTF-8, as they turn up in old archives: shown, opened, changed and renamed in the app's models, over the
// real core and real git. A Mac's disk has no such names.
#if os(Linux)
import AtelierCore
import AtelierKit
import Foundation
import Testing

extension RealCore {
    @MainActor
    @Suite struct Names {
        /// `é` in Latin-1.
        private let inner = #""d\351/caf\351.txt""#

        @Test func aNameThatIsNoUnicodeIsShownOpenedStagedDiscardedFoundAndRenamed() async throws {
            let home = try TemporaryHome()
            let client = try await home.open([
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
                "GIT_CONFIG_GLOBAL": "/dev/null",
            ])
            let root = try repository(in: home)
            _ = try await client.requestDirectoryAccess(path: root, bookmark: nil)
            let (folder, path) = (root.appendingPath(#""d\351""#), root.appendingPath(inner))
            let workspace = WorkspaceModel(folder: root, client: client)
            let (tree, changes) = (workspace.tree, workspace.changes)
            await workspace.load()

            // The tree, and what the file holds.
            await workspace.show(path)
            #expect(tree.isExpanded(folder) && tree.selected?.path == path && tree.problem == nil)
            #expect(workspace.viewer.file?.text == "one token\n" && workspace.viewer.problem == nil)
            workspace.viewer.showsBlame = true
            await workspace.viewer.loadBlame(root: root)
            #expect(workspace.viewer.blame?.count == 1 && workspace.viewer.problem == nil)

            // What has changed in it.
            try await change(path, to: "two token\n", by: client)
            await changes.refresh()
            #expect(changes.files(.unstaged).map(\.path) == [inner])
            #expect(tree.rows.first { $0.id == path }?.badge == .change(.modified))
            #expect(tree.rows.first { $0.id == folder }?.badge == .contains)
            changes.isTree = true
            #expect(changes.rows(.unstaged).map(\.name) == [#""d\351""#, #""caf\351.txt""#])
            changes.chosen = [try #require(changes.rows(.unstaged).first?.id)]
            await changes.toggleStaged()
            #expect(changes.files(.staged).map(\.path) == [inner] && changes.problem == nil)
            await changes.unstageAll()
            changes.selection = .init(.unstaged, inner)
            await changes.diff?.load()
            #expect(changes.diff?.sections.flatMap(\.lines).map(\.line.text) == ["one token", "two token"])
            await changes.toggleStaged(try #require(changes.diff?.selection(of: 0)))
            #expect(changes.files(.staged).map(\.path) == [inner] && changes.problem == nil)
            await changes.unstageAll()
            changes.askToDiscard([inner])
            await changes.confirm(try #require(changes.question))
            #expect(try await client.readFile(path).text == "one token\n" && changes.changes?.isClean == true)
            await changes.restoreDiscarded()
            #expect(try await client.readFile(path).text == "two token\n" && changes.problem == nil)

            // Finding.
            var found = try await client.findFiles("caf", in: root)
            while !found.isComplete { found = try await client.findFiles("caf", in: root) }
            #expect(found.hits.map(\.path) == [path])
            var lines: [FileMatches] = []
            let query = ContentQuery("token")
            for try await results in client.searchContent(query, in: root) { lines += results.files }
            #expect(lines.map(\.path) == [inner] && root.appendingPath(inner) == path)

            // Another such name, then a plain one.
            for name in [#""th\351.txt""#, "thé.txt"] {
                tree.begin(.renaming(path: try #require(tree.selection)))
                tree.draft = name
                await tree.finishNaming()
                #expect(tree.problem == nil && tree.selected?.path == folder.appendingPath(name))
            }
            #expect(try await client.entries(of: folder).map(\.name) == ["thé.txt"])
            try await client.close()
        }

        private func change(_ path: String, to text: String, by client: LiveClient) async throws {
            _ = try await client.writeFile(text, to: path, replacing: try await client.readFile(path).stamp)
        }

        private func repository(in home: TemporaryHome) throws -> String {
            let root = home.folder.appending(path: "project").path(percentEncoded: false)
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
            let process = Process()
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = [
                "-ec",
                #"""
                d=$(printf 'd\351'); f=$(printf 'caf\351.txt')
                git init -q -b main .; mkdir "$d"; echo 'one token' >"$d/$f"; git add .
                git -c user.name=Ada -c user.email=ada@example.com commit -qm Begin
                """#,
            ]
            process.currentDirectoryURL = URL(filePath: root)
            try process.run()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
            return root
        }
    }
}
#endif
