// What a person can find in a folder.

/// The part of the core that finds files and what they hold. What git ignores is left out; a folder that the person has
/// not allowed is refused with `.invalidRequest`.
public protocol FindingClient: Sendable {
    /// The files that a few letters mean, the best first; without letters all, those opened lately first. Fast enough for
    /// each keystroke. Where the answer is not complete, asking again soon brings more.
    func findFiles(_ letters: String, in folder: String) async throws -> FoundFiles

    /// Notes that a file was opened, so that it is found earlier. `path` is absolute.
    func noteOpened(_ path: String, in folder: String) async throws

    /// Looks into the files of a folder. Results come in bounded batches, in any order of files; it ends when all were
    /// looked into, or when the reading task is cancelled. Throws `.invalidRequest` for a pattern that is none.
    func searchContent(
        _ query: ContentQuery,
        in folder: String
    ) -> AsyncThrowingStream<ContentResults, any Error>

    /// Shows what replacing would do, file by file; nothing changes. Read as `searchContent`. Where the query is a regular
    /// expression, `$1` in the replacement stands for what its group has found.
    func previewReplacing(
        _ query: ContentQuery,
        with replacement: String,
        in folder: String
    ) -> AsyncThrowingStream<[FileReplacement], any Error>

    /// Replaces in these files, as they were looked at. A file that has changed since stays as it is, and says so.
    func replace(
        _ query: ContentQuery,
        with replacement: String,
        in files: [FileReplacement],
        of folder: String
    ) async throws -> [ReplaceOutcome]
}
