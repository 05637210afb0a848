// What a model server is asked.
import Foundation

/// A request as the server recorded it.
public struct ModelRequest: Decodable, Sendable {
    public struct Body: Decodable, Sendable {
        public var model: String
        public var messages: [Message]
    }

    /// One message of the conversation that was sent.
    public struct Message: Decodable, Equatable, Sendable {
        public var role: String
        public var content: [Content]

        public init(_ role: String, _ text: String) {
            self.role = role
            content = [Content(text: text)]
        }
    }

    public struct Content: Decodable, Equatable, Sendable { public var text: String? }

    /// How the answer ended.
    public enum Ending: Decodable, Equatable, Sendable {
        case complete, cut, closedByClient

        public init(from decoder: any Decoder) throws {
            switch try? decoder.singleValueContainer().decode(String.self) {
            case "complete": self = .complete
            case "cut": self = .cut
            default: self = .closedByClient
            }
        }
    }

    public var headers: [String: String]
    public var body: Body
    /// Nil while it goes on.
    public var ending: Ending?
}
