// The MCP servers, as the settings show them.
import Foundation
import Observation

/// The servers for the work in one folder, or the person's own.
@MainActor
@Observable
public final class MCPModel {
    /// A log-in that goes on in the browser.
    public struct Login: Hashable, Sendable {
        public let server: String
        /// Where the person is to go; nil until the server has said.
        public internal(set) var address: String?
    }

    /// Whose servers are shown; nil: the person's own.
    public var folder: String?
    /// Nil until they were read.
    public private(set) var found: MCPServers?
    /// The tools of servers that were asked for them, by the servers' names.
    public private(set) var tools: [String: [MCPTool]] = [:]
    /// The server that is being started to ask for its tools.
    public private(set) var asking: String?
    public private(set) var login: Login?
    /// Why something could not be done.
    public private(set) var problem: String?
    public private(set) var isBusy = false
    /// The server that the person is asked about before it is removed.
    public var removing: MCPServer?
    /// A server that is being written; nil while none is.
    public var draft: MCPDraft?

    @ObservationIgnored private let client: any WorkbenchClient

    public init(client: any WorkbenchClient) { self.client = client }

    public func load() async { await changing {} }

    /// Another folder's servers are shown from now on.
    public func forgetTools() { tools = [:] }

    public func beginAdding() { draft = MCPDraft() }

    /// Adds the server that was written. It stays as it is written when that fails.
    public func add() async {
        guard let draft, draft.canBeAdded, !isBusy else { return }
        await changing {
            try await client.addMCPServer(draft.plainName, draft.reach, to: draft.isForFolder ? folder : nil)
            self.draft = nil
        }
    }

    /// Removes a server from its file. The person has been asked before.
    public func remove(_ server: MCPServer) async {
        await changing {
            try await client.removeMCPServer(server.name, in: folder)
            tools[server.name] = nil
        }
    }

    /// Keeps whether a server that the folder brings along may be used.
    public func allow(_ server: MCPServer, _ isAllowed: Bool) async {
        await changing { try await client.allowMCPServer(server.name, isAllowed, in: folder) }
    }

    /// Starts a server and reads which tools it has.
    public func askForTools(of server: MCPServer) async {
        guard asking == nil else { return }
        asking = server.name
        defer { asking = nil }
        await changing { tools[server.name] = try await client.mcpTools(of: server.name, in: folder) }
    }

    /// Logs the person in: `open` is told where they are to go. Returns when they have come back.
    public func logIn(to server: MCPServer, open: @escaping @MainActor @Sendable (String) -> Void) async {
        guard login == nil else { return }
        login = Login(server: server.name)
        defer { login = nil }
        await changing {
            try await client.logIn(toMCPServer: server.name, in: folder) { [weak self] address in
                await self?.visit(address, open)
            }
        }
    }

    public func logOut(of server: MCPServer) async {
        await changing { try await client.logOut(ofMCPServer: server.name, in: folder) }
    }

    public func dismissProblem() { problem = nil }

    private func visit(_ address: String, _ open: @MainActor (String) -> Void) {
        login?.address = address
        open(address)
    }

    /// Does something and lists what there is then; a failed start has changed how a server stands, too.
    private func changing(_ action: () async throws -> Void) async {
        let shown = folder
        isBusy = true
        defer { isBusy = false }
        var failure: String?
        do { try await action() } catch { failure = error.sentence }
        do {
            let read = try await client.mcpServers(in: shown)
            if shown == folder { found = read }
        } catch {
            failure = failure ?? error.sentence
        }
        problem = failure
    }
}

/// A server as it is being written.
public struct MCPDraft: Hashable, Sendable, Identifiable {
    public enum Kind: Hashable, Sendable, CaseIterable { case program, address }

    public let id = UUID()
    public var name = ""
    public var kind = Kind.program
    /// The program and its arguments as in a shell: parts with spaces stand in quotes.
    public var command = ""
    public var url = ""
    /// Variables or headers, one “NAME=value” a line.
    public var values = ""
    /// It goes into the folder's file, for everybody who works there.
    public var isForFolder = false

    public init() {}

    var plainName: String { name.trimmingCharacters(in: .whitespaces) }

    public var canBeAdded: Bool {
        !name.isBlank && (kind == .program ? !command.isBlank : !url.isBlank) && badLine == nil
    }

    /// The first line of `values` that is none; nil when all are.
    public var badLine: String? {
        lines.first { line in line.split(separator: "=", maxSplits: 1).count < 2 || line.hasPrefix("=") }
    }

    public var reach: MCPReach {
        let pairs = lines.map { line in
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
        let values = Dictionary(pairs, uniquingKeysWith: { $1 })
        guard kind == .program else {
            return .address(url: url.trimmingCharacters(in: .whitespaces), headers: values)
        }
        let words = Self.words(of: command)
        return .program(command: words.first ?? "", arguments: Array(words.dropFirst()), variables: values)
    }

    private var lines: [String] {
        values.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// Words of a command line: quotes hold together, a backslash takes the next character as it is.
    static func words(of line: String) -> [String] {
        var words: [String] = []
        var (word, quote, isEscaped) = (String?.none, Character?.none, false)
        for character in line {
            switch character {
            case _ where isEscaped:
                word = (word ?? "") + String(character)
                isEscaped = false
            case "\\" where quote != "'": isEscaped = true
            case quote: quote = nil
            case "\"" where quote == nil, "'" where quote == nil:
                quote = character
                word = word ?? ""
            case _ where character.isWhitespace && quote == nil:
                words += [word].compactMap(\.self)
                word = nil
            default: word = (word ?? "") + String(character)
            }
        }
        return words + [word].compactMap(\.self)
    }
}
