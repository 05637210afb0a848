// Servers that ask something, for previews, screen tests and the gallery.
import AtelierKit
import Foundation

extension PreviewData {
    /// What a server asks for to file a ticket.
    static let ticketForm = [
        ElicitationField(
            name: "title",
            label: "Title",
            isRequired: true,
            kind: .text,
            hint: "text of at most 80 characters",
            defaultText: "The login fails after a refresh"
        ),
        ElicitationField(
            name: "points",
            label: "Estimate",
            summary: "How much work it is",
            kind: .number,
            hint: "a whole number from 1 to 5"
        ),
        ElicitationField(name: "urgent", label: "Urgent", isRequired: true, kind: .yesNo, hint: "yes or no"),
        ElicitationField(
            name: "team",
            label: "Team",
            kind: .choice([option("core", "Core"), option("app", "App")]),
            hint: "one of core (Core), app (App)",
            defaultText: "app"
        ),
        ElicitationField(
            name: "labels",
            label: "Labels",
            kind: .choices([option("bug", "Bug"), option("login", "Login"), option("docs", "Docs")]),
            hint: "any of bug (Bug), login (Login), docs (Docs)",
            defaultText: "bug, login"
        ),
    ]

    private static func option(_ value: String, _ label: String) -> ElicitationOption {
        ElicitationOption(value: value, label: label)
    }

    /// A server wants values.
    static var formLog: MockLog { asking(.form(ticketForm), "Which ticket shall I file?") }

    /// A server wants the person to go somewhere.
    static var visitLog: MockLog {
        asking(.visit(url: "https://tickets.example/grant?for=atelier"), "Let Atelier into your tickets, please.")
    }

    private static func asking(_ wanted: ElicitationWanted, _ message: String) -> MockLog {
        var log = MockLog(id: "44444444-5c0e-4f0b-9c69-3f2f4a3d1b99", updated: day(6))
        log.append(.sessionProject(path: project), at: day(6))
        log.ask("File a ticket about the login.", of: claude, at: day(6))
        log.request("create_ticket", #"{"about": "login"}"#, at: day(6, 1))
        log.run(at: day(6, 1))
        log.elicit(wanted, saying: message, from: "tickets", at: day(6, 2))
        return log
    }

    @MainActor static var formChat: ChatModel { chat(formLog) }
    @MainActor static var visitChat: ChatModel { chat(visitLog) }
}
