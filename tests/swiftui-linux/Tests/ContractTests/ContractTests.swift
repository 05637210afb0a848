// What must compile against the stand-in, and what must not: each snippet is compiled by itself. One after the other, and
// no thread of Swift's pool waits for a compiler: the pool is small, and all other tests need it.

import Foundation
import Testing

/// A file of `Contract/accept` or `Contract/reject`.
struct Snippet: Sendable, CustomTestStringConvertible {
    let file: URL

    var testDescription: String { file.deletingPathExtension().lastPathComponent }

    /// The error that the first line expects.
    var expectedError: String? {
        get throws {
            let first = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").first ?? ""
            return first.hasPrefix("// error: ") ? String(first.dropFirst("// error: ".count)) : nil
        }
    }

    static func all(in folder: String) throws -> [Snippet] {
        let package = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardizedFileURL
        let files = try FileManager.default.contentsOfDirectory(
            at: package.appendingPathComponent("Contract/" + folder),
            includingPropertiesForKeys: nil
        )
        return files.filter { $0.pathExtension == "swift" }.sorted { $0.path < $1.path }.map(Snippet.init)
    }

    /// What the compiler says, as far as the data-race checks that follow type checking.
    func compile() async throws -> (status: Int32, messages: String) {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result(catching: runCompiler)) }
        }
    }

    private func runCompiler() throws -> (status: Int32, messages: String) {
        let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let plugin = products.appendingPathComponent("StandInMacros-tool").path
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments = [
            "swiftc", "-swift-version", "6", "-enable-upcoming-feature", "ExistentialAny", "-parse-as-library",
            "-I", products.appendingPathComponent("Modules").path, "-load-plugin-executable", plugin + "#StandInMacros",
            "-emit-sil", "-o", "/dev/null", file.path,
        ]
        let output = Pipe()
        compiler.standardError = output
        compiler.standardOutput = FileHandle.nullDevice
        try compiler.run()
        let messages = try output.fileHandleForReading.readToEnd() ?? Data()
        compiler.waitUntilExit()
        return (compiler.terminationStatus, String(decoding: messages, as: UTF8.self))
    }
}

struct ContractTests {
    @Test(.serialized, arguments: try Snippet.all(in: "accept"))
    func compiles(snippet: Snippet) async throws {
        let (status, messages) = try await snippet.compile()
        #expect(status == 0 && messages.isEmpty, "\(messages)")
    }

    @Test(.serialized, arguments: try Snippet.all(in: "reject"))
    func doesNotCompile(snippet: Snippet) async throws {
        let expected = try #require(try snippet.expectedError)
        let (status, messages) = try await snippet.compile()
        #expect(status != 0)
        let errors = messages.split(separator: "\n").filter { $0.contains("error: ") }
        #expect(errors.contains { $0.contains(expected) }, "\(messages)")
    }
}
