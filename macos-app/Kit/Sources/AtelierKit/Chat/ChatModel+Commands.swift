// Completing the name of a slash command.
import Foundation

extension ChatModel {
    /// Most commands that are offered at once.
    private static let mostOffered = 8

    /// The name of a command is being typed.
    public var isNamingCommand: Bool { draft.hasPrefix("/") && !draft.contains(where: \.isWhitespace) }

    /// The commands that begin with what is typed.
    public var offeredCommands: [SlashCommand] {
        guard isNamingCommand else { return [] }
        let typed = draft.dropFirst().lowercased()
        return Array(commands.filter { $0.name.lowercased().hasPrefix(typed) }.prefix(Self.mostOffered))
    }

    /// Reads which commands there are, as somebody begins to type one. Nothing is offered when that fails.
    public func loadCommands() async {
        guard isNamingCommand else { return }
        commands = (try? await client.commands(in: project)) ?? commands
    }

    /// Writes the name of a command out. False: none is offered.
    @discardableResult
    public func complete(_ command: SlashCommand? = nil) -> Bool {
        guard let command = command ?? offeredCommands.first else { return false }
        draft = "/\(command.name) "
        return true
    }
}
