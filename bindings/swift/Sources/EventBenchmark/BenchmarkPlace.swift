// Where a benchmark runs: a folder, the fake model server, and the reader in Rust that it is compared with.
import AtelierCore
import AtelierKit
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

struct BenchmarkPlace {
    private let folder: URL
    private let server: URL
    private let process: Process
    /// The server ends when its standard input closes.
    private let lifeline = Pipe()
    private let rustReader: String

    init() throws {
        let environment = ProcessInfo.processInfo.environment
        guard let path = environment["ATELIER_FAKE_MODEL_SERVER"], let reader = environment["ATELIER_READ_LOG"] else {
            throw BenchmarkFailure(
                "Set ATELIER_FAKE_MODEL_SERVER and ATELIER_READ_LOG to the built programs, as scripts/bench does."
            )
        }
        rustReader = reader
        folder = FileManager.default.temporaryDirectory.appending(path: "atelier-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let output = Pipe()
        process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["--exit-with-stdin"]
        process.standardInput = lifeline
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let url = URL(string: line.replacing("listening on ", with: "").trimmingCharacters(in: .newlines)) else {
            throw BenchmarkFailure("The fake model server said “\(line)” instead of where it listens.")
        }
        server = url
    }

    func remove() {
        try? lifeline.fileHandleForWriting.close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Answers each request from now on with these steps between a proper start and end.
    func script(steps: [String]) async throws {
        var request = URLRequest(url: server.appending(path: "_script"))
        request.httpMethod = "POST"
        let all = [#""start""#] + steps + [#"{"stop": "end_turn"}"#]
        request.httpBody = Data(#"{"default": {"steps": [\#(all.joined(separator: ","))]}}"#.utf8)
        let (data, response) = try await URLSession.shared.data(for: request)
        guard (response as? HTTPURLResponse)?.statusCode == 200 else {
            throw BenchmarkFailure(String(decoding: data, as: UTF8.self))
        }
    }

    func open() async throws -> LiveClient {
        let variables = [
            "ATELIER_DATA_DIR": folder.path, "ATELIER_CONFIG_DIR": folder.path,
            "ANTHROPIC_API_KEY": "none", "ANTHROPIC_BASE_URL": server.absoluteString,
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
