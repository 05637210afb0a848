// Slash commands: completing their names, and what there is to know about one that was sent.
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

    public func dismissCommandNotes() { commandNotes = [] }
}

extension ExpandedCommand {
    /// What other agents' files call models by. A family's name means nothing to other vendors, so it is no wish.
    private static let families: Set = ["haiku", "sonnet", "opus", "inherit", "default"]

    /// The model that shall answer where the person has chosen none.
    var wishedModel: String? { model.flatMap { Self.families.contains($0) ? nil : $0 } }

    /// What the person should know, a sentence each.
    func notes(modelIsChosen: Bool) -> [String] {
        var notes: [String] = []
        if let model {
            let answers = wishedModel != nil && !modelIsChosen
            let end = answers ? "which answers." : "but the one that you chose answers."
            notes.append("\(source) asks for the model \(model), \(end)")
        }
        notes += notRun.map {
            "\(source) wants “\($0)” run beforehand. Nothing was run; the agent may run it, with the permission that needs."
        }
        if !allowed.isEmpty { notes.append("\(source) allows \(allowed.joined(separator: ", ")) in this turn.") }
        if !notAllowed.isEmpty {
            let wanted = notAllowed.joined(separator: ", ")
            notes.append("\(source) wants \(wanted) allowed; you are asked all the same.")
        }
        return notes
    }
}
