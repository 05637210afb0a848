// What goes over the network, and who commits, of the real core.
internal import AtelierBindings
import AtelierKit
import Foundation

extension LiveClient {
    public func transfer(
        _ transfer: AtelierKit.GitTransfer,
        in folder: String
    ) -> AsyncThrowingStream<GitProgress, any Error> {
        steps { core in
            switch transfer {
            case .push(let setsUpstream): try core.startPush(directory: folder, setUpstream: setsUpstream)
            case .pull: try core.startPull(directory: folder)
            case .fetch: try core.startFetch(directory: folder)
            }
        }
    }

    public func clone(_ url: String, to path: String) -> AsyncThrowingStream<GitProgress, any Error> {
        steps { core in try core.startClone(url: url, parent: path.parentPath, name: path.pathName) }
    }

    public func makeRepository(_ folder: String) async throws {
        try await Self.rethrowing { try await core.gitInit(directory: folder) }
    }

    private func steps(
        _ start: @escaping @Sendable (AtelierBindings.Workbench) throws -> AtelierBindings.GitTransfer
    ) -> AsyncThrowingStream<GitProgress, any Error> {
        let core = core
        let reader = PulledReader {
            try start(core)
        } close: {
            $0.cancel()
        }
        return AsyncThrowingStream {
            try await reader.next { try await $0.next() }.map(GitProgress.init)
        }
    }

    // MARK: Identities

    public func identities() async throws -> [AtelierKit.GitIdentity] {
        try await Self.rethrowing { try await core.gitIdentities().map(GitIdentity.init) }
    }

    public func createIdentity(_ identity: AtelierKit.GitIdentity) async throws {
        try await Self.rethrowing { try await core.createGitIdentity(identity: GitIdentity(identity)) }
    }

    public func updateIdentity(_ identity: AtelierKit.GitIdentity) async throws {
        try await Self.rethrowing { try await core.updateGitIdentity(identity: GitIdentity(identity)) }
    }

    public func deleteIdentity(_ id: String) async throws {
        try await Self.rethrowing { try await core.deleteGitIdentity(id: id) }
    }

    public func globalIdentity() async throws -> AtelierKit.CurrentIdentity {
        try await Self.rethrowing { CurrentIdentity(try await core.globalGitIdentity()) }
    }

    public func currentIdentity(in folder: String) async throws -> AtelierKit.CurrentIdentity {
        try await Self.rethrowing { CurrentIdentity(try await core.currentGitIdentity(directory: folder)) }
    }

    public func setIdentity(_ id: String, in folder: String) async throws {
        try await Self.rethrowing { try await core.setGitIdentity(directory: folder, id: id) }
    }
}

extension GitProgress {
    fileprivate init(_ step: AtelierBindings.TransferStep) {
        self.init(stage: step.stage, fraction: step.percent.map { Double($0) / 100 }, result: step.result)
    }
}

extension AtelierKit.GitIdentity {
    fileprivate init(_ identity: AtelierBindings.GitIdentity) {
        self.init(
            id: identity.id,
            name: identity.name,
            userName: identity.userName,
            userEmail: identity.userEmail,
            sshKey: identity.sshKey
        )
    }
}

extension AtelierBindings.GitIdentity {
    fileprivate init(_ identity: AtelierKit.GitIdentity) {
        self.init(
            id: identity.id,
            name: identity.name,
            userName: identity.userName,
            userEmail: identity.userEmail,
            sshKey: identity.sshKey
        )
    }
}

extension AtelierKit.CurrentIdentity {
    fileprivate init(_ identity: AtelierBindings.CurrentIdentity) {
        self.init(userName: identity.userName, userEmail: identity.userEmail)
    }
}
