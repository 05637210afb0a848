// Finding files and what they hold, in the real core.
internal import AtelierBindings
import AtelierKit
import Foundation

extension LiveClient {
    /// Most files that quick open lists, and most lines that a search finds.
    private static let mostFiles: UInt32 = 200
    private static let mostLines: UInt32 = 10_000

    public func findFiles(_ letters: String, in folder: String) async throws -> AtelierKit.FoundFiles {
        try await Self.rethrowing {
            let found = try await core.findFiles(directory: folder, query: letters, limit: Self.mostFiles)
            let hits = found.hits.map {
                FoundFile(path: $0.path, relativePath: $0.relativePath, marks: $0.positions.map(Int.init))
            }
            return FoundFiles(hits: hits, total: found.total, isComplete: found.complete)
        }
    }

    public func noteOpened(_ path: String, in folder: String) async throws {
        try await Self.rethrowing { try await core.noteOpened(directory: folder, path: path) }
    }

    public func searchContent(
        _ query: AtelierKit.ContentQuery,
        in folder: String
    ) -> AsyncThrowingStream<AtelierKit.ContentResults, any Error> {
        let (core, query) = (core, query.bindings(limit: Self.mostLines))
        let reader = PulledReader {
            try await core.searchContent(directory: folder, query: query)
        } close: {
            $0.close()
        }
        return AsyncThrowingStream {
            try await reader.next { try await $0.nextBatch() }.map(ContentResults.init)
        }
    }

    public func previewReplacing(
        _ query: AtelierKit.ContentQuery,
        with replacement: String,
        in folder: String
    ) -> AsyncThrowingStream<[AtelierKit.FileReplacement], any Error> {
        let (core, query) = (core, query.bindings(limit: Self.mostLines))
        let reader = PulledReader {
            try await core.replacePreview(directory: folder, query: query, replacement: replacement)
        } close: {
            $0.close()
        }
        return AsyncThrowingStream {
            try await reader.next { try await $0.nextBatch() }?.map(FileReplacement.init)
        }
    }

    public func replace(
        _ query: AtelierKit.ContentQuery,
        with replacement: String,
        in files: [AtelierKit.FileReplacement],
        of folder: String
    ) async throws -> [AtelierKit.ReplaceOutcome] {
        try await Self.rethrowing {
            try await core.replaceApply(
                directory: folder,
                query: query.bindings(limit: Self.mostLines),
                replacement: replacement,
                files: files.map { ChosenFile(path: $0.path, stamp: $0.stamp) }
            ).map { ReplaceOutcome(path: $0.path, count: $0.count, problem: $0.problem) }
        }
    }
}

extension AtelierKit.ContentQuery {
    fileprivate func bindings(limit: UInt32) -> AtelierBindings.ContentQuery {
        AtelierBindings.ContentQuery(
            pattern: pattern,
            regex: isRegex,
            caseSensitive: isCaseSensitive,
            word: isWord,
            include: include,
            exclude: exclude,
            context: UInt32(clamping: context),
            limit: limit
        )
    }
}

extension AtelierKit.ContentResults {
    fileprivate init(_ batch: AtelierBindings.ContentBatch) {
        self.init(
            files: batch.files.map { file in
                FileMatches(
                    path: file.path,
                    lines: file.lines.map {
                        FoundLine(number: Int(clamping: $0.number), isMatch: $0.matches, parts: marked($0.parts))
                    }
                )
            },
            searched: batch.searched,
            isLimited: batch.limited
        )
    }
}

extension AtelierKit.FileReplacement {
    fileprivate init(_ file: AtelierBindings.FileReplacement) {
        self.init(
            path: file.path,
            stamp: file.stamp ?? "",
            count: file.count,
            lines: file.lines.map {
                Line(number: Int(clamping: $0.number), before: marked($0.before), after: marked($0.after))
            },
            problem: file.problem
        )
    }
}

private func marked(_ parts: [AtelierBindings.SnippetPart]) -> [MarkedPart] {
    parts.map { MarkedPart(text: $0.text, isFound: $0.found) }
}
