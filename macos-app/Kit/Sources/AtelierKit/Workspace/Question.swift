// Something that is asked before it is done.
import Foundation
import Observation

/// A question to the person about something that can't be taken back.
@MainActor
public struct Question: Identifiable {
    public let id = UUID()
    public let title: String
    /// What would be lost.
    public let message: String
    /// What the button says that does it.
    public let confirmation: String
    let action: @MainActor () async -> Void

    init(_ title: String, _ message: String, _ confirmation: String, _ action: @escaping @MainActor () async -> Void) {
        self.title = title
        self.message = message
        self.confirmation = confirmation
        self.action = action
    }
}

/// A model that asks before it does something that can't be taken back.
@MainActor
public protocol Asking: Reporting {
    /// What is being asked; nil when nothing is.
    var question: Question? { get set }
}

extension Asking {
    /// The person said yes.
    public func confirm(_ question: Question) async {
        self.question = nil
        await question.action()
    }
}
