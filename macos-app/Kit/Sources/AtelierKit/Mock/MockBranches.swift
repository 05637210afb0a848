// Branches, stashes, transfers and identities of the core in memory.
import Foundation

extension MockClient {
    public func branches(in folder: String) async throws -> [GitBranch] {
        try await check(.git)
        let repository = try repository(folder)
        let local = repository.branches.sorted { $0.key < $1.key }.map { name, hash in
            let remote = repository.remotes["origin/\(name)"]
            return GitBranch(
                name,
                isCurrent: name == repository.branch,
                upstream: remote == nil ? nil : "origin/\(name)",
                ahead: remote == nil ? 0 : repository.distance(from: remote, to: hash),
                behind: remote == nil ? 0 : repository.distance(from: hash, to: remote),
                subject: repository.commit(hash)?.summary.subject ?? ""
            )
        }
        let remote = repository.remotes.sorted { $0.key < $1.key }.map { name, hash in
            GitBranch(name, isRemote: true, subject: repository.commit(hash)?.summary.subject ?? "")
        }
        return local + remote
    }

    public func createBranch(_ name: String, from start: String?, in folder: String) async throws {
        try await changingGit(folder) { try $0.createBranch(name, from: start, disk: &$1) }
    }

    public func checkOut(_ branch: GitBranch, in folder: String) async throws {
        try await changingGit(folder) { try $0.checkOut(branch.name, disk: &$1) }
    }

    public func deleteBranch(_ name: String, forced: Bool, in folder: String) async throws {
        try await changingGit(folder) { repository, _ in try repository.deleteBranch(name, forced: forced) }
    }

    public func deleteRemoteBranch(_ branch: GitBranch, in folder: String) async throws {
        try await changingGit(folder) { repository, _ in
            guard repository.remotes.removeValue(forKey: branch.name) != nil else {
                throw MockRepository.refusal("error: unable to delete '\(branch.name)': remote ref does not exist")
            }
        }
    }

    public func merge(_ branch: String, in folder: String) async throws {
        try await changingGit(folder) { try $0.merge(branch, disk: &$1) }
    }

    public func rebase(onto branch: String, in folder: String) async throws {
        try await changingGit(folder) { try $0.rebase(onto: branch, disk: &$1) }
    }

    public func stashes(in folder: String) async throws -> [GitStash] {
        try await check(.git)
        return try repository(folder).stashes.map(\.stash)
    }

    public func saveStash(_ message: String, in folder: String) async throws {
        try await changingGit(folder) { try $0.saveStash(message, disk: &$1) }
    }

    public func applyStash(_ stash: GitStash, dropping: Bool, in folder: String) async throws {
        try await changingGit(folder) { try $0.applyStash(stash.hash, dropping: dropping, disk: &$1) }
    }

    public func dropStash(_ stash: GitStash, in folder: String) async throws {
        try await changingGit(folder) { repository, _ in try repository.dropStash(stash.hash) }
    }

    // MARK: Transfers

    public nonisolated func transfer(
        _ transfer: GitTransfer,
        in folder: String
    ) -> AsyncThrowingStream<GitProgress, any Error> {
        playing { try await self.finish(transfer, in: folder) }
    }

    public nonisolated func clone(_ url: String, to path: String) -> AsyncThrowingStream<GitProgress, any Error> {
        playing { try await self.makeRepository(path) }
    }

    public func makeRepository(_ folder: String) async throws {
        try await check(.git)
        changeDisk { disk in
            disk.makeFolder(folder)
            if disk.repositories[folder] == nil { disk.repositories[folder] = MockRepository() }
        }
    }

    private func finish(_ transfer: GitTransfer, in folder: String) async throws {
        try await changingGit(folder) { repository, files in
            let (branch, remote) = (repository.branch, "origin/\(repository.branch)")
            switch transfer {
            case .fetch: break
            case .push:
                guard repository.distance(from: repository.branches[branch], to: repository.remotes[remote]) == 0 else {
                    throw MockRepository.refusal("! [rejected] \(branch) -> \(branch) (fetch first)")
                }
                repository.remotes[remote] = repository.branches[branch]
            case .pull:
                guard repository.remotes[remote] != nil else {
                    throw MockRepository.refusal("There is no tracking information for the current branch.")
                }
                try repository.merge(remote, disk: &files)
            }
        }
    }

    /// Half of it, then the rest once `transfer` isn't held.
    private nonisolated func playing(
        _ finish: @escaping @Sendable () async throws -> Void
    ) -> AsyncThrowingStream<GitProgress, any Error> {
        let reader = MockReader()
        return AsyncThrowingStream {
            let step = reader.position ?? 0
            reader.position = step + 1
            switch step {
            case 0: return GitProgress(stage: "Counting objects", fraction: 0.5)
            case 1:
                try await self.check(.transfer)
                try Task.checkCancellation()
                try await finish()
                return GitProgress(stage: "Done", fraction: 1, result: "Everything is up to date.")
            default: return nil
            }
        }
    }

    // MARK: Identities

    public func identities() async throws -> [GitIdentity] {
        try await check(.git)
        return mockIdentities
    }

    public func createIdentity(_ identity: GitIdentity) async throws {
        try await check(.git)
        try Self.validate(identity)
        guard !mockIdentities.contains(where: { $0.id == identity.id }) else {
            throw WorkbenchError(.invalidRequest, "Profile with ID \"\(identity.id)\" already exists")
        }
        mockIdentities.append(identity)
    }

    public func updateIdentity(_ identity: GitIdentity) async throws {
        try await check(.git)
        try Self.validate(identity)
        guard let index = mockIdentities.firstIndex(where: { $0.id == identity.id }) else {
            throw WorkbenchError(.invalidRequest, "Profile with ID \"\(identity.id)\" not found")
        }
        mockIdentities[index] = identity
    }

    public func deleteIdentity(_ id: String) async throws {
        try await check(.git)
        guard mockIdentities.contains(where: { $0.id == id }) else {
            throw WorkbenchError(.invalidRequest, "Profile with ID \"\(id)\" not found")
        }
        mockIdentities.removeAll { $0.id == id }
    }

    public func globalIdentity() async throws -> CurrentIdentity {
        try await check(.git)
        return CurrentIdentity(userName: "Ada Lovelace", userEmail: "ada@example.com")
    }

    public func currentIdentity(in folder: String) async throws -> CurrentIdentity {
        try await check(.git)
        return try repository(folder).identity
    }

    public func setIdentity(_ id: String, in folder: String) async throws {
        guard let identity = mockIdentities.first(where: { $0.id == id }) else {
            throw WorkbenchError(.invalidRequest, "Profile not found")
        }
        try await changingGit(folder) { repository, _ in
            repository.identity = CurrentIdentity(userName: identity.userName, userEmail: identity.userEmail)
        }
    }

    private static func validate(_ identity: GitIdentity) throws {
        guard !identity.userName.isBlank, !identity.userEmail.isBlank else {
            throw WorkbenchError(.invalidRequest, "Profile must have id, userName, and userEmail")
        }
    }
}
