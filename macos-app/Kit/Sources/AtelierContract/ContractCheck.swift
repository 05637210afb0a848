// How a check of the contract is named, run and failed.
import AtelierKit
import Foundation

/// One thing that every core behind `WorkbenchClient` does. Run all of `ContractCheck.all`, each on a core of its own.
///
/// The core under test must have no session and find no key outside its own credential store. It must answer
/// `endlessPrompt` with text that goes on until it is stopped, `toolPrompt` by asking for a tool first, `formPrompt` by
/// calling a tool that asks the person, each of `commands` by running it, and each other prompt with some text and an end.
public struct ContractCheck: Sendable, CustomStringConvertible {
    /// What is asked when an answer must not end by itself.
    public static let endlessPrompt = "Count until you are stopped."

    /// What is done before each prompt is sent, with the prompt.
    @TaskLocal fileprivate static var prepare: @Sendable (String) async throws -> Void = { _ in }

    public let name: String
    private let body: @Sendable (any WorkbenchClient) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (any WorkbenchClient) async throws -> Void) {
        self.name = name
        self.body = body
    }

    public var description: String { name }

    /// Runs it on a core.
    ///
    /// - Parameters:
    ///   - client: the core.
    ///   - deadline: a core that does not answer until then fails.
    ///   - prepare: sees to it that the prompt is answered as it must be, where the core can't by itself.
    /// - Throws: a `ContractViolation`, or what the core threw.
    public func run(
        on client: any WorkbenchClient,
        deadline: Duration = .seconds(300),
        beforeEachPrompt prepare: @escaping @Sendable (String) async throws -> Void = { _ in }
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Self.$prepare.withValue(prepare) { try await body(client) } }
            group.addTask {
                try await Task.sleep(for: deadline)
                throw ContractViolation("not done within \(deadline)")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

/// What a core does otherwise than the contract says.
public struct ContractViolation: Error, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}

func expect(_ condition: Bool, _ otherwise: @autoclosure () -> String) throws {
    guard condition else { throw ContractViolation(otherwise()) }
}

func expectFailure(_ kind: WorkbenchError.Kind, of what: String, _ action: () async throws -> Void) async throws {
    do {
        try await action()
    } catch let error as WorkbenchError {
        try expect(error.kind == kind, "\(what) failed with \(error.kind), not with \(kind)")
        try expect(error.message.count > 10, "the error of \(what) says nothing to a person: “\(error.message)”")
        return
    }
    throw ContractViolation("\(what) did not fail")
}

extension WorkbenchClient {
    /// Sends a prompt, once it is certain how it will be answered.
    func ask(_ prompt: String, to session: SessionID, asking model: ActiveModel? = nil) async throws {
        try await ContractCheck.prepare(prompt)
        try await send(prompt, to: session, asking: model)
    }
}
