// Files of the core in memory.
import Foundation

extension MockClient {
    public func entries(of folder: String) async throws -> [FileEntry] {
        try await check(.files)
        return try disk.entries(of: folder)
    }

    public func readFile(_ path: String) async throws -> FileText {
        try await check(.files)
        return try disk.read(path)
    }

    public func writeFile(_ text: String, to path: String, replacing stamp: String?) async throws -> String {
        try await check(.files)
        return try changeDisk { try $0.write(text, to: path, replacing: stamp) }
    }

    public func createFolder(_ path: String) async throws {
        try await check(.files)
        changeDisk { $0.makeFolder(path) }
    }

    public func renameFile(_ path: String, to name: String) async throws {
        try await check(.files)
        guard !name.isBlank, !name.contains("/") else {
            throw WorkbenchError(.invalidRequest, "“\(name)” can't be a name; choose one without a slash.")
        }
        try changeDisk { try $0.move(path, to: "\(path.parentPath)/\(name)", copying: false) }
    }

    public func moveFile(_ path: String, to target: String) async throws {
        try await check(.files)
        try changeDisk { try $0.move(path, to: target, copying: false) }
    }

    public func copyFile(_ path: String, to target: String) async throws {
        try await check(.files)
        try changeDisk { try $0.move(path, to: target, copying: true) }
    }

    public func trashFile(_ path: String) async throws {
        try await check(.files)
        try changeDisk { try $0.trash(path) }
    }

    public nonisolated func workspaceChanges(in folder: String) -> AsyncThrowingStream<WorkspaceChange, any Error> {
        let reader = MockReader()
        return AsyncThrowingStream {
            try await self.nextChange(in: folder, for: reader)
        }
    }

    /// Words of Swift in one colour, comments and strings in others: enough to see that colours arrive.
    public func colours(of text: String, in path: String) async throws -> [[ColourSpan]] {
        try await check(.files)
        guard path.hasSuffix(".swift") else { return [] }
        return text.textLines().map(MockColours.spans)
    }

    private func nextChange(in folder: String, for reader: MockReader) async throws -> WorkspaceChange? {
        while !Task.isCancelled {
            try await check(.files)
            guard let seen = reader.position else {
                reader.position = disk.version
                return WorkspaceChange(isEverything: true, notice: disk.notice)
            }
            let change = disk.changes(after: seen, in: folder)
            if change.isEverything || !change.folders.isEmpty {
                reader.position = disk.version
                return change
            }
            await waitForNews()
        }
        return nil
    }
}

/// Colours for the few words that fixtures use.
private enum MockColours {
    private static let keywords: Set<Substring> = [
        "func", "let", "var", "struct", "import", "try", "await", "async", "throws", "return", "guard", "else", "if",
        "static", "private", "public", "extension", "true", "false", "nil",
    ]

    static func spans(of line: Substring) -> [ColourSpan] {
        if let comment = line.range(of: "//") {
            let start = line.utf8.distance(from: line.startIndex, to: comment.lowerBound)
            return words(of: line[..<comment.lowerBound]) + [ColourSpan(start..<line.utf8.count, .comment)]
        }
        return words(of: line)
    }

    private static func words(of line: Substring) -> [ColourSpan] {
        line.split { !$0.isLetter }.compactMap { word in
            let start = line.utf8.distance(from: line.startIndex, to: word.startIndex)
            let range = start..<(start + word.utf8.count)
            if keywords.contains(word) { return ColourSpan(range, .keyword) }
            return word.first?.isUppercase == true ? ColourSpan(range, .type) : nil
        }
    }
}
