// Finding in the core in memory: files that a test wrote down.
import Foundation

/// What the core in memory finds.
public struct MockFinding: Sendable {
    /// Texts by their paths from the folder on.
    public var files: [String: String]
    /// Relative paths, the one that was opened last first.
    public internal(set) var opened: [String] = []
    /// The folder is still being read.
    public var isIncomplete = false

    public init(files: [String: String] = [:]) { self.files = files }

    /// Letters in their order, whatever their case; the bytes that stand for them.
    fileprivate static func marks(of letters: String, in path: String) -> [Int]? {
        var wanted = letters.lowercased().filter { !$0.isWhitespace }[...]
        var (marks, offset) = ([Int](), 0)
        for character in path {
            if let first = wanted.first, character.lowercased() == String(first) {
                marks.append(offset)
                wanted = wanted.dropFirst()
            }
            offset += String(character).utf8.count
        }
        return wanted.isEmpty ? marks : nil
    }

    fileprivate func lines(
        _ query: ContentQuery,
        of path: String
    ) throws -> [(number: Int, text: String, found: [Range<String.Index>])] {
        let expression = try Self.expression(query)
        let text = files[path] ?? ""
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            let line = String(line)
            let found = expression.matches(in: line, range: NSRange(line.startIndex..., in: line)).compactMap {
                Range($0.range, in: line)
            }
            return found.isEmpty ? nil : (index + 1, line, found)
        }
    }

    fileprivate func paths(_ query: ContentQuery) -> [String] {
        files.keys.sorted().filter { path in
            (query.include.isEmpty || query.include.contains { Self.fits($0, path) })
                && !query.exclude.contains { Self.fits($0, path) }
        }
    }

    /// Only what tests need of globs: “*.swift”, “Tests/**”.
    private static func fits(_ glob: String, _ path: String) -> Bool {
        if glob.hasSuffix("/**") { return path.hasPrefix(glob.dropLast(2)) }
        return glob.hasPrefix("*") ? path.hasSuffix(glob.dropFirst()) : path == glob
    }

    fileprivate static func expression(_ query: ContentQuery) throws -> NSRegularExpression {
        guard !query.pattern.isEmpty else { throw WorkbenchError(.invalidRequest, "Write what is to be looked for.") }
        var pattern = query.isRegex ? query.pattern : NSRegularExpression.escapedPattern(for: query.pattern)
        if query.isWord { pattern = "\\b(?:\(pattern))\\b" }
        let isSensitive = query.isCaseSensitive || query.pattern.contains(where: \.isUppercase)
        do {
            return try NSRegularExpression(pattern: pattern, options: isSensitive ? [] : .caseInsensitive)
        } catch {
            throw WorkbenchError(.invalidRequest, "“\(query.pattern)” is no regular expression; correct it.")
        }
    }
}

extension MockClient {
    public func findFiles(_ letters: String, in folder: String) async throws -> FoundFiles {
        try await check(.finding)
        let recent = mockFinding.opened
        let hits = mockFinding.files.keys.compactMap { path -> FoundFile? in
            guard let marks = MockFinding.marks(of: letters, in: path) else { return nil }
            return FoundFile(path: "\(folder)/\(path)", relativePath: path, marks: marks)
        }
        let place = { (file: FoundFile) in recent.firstIndex(of: file.relativePath) ?? recent.count }
        let sorted = hits.sorted { (place($0), $0.relativePath) < (place($1), $1.relativePath) }
        return FoundFiles(hits: sorted, total: UInt64(sorted.count), isComplete: !mockFinding.isIncomplete)
    }

    public func noteOpened(_ path: String, in folder: String) async throws {
        try await check(.finding)
        let relative = String(path.dropFirst(folder.count + 1))
        mockFinding.opened = [relative] + mockFinding.opened.filter { $0 != relative }
    }

    /// Changes what there is to find.
    public func updateFinding(_ change: @Sendable (inout MockFinding) -> Void) { change(&mockFinding) }

    public nonisolated func searchContent(
        _ query: ContentQuery,
        in folder: String
    ) -> AsyncThrowingStream<ContentResults, any Error> {
        let paths = MockPaths()
        return AsyncThrowingStream { try await self.nextFile(query, paths) }
    }

    public nonisolated func previewReplacing(
        _ query: ContentQuery,
        with replacement: String,
        in folder: String
    ) -> AsyncThrowingStream<[FileReplacement], any Error> {
        let isRead = MockPaths()
        return AsyncThrowingStream {
            guard isRead.rest == nil else { return nil }
            isRead.rest = []
            return try await self.replacements(query, with: replacement)
        }
    }

    public func replace(
        _ query: ContentQuery,
        with replacement: String,
        in files: [FileReplacement],
        of folder: String
    ) async throws -> [ReplaceOutcome] {
        try await check(.finding)
        let expression = try MockFinding.expression(query)
        return files.map { file in
            guard let text = mockFinding.files[file.path], String(text.hashValue) == file.stamp else {
                let problem = "`\(file.path)` has changed since; look at it again."
                return ReplaceOutcome(path: file.path, problem: problem)
            }
            let whole = NSRange(text.startIndex..., in: text)
            mockFinding.files[file.path] = expression.stringByReplacingMatches(
                in: text,
                range: whole,
                withTemplate: replacement
            )
            return ReplaceOutcome(path: file.path, count: file.count)
        }
    }

    private func nextFile(_ query: ContentQuery, _ paths: MockPaths) async throws -> ContentResults? {
        try await check(.finding)
        try Task.checkCancellation()
        _ = try MockFinding.expression(query)
        let all = mockFinding.paths(query)
        var rest = paths.rest ?? all[...]
        defer { paths.rest = rest }
        while let path = rest.popFirst() {
            let lines = try mockFinding.lines(query, of: path)
            guard !lines.isEmpty else { continue }
            let found = lines.map { FoundLine(number: $0.number, parts: MarkedPart.parts(of: $0.text, $0.found)) }
            let searched = UInt64(all.count - rest.count)
            return ContentResults(files: [FileMatches(path: path, lines: found)], searched: searched)
        }
        return nil
    }

    private func replacements(_ query: ContentQuery, with replacement: String) async throws -> [FileReplacement] {
        try await check(.finding)
        let expression = try MockFinding.expression(query)
        return try mockFinding.paths(query).compactMap { path in
            let lines = try mockFinding.lines(query, of: path)
            guard !lines.isEmpty else { return nil }
            let changed = lines.map { line in
                let whole = NSRange(line.text.startIndex..., in: line.text)
                let after = expression.stringByReplacingMatches(in: line.text, range: whole, withTemplate: replacement)
                return FileReplacement.Line(
                    number: line.number,
                    before: MarkedPart.parts(of: line.text, line.found),
                    after: [MarkedPart(text: after, isFound: false)]
                )
            }
            return FileReplacement(
                path: path,
                stamp: String((mockFinding.files[path] ?? "").hashValue),
                count: UInt64(lines.reduce(0) { $0 + $1.found.count }),
                lines: changed
            )
        }
    }
}

extension MarkedPart {
    fileprivate static func parts(of text: String, _ found: [Range<String.Index>]) -> [MarkedPart] {
        var (parts, at) = ([MarkedPart](), text.startIndex)
        for range in found {
            parts.append(MarkedPart(text: String(text[at..<range.lowerBound]), isFound: false))
            parts.append(MarkedPart(text: String(text[range]), isFound: true))
            at = range.upperBound
        }
        parts.append(MarkedPart(text: String(text[at...]), isFound: false))
        return parts.filter { !$0.text.isEmpty }
    }
}

/// What a reader has still to look at. Used by that reader alone.
private final class MockPaths: @unchecked Sendable {
    var rest: ArraySlice<String>?
}
