// What a person does with git in the app, over the real core, real repositories and a real model server.
import AtelierCore
import AtelierKit
import Foundation
import ModelServer
import Testing

extension RealCore {
    @MainActor
    @Suite struct Git {
        @Test func aRemoteIsClonedChangedCommittedAsSomebodyElseAndPushedWithProgress() async throws {
            let (home, server) = (try TemporaryHome(), try FakeModelServer())
            let client = try await open(home, asking: server)
            let place = try await place(in: home, allowedBy: client)
            let remote = try remote(in: place)

            let clone = CloneModel(parent: place, client: client)
            clone.url = "file://\(remote)"
            await clone.clone()
            let folder = try #require(clone.cloned, "\(clone.problem ?? "nothing was said")")
            #expect(folder == "\(place)/remote" && clone.problem == nil)

            let workspace = WorkspaceModel(folder: folder, client: client)
            await workspace.load()
            #expect(workspace.changes.changes?.isClean == true && workspace.changes.changes?.upstream == "origin/main")

            try await client.createIdentity(
                GitIdentity(id: "work", name: "Work", userName: "Ada King", userEmail: "ada@work.example")
            )
            await workspace.commit.load()
            await workspace.commit.choose(try #require(workspace.commit.identities.first { $0.id == "work" }))
            #expect(workspace.commit.author == "Ada King" && workspace.changes.problem == nil)

            let stamp = try await client.readFile("\(folder)/big.txt").stamp
            _ = try await client.writeFile("changed\n", to: "\(folder)/big.txt", replacing: stamp)
            await workspace.changes.refresh()
            await workspace.changes.stageAll()
            let suggestion = #"{\"subject\": \"fix: change the file\", \"highlights\": [\"Keeps one line\"]}"#
            try await server.answer(#"{"text": ["\#(suggestion)"]}"#)
            await workspace.commit.suggest()
            #expect(workspace.commit.message == "fix: change the file\n\n- Keeps one line")
            #expect(await workspace.commit.commit() && workspace.changes.changes?.ahead == 1)

            var steps: [GitProgress] = []
            for try await step in client.transfer(.push(setsUpstream: false), in: folder) { steps.append(step) }
            #expect(steps.contains { $0.fraction == 1 } && steps.last?.result?.isEmpty == false, "\(steps)")
            let pushed = try git(["log", "-1", "--format=%an <%ae> %s", "main"], in: remote)
            #expect(pushed == "Ada King <ada@work.example> fix: change the file")
            await workspace.changes.refresh()
            #expect(workspace.changes.changes?.ahead == 0)
            try await client.close()
        }

        @Test func whatIsNewAtTheRemoteIsFetchedAndPulledAndACloneOfNothingSaysWhy() async throws {
            let home = try TemporaryHome()
            let client = try await open(home)
            let place = try await place(in: home, allowedBy: client)
            let remote = try remote(in: place)
            var stages: Set<String> = []
            for try await step in client.clone("file://\(remote)", to: "\(place)/mine") { stages.insert(step.stage) }
            #expect(stages.count > 1, "it tells how far it is: \(stages)")

            let other = "\(place)/other"
            _ = try git(["clone", "-q", remote, other], in: place)
            try Data("new\n".utf8).write(to: URL(filePath: "\(other)/new.txt"))
            _ = try git(["add", "."], in: other)
            _ = try git(["commit", "-qm", "Add new"], in: other)
            _ = try git(["push", "-q"], in: other)

            let workspace = WorkspaceModel(folder: "\(place)/mine", client: client)
            await workspace.load()
            await workspace.transfers.fetch()
            #expect(workspace.changes.changes?.behind == 1 && workspace.transfers.problem == nil)
            await workspace.transfers.pull()
            #expect(workspace.changes.changes?.behind == 0 && workspace.transfers.problem == nil)
            #expect(try await client.readFile("\(place)/mine/new.txt").text == "new\n")

            let nothing = CloneModel(parent: place, client: client)
            nothing.url = "file://\(place)/nothing.git"
            await nothing.clone()
            #expect(nothing.cloned == nil && nothing.problem?.isEmpty == false)
            #expect(!FileManager.default.fileExists(atPath: "\(place)/nothing"))
            try await client.close()
        }

        // MARK: Real repositories

        private func open(_ home: TemporaryHome, asking server: FakeModelServer? = nil) async throws -> LiveClient {
            var variables = [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
                "GIT_CONFIG_GLOBAL": "/dev/null",
            ]
            if let server {
                variables["ANTHROPIC_API_KEY"] = testKey
                variables["ANTHROPIC_BASE_URL"] = server.url.absoluteString
            }
            return try await home.open(variables)
        }

        /// A folder without links in its path, which the core may use.
        private func place(in home: TemporaryHome, allowedBy client: LiveClient) async throws -> String {
            let folder = home.folder.appending(path: "place")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let path = folder.resolvingSymlinksInPath().path(percentEncoded: false)
            let plain = path.hasSuffix("/") ? String(path.dropLast()) : path
            _ = try await client.requestDirectoryAccess(path: plain, bookmark: nil)
            return plain
        }

        /// A bare repository with a commit on `main`, big enough that git counts objects.
        private func remote(in place: String) throws -> String {
            let (seed, remote) = ("\(place)/seed", "\(place)/remote.git")
            _ = try git(["init", "-q", "-b", "main", seed], in: place)
            let text = (1...5_000).map { "line \($0) of many\n" }.joined()
            try Data(text.utf8).write(to: URL(filePath: "\(seed)/big.txt"))
            _ = try git(["add", "."], in: seed)
            _ = try git(["commit", "-qm", "Begin"], in: seed)
            _ = try git(["clone", "-q", "--bare", seed, remote], in: place)
            return remote
        }

        private func git(_ arguments: [String], in folder: String) throws -> String {
            let (process, output) = (Process(), Pipe())
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments =
                ["git", "-C", folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.com"] + arguments
            process.standardOutput = output
            try process.run()
            let text = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0, "git \(arguments)")
            return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .newlines)
        }
    }
}
