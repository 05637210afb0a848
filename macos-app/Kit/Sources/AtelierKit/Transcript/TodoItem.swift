// The to-do list that a model keeps of its own work.
import Foundation

/// One item of the list.
public struct TodoItem: Identifiable, Hashable, Sendable, Decodable {
    public enum Status: String, Hashable, Sendable, Decodable {
        case pending
        case inProgress = "in_progress"
        case completed
    }

    /// Its place in the list, from 0.
    public var id = 0
    public let text: String
    public let status: Status

    private enum CodingKeys: CodingKey { case text, status }

    public init(id: Int = 0, text: String, status: Status) {
        self.id = id
        self.text = text
        self.status = status
    }

    /// The list in what the tool `todo` answers for programs; nil when it is not what it should be.
    static func list(inMetadata metadata: String) -> [TodoItem]? {
        struct Answer: Decodable { let items: [TodoItem] }
        guard let items = try? JSONDecoder().decode(Answer.self, from: Data(metadata.utf8)).items else { return nil }
        return items.enumerated().map { TodoItem(id: $0, text: $1.text, status: $1.status) }
    }
}
