// Working trees over a real repository.
import AtelierCore
import AtelierKit
import Foundation
import Testing

extension RealCore {
    @Suite struct Worktrees {
        @Test func aSessionInAWorktreeIsMergedOnceCommittedAndPutAwayOnlyWithItsWorkOrWithLeave() async throws {
            let home = try TemporaryHome()
            let client = try await home.open(["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"])
            let project = try repository(in: home)
            _ = try await client.requestDirectoryAccess(path: project, bookmark: nil)

            let made = try await client.createWorktreeSession(about: "Mend the login!", in: project)
            let trees = try await client.worktrees(of: project)
            #expect(trees.map(\.branch) == ["main", made.branch] && made.setup == nil)
            #expect(try await client.sessions().first { $0.id == made.session }?.folder == made.path)

            try Data("mended\n".utf8).write(to: URL(filePath: "\(made.path)/login.txt"))
            let dirty = try await client.state(ofWorktree: made.path, beside: project)
            #expect(dirty.uncommitted == ["login.txt"] && !dirty.isMerged)
            await #expect(throws: WorkbenchError.self) {
                try await client.archive(
                    worktree: made.path,
                    of: project,
                    losingWork: false,
                    deletingRemoteBranch: false
                )
            }
            #expect(FileManager.default.fileExists(atPath: "\(made.path)/login.txt"))

            try git(["add", "login.txt"], in: made.path)
            try git(["commit", "-qm", "Mend the login"], in: made.path)
            let ahead = try await client.state(ofWorktree: made.path, beside: project)
            #expect(ahead.ahead == 1 && ahead.committed == ["login.txt"] && ahead.uncommitted.isEmpty)
            #expect(try await client.merge(worktree: made.path, into: project, asOneChange: false) == .done)
            #expect(FileManager.default.fileExists(atPath: "\(project)/login.txt"))
            #expect(try await client.state(ofWorktree: made.path, beside: project).isMerged)
            #expect(try await client.pullRequestPage(for: made.branch, of: project) == nil)

            try await client.archive(worktree: made.path, of: project, losingWork: false, deletingRemoteBranch: false)
            #expect(try await client.worktrees(of: project).count == 1)
            #expect(!FileManager.default.fileExists(atPath: made.path))
            try await client.close()
        }

        @Test @MainActor func openInTerminalStartsAShellInTheWorktree() async throws {
            let home = try TemporaryHome()
            let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            let client = try await home.open(["PATH": path, "SHELL": "/bin/sh"])
            let project = try repository(in: home)
            _ = try await client.requestDirectoryAccess(path: project, bookmark: nil)
            let made = try await client.createWorktreeSession(about: "Look around", in: project)

            let workspaces = WorkspacesModel(client: client)
            workspaces.openTerminal(at: made.path, in: project)
            #expect(workspaces.section == .terminal)
            let terminals = workspaces.terminals(for: project)
            await terminals.openFirst()
            let shell = try #require(terminals.focused, "\(terminals.problem ?? "")")
            let following = Task { await shell.follow() }
            for character in "echo on $(git branch --show-current)" {
                shell.press(TerminalKeyPress(.character(character)))
            }
            shell.press(TerminalKeyPress(.enter))
            // What is typed before the prompt is there is answered behind the prompt.
            while !shell.grid.rows.contains(where: { $0.text.hasSuffix("on \(made.branch)") }) {
                try #require(shell.problem == nil && shell.notice == nil)
                try await Task.sleep(for: .milliseconds(5))
            }
            following.cancel()
            await following.value
            await terminals.closeAll()
            try await client.close()
        }

        @Test func theBranchAtTheRemoteGoesOnlyWhereThatIsSaid() async throws {
            let home = try TemporaryHome()
            let client = try await home.open(["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"])
            let project = try repository(in: home)
            _ = try await client.requestDirectoryAccess(path: project, bookmark: nil)
            let remote = home.folder.appending(path: "remote.git").path(percentEncoded: false)
            try git(["init", "-q", "--bare", remote], in: project)
            try git(["remote", "add", "origin", remote], in: project)
            for isToGo in [false, true] {
                let made = try await client.createWorktreeSession(about: "Keep \(!isToGo)", in: project)
                try git(["push", "-q", "origin", made.branch], in: project)
                try await client.archive(
                    worktree: made.path,
                    of: project,
                    losingWork: false,
                    deletingRemoteBranch: isToGo
                )
                try git(["fetch", "-q", "--prune"], in: project)
                let names = try await client.branches(in: project).map(\.name)
                #expect(names.contains("origin/\(made.branch)") != isToGo && !names.contains(made.branch))
            }
            try await client.close()
        }

        @Test func aFolderWithoutARepositorySaysSo() async throws {
            let home = try TemporaryHome()
            let client = try await home.open()
            let folder = home.folder.path(percentEncoded: false)
            _ = try await client.requestDirectoryAccess(path: folder, bookmark: nil)
            await #expect(throws: WorkbenchError.self) { _ = try await client.worktrees(of: folder) }
            try await client.close()
        }

        /// A repository with one commit on the branch `main`.
        private func repository(in home: TemporaryHome) throws -> String {
            let project = home.folder.appending(path: "project").path(percentEncoded: false)
            try FileManager.default.createDirectory(atPath: project, withIntermediateDirectories: true)
            try git(["init", "-q", "-b", "main"], in: project)
            try git(["commit", "-q", "--allow-empty", "-m", "Begin"], in: project)
            return project
        }

        private func git(_ arguments: [String], in folder: String) throws {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments =
                ["git", "-C", folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.com"] + arguments
            try process.run()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0, "git \(arguments)")
        }
    }
}
