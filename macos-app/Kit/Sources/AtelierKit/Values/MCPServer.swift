// Servers that bring more tools, as the files of the person and of projects have them.

/// An MCP server and how it stands.
public struct MCPServer: Hashable, Sendable, Identifiable {
    public enum Origin: Hashable, Sendable {
        /// The person, for all folders.
        case person
        /// A file of the folder. The person has to allow such a server once.
        case folder
    }

    public enum State: Hashable, Sendable {
        /// The folder brings it along, and the person has not said whether it may be used.
        case needsConsent
        /// The person does not want it.
        case refused
        /// It is started when it is needed.
        case idle
        case running
        /// The person must log in first.
        case loginNeeded
        /// It did not start; a call tries it again.
        case failed(reason: String)
    }

    public let name: String
    public let origin: Origin
    /// The file that says that there is one, an absolute path.
    public let file: String
    /// What is started, or the address, as it stands in the file.
    public let target: String
    /// The names of the variables or headers that it gets.
    public let gets: [String]
    public var state: State
    /// How many tools it has, once that is known.
    public var toolCount: UInt64?

    public var id: String { name }

    public init(
        name: String,
        origin: Origin,
        file: String,
        target: String,
        gets: [String] = [],
        state: State = .idle,
        toolCount: UInt64? = nil
    ) {
        self.name = name
        self.origin = origin
        self.file = file
        self.target = target
        self.gets = gets
        self.state = state
        self.toolCount = toolCount
    }
}

/// The servers for the work in a folder.
public struct MCPServers: Hashable, Sendable {
    public var servers: [MCPServer]
    /// What is wrong with the files, a sentence each. The other servers are not affected.
    public var problems: [String]

    public init(servers: [MCPServer] = [], problems: [String] = []) {
        self.servers = servers
        self.problems = problems
    }
}

/// A tool of a server.
public struct MCPTool: Hashable, Sendable, Identifiable {
    public let name: String
    /// What it does.
    public let summary: String
    /// The server says that it only looks: it runs without being asked about.
    public let isReadOnly: Bool

    public var id: String { name }

    public init(name: String, summary: String, isReadOnly: Bool = false) {
        self.name = name
        self.summary = summary
        self.isReadOnly = isReadOnly
    }
}

/// How a server is reached.
public enum MCPReach: Hashable, Sendable {
    /// A program that is started; `variables` may hold secrets.
    case program(command: String, arguments: [String], variables: [String: String])
    /// A server that is there already; `headers` may hold secrets.
    case address(url: String, headers: [String: String])
}
