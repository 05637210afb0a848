// The compiler plug-in: answers the compiler's requests on standard input and output.

import Foundation
@_spi(PluginMessage) import SwiftCompilerPluginMessageHandling
import SwiftSyntaxMacros

/// Finds our macros by name.
struct StandInMacros: PluginProvider {
    private static let macros: [String: any Macro.Type] = [
        "EntryMacro": EntryMacro.self,
        "PreviewMacro": PreviewMacro.self,
    ]

    struct UnknownMacro: Error {}

    func resolveMacro(moduleName: String, typeName: String) throws -> any Macro.Type {
        guard let macro = Self.macros[typeName] else { throw UnknownMacro() }
        return macro
    }
}

/// Messages of the compiler: a length in eight bytes, little endian, then JSON.
struct StandardStreams: MessageConnection {
    func sendMessage<Message: Encodable>(_ message: Message) throws {
        let body = try JSONEncoder().encode(message)
        let length = withUnsafeBytes(of: UInt64(body.count).littleEndian) { Data($0) }
        try FileHandle.standardOutput.write(contentsOf: length + body)
    }

    func waitForNextMessage<Message: Decodable>(_ type: Message.Type) throws -> Message? {
        guard let length = try read(MemoryLayout<UInt64>.size) else { return nil }
        let count = length.enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) }
        guard let body = try read(Int(count)) else { return nil }
        return try JSONDecoder().decode(type, from: body)
    }

    /// Nil at the end of input.
    private func read(_ count: Int) throws -> Data? {
        var data = Data()
        while data.count < count {
            guard let more = try FileHandle.standardInput.read(upToCount: count - data.count), !more.isEmpty else {
                return nil
            }
            data.append(more)
        }
        return data
    }
}

@main
enum Plugin {
    static func main() {
        CompilerPluginMessageListener(connection: StandardStreams(), provider: StandInMacros()).main()
    }
}
