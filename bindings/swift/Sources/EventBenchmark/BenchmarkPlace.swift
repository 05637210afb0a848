// Where a benchmark runs: a folder, the fake model server, and the reader in Rust that it is compared with.
import AtelierCore
import AtelierKit
import Foundation
import ModelServer

struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

struct BenchmarkPlace {
    let server: FakeModelServer
    private let folder: URL
    private let rustReader: String

    init() throws {
        guard let reader = ProcessInfo.processInfo.environment["ATELIER_READ_LOG"] else {
            throw BenchmarkFailure("Set ATELIER_READ_LOG to the built example read-log, as scripts/bench does.")
        }
        rustReader = reader
        server = try FakeModelServer()
        folder = FileManager.default.temporaryDirectory.appending(path: "atelier-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func open() async throws -> LiveClient {
        let variables = [
            "ATELIER_DATA_DIR": folder.path, "ATELIER_CONFIG_DIR": folder.path,
            "ANTHROPIC_API_KEY": "none", "ANTHROPIC_BASE_URL": server.url.absoluteString,
        ]
        let environment = CoreOptions.Environment(home: folder.path, variables: variables)
        return try await LiveClient.open(CoreOptions(environment: environment))
    }

    /// Microseconds that the façade's own reader takes for the same log, in a program without Swift.
    func readInRust(_ session: SessionID) throws -> Double {
        let (reader, output) = (Process(), Pipe())
        reader.executableURL = URL(fileURLWithPath: rustReader)
        reader.arguments = [folder.path, session]
        reader.standardOutput = output
        try reader.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        reader.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
        guard let microseconds = Double(text) else { throw BenchmarkFailure("The reader in Rust said “\(text)”.") }
        return microseconds
    }
}
