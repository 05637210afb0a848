// What every core does with commands that agents run: they are watched on a screen, live and afterwards.
import AtelierKit
import Foundation

extension ContractCheck {
    static let commandChecks = [
        ContractCheck("a command of an agent is shown with how it ended, in the background too") { client in
            for prompt in [shortPrompt, backgroundPrompt] {
                try await withFolder { folder in
                    let (session, call) = try await client.letRun(prompt, in: folder)
                    // More than one may look, and one that comes late sees the same.
                    for _ in 0..<2 {
                        let terminal = try await client.terminal(of: call, in: session)
                        try await terminal.waitForEnd()
                        let status = terminal.screen.status()
                        try expect(status == .ended(code: 3, signal: nil), "“\(prompt)” is \(status)")
                        try expect(terminal.grid.hasWhole("printed"), "“\(terminal.grid.text)”")
                    }
                }
            }
        },
        ContractCheck("a command in the background runs on after its turn, and ends with its session") { client in
            try await withFolder { folder in
                let (session, call) = try await client.letRun(lastingPrompt, in: folder)
                let terminals = [
                    try await client.terminal(of: call, in: session), try await client.terminal(of: call, in: session),
                ]
                for terminal in terminals {
                    try await terminal.wait("what it prints") { $0.hasWhole("printed") }
                    try expect(terminal.screen.status() == .running, "it is \(terminal.screen.status())")
                    try await expectFailure(.invalidRequest, of: "typing to it") { try terminal.type("x") }
                }
                try await client.delete(session)
                for terminal in terminals {
                    try await terminal.waitForEnd()
                    guard case .ended(let code, _) = terminal.screen.status(), code != 0 else {
                        throw ContractViolation("it is \(terminal.screen.status())")
                    }
                    try expect(terminal.grid.hasWhole("printed"), "“\(terminal.grid.text)”")
                }
            }
        },
    ]

    /// A command line that a tool runs.
    public struct Command: Sendable {
        public let tool: String
        /// Without quotes and backslashes.
        public let line: String
    }

    private static let shortPrompt = "Run a command."
    private static let backgroundPrompt = "Run a command in the background."
    private static let lastingPrompt = "Leave a command running."

    /// What is asked when the answer must run a command first, and then say something.
    public static let commands = [
        shortPrompt: Command(tool: "shell_exec", line: "echo printed; exit 3"),
        backgroundPrompt: Command(tool: "shell_background", line: "echo printed; exit 3"),
        lastingPrompt: Command(tool: "shell_background", line: "echo printed; sleep 86399"),
    ]
}

extension TerminalGrid {
    /// Whether there is a line of this text alone.
    fileprivate func hasWhole(_ line: String) -> Bool { rows.contains { $0.text == line } }
}

extension WorkbenchClient {
    fileprivate func terminal(of call: ToolCallID, in session: SessionID) async throws -> TerminalUnderCheck {
        TerminalUnderCheck(screen: try await agentTerminal(of: call, in: session))
    }

    /// Sends the prompt to a new session in this folder, allows its command, and reads its turn to the end.
    fileprivate func letRun(
        _ prompt: String,
        in folder: String
    ) async throws -> (session: SessionID, call: ToolCallID) {
        let session = try await createSession().id
        try await work(in: folder, session)
        try await ask(prompt, to: session)
        let asked = try await read(session) { $0.events.last?.body == .stateChanged(state: .waitingApproval) }
        guard case .toolCall(let call, .some)? = asked.events.map(\.body).last(where: \.isQuestion) else {
            throw ContractViolation("it waits and nobody is asked")
        }
        try await resolve(call, of: session, with: .once)
        _ = try await read(session, after: asked.events.last?.seq ?? 0) { $0.isAtRest }
        return (session, call)
    }
}

extension SessionEvent.Body {
    fileprivate var isQuestion: Bool {
        if case .toolCall(_, .some) = self { true } else { false }
    }
}
