// Who commits, and how far something is that takes long.
import Foundation

/// Name and address that commits are made with.
public struct GitIdentity: Hashable, Sendable, Identifiable {
    public let id: String
    /// What lists call it.
    public var name: String
    public var userName: String
    public var userEmail: String
    /// Absolute path of the key that is used for SSH; nil leaves it to git.
    public var sshKey: String?

    public init(id: String, name: String, userName: String, userEmail: String, sshKey: String? = nil) {
        self.id = id
        self.name = name
        self.userName = userName
        self.userEmail = userEmail
        self.sshKey = sshKey
    }
}

/// Who commits in a folder now, as git sees it.
public struct CurrentIdentity: Hashable, Sendable {
    public let userName: String?
    public let userEmail: String?

    public init(userName: String? = nil, userEmail: String? = nil) {
        self.userName = userName
        self.userEmail = userEmail
    }
}

/// What goes over the network.
public enum GitTransfer: Hashable, Sendable {
    case push(setsUpstream: Bool)
    case pull
    case fetch
}

/// How far a transfer is.
public struct GitProgress: Hashable, Sendable {
    /// “Receiving objects”
    public let stage: String
    /// 0 to 1; nil when nobody knows.
    public let fraction: Double?
    /// What came of it, once it is done.
    public let result: String?

    public init(stage: String, fraction: Double? = nil, result: String? = nil) {
        self.stage = stage
        self.fraction = fraction
        self.result = result
    }
}

/// A commit that the person wants.
public struct CommitRequest: Hashable, Sendable {
    public let message: String
    /// Takes the place of the last commit.
    public let amends: Bool

    public init(message: String, amends: Bool = false) {
        self.message = message
        self.amends = amends
    }
}
