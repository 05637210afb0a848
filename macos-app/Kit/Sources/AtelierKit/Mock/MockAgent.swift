// Agents of the core in memory: folders, modes, and questions that wait for an answer.
import Foundation

extension MockClient {
    public func work(in folder: String, _ session: SessionID) async throws {
        try await check(.agent)
        _ = try log(of: session)
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw WorkbenchError(.invalidRequest, "An agent can't work in \(folder); choose a folder that exists.")
        }
        update(session) { $0.append(.sessionProject(path: folder)) }
    }

    public func commands(in folder: String?) async throws -> [SlashCommand] {
        try await check(.agent)
        return mockCommands.keys.sorted { $0.name < $1.name }
    }

    public func expand(_ prompt: String, in folder: String?) async throws -> ExpandedCommand? {
        try await check(.agent)
        let words = prompt.split(separator: " ", maxSplits: 1)
        guard let first = words.first, let command = mockCommands.first(where: { "/\($0.key.name)" == first }) else {
            return nil
        }
        let arguments = words.count > 1 ? words[1] : ""
        return ExpandedCommand(
            prompt: command.value.prompt.replacing("$ARGUMENTS", with: arguments),
            model: command.value.model,
            source: command.value.source,
            notRun: command.value.notRun,
            allowed: command.value.allowed,
            notAllowed: command.value.notAllowed
        )
    }

    public func compact(_ session: SessionID) async throws -> Bool {
        try await check(.agent)
        let log = try log(of: session)
        guard log.openTurn == nil else {
            throw WorkbenchError(.sessionBusy, "This session is at work; wait for it or stop it.")
        }
        guard let last = log.lastMessage else { return false }
        update(session) { $0.append(.historyCompacted(upTo: last, summary: "What was said.", isAutomatic: false)) }
        return true
    }

    public func setMode(_ mode: PermissionMode, of session: SessionID) async throws {
        try await check(.agent)
        _ = try log(of: session)
        guard mode != .bypassPermissions || mockTools.settings.allowsBypass else {
            throw WorkbenchError(.invalidRequest, "Working without being asked is switched off in the settings.")
        }
        update(session) { $0.append(.modeChanged(mode: mode)) }
    }

    public func resolve(_ call: ToolCallID, of session: SessionID, with answer: ApprovalAnswer) async throws {
        try await check(.agent)
        guard let counted = try log(of: session).asked[call] else {
            throw WorkbenchError(.invalidRequest, "There is no question about the call tc_\(call) to answer.")
        }
        let decision = Decision(answer)
        guard let counted else {
            return update(session) { $0.append(.approvalResolved(call: call, decision: decision)) }
        }
        guard counted.isApproval == decision.isApproval else {
            throw WorkbenchError(.invalidRequest, "The question about the call tc_\(call) was answered otherwise.")
        }
    }

    public func withdraw(_ prompt: QueuedPromptID, of session: SessionID) async throws -> String {
        try await check(.agent)
        guard let queued = try log(of: session).queued.first(where: { $0.id == prompt }) else {
            throw WorkbenchError(.invalidRequest, "The prompt \(prompt) is not queued; it was delivered or taken back.")
        }
        update(session) { $0.append(.promptWithdrawn(prompt: prompt)) }
        return queued.text
    }

    public func goOn(_ session: SessionID) async throws -> Bool {
        try await check(.agent)
        _ = try log(of: session)
        return false
    }

    /// Asks for a tool, waits for the answer where the mode wants one, and runs it. Nothing changes on any disk.
    func play(_ call: MockCall, in session: SessionID) async {
        let needsAnswer = (try? log(of: session).mode) != .bypassPermissions
        update(session) { log in
            log.request(call.tool, call.params)
            guard needsAnswer else { return }
            let expiry = Date(timeIntervalSinceNow: 300)
            log.askWhetherToRun(
                ToolQuestion(preview: call.preview, isDangerous: call.isDangerous, expiresAt: expiry)
            )
        }
        let decision = needsAnswer ? await decision(in: session) : .approved(always: false)
        guard !Task.isCancelled else { return }
        if decision.isApproval { runCommand(call, of: session) }
        update(session) { log in
            switch decision {
            case .approved:
                log.run()
                log.settle(.success(content: call.result, metadata: nil), after: .milliseconds(20))
            case .rejected(let message):
                log.settle(.rejected(reason: "User rejected the operation", userMessage: message))
            case .timedOut: log.settle(.rejected(reason: "Approval timed out", userMessage: nil))
            }
        }
    }

    /// The answer to the newest question, once there is one.
    private func decision(in session: SessionID) async -> Decision {
        while !Task.isCancelled {
            let asked = (try? log(of: session).asked) ?? [:]
            if let newest = asked.max(by: { $0.key < $1.key }), let decision = newest.value { return decision }
            await waitForNews()
        }
        return .timedOut
    }
}

extension Decision {
    init(_ answer: ApprovalAnswer) {
        self =
            switch answer {
            case .once: .approved(always: false)
            case .always: .approved(always: true)
            case .refuse(let message): .rejected(message: message)
            }
    }

    var isApproval: Bool {
        if case .approved = self { true } else { false }
    }
}
