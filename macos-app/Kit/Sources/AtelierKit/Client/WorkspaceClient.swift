// What a person can do with the files of a folder.
import Foundation

/// The part of the core that is about files. All paths are absolute. What lies outside the folders that the person
/// allowed is refused with `.invalidRequest`.
public protocol WorkspaceClient: Sendable {
    /// What a folder holds, by name.
    func entries(of folder: String) async throws -> [FileEntry]

    /// Reads a file as far as it can be shown. Only what can't be read at all throws.
    func readFile(_ path: String) async throws -> FileText

    /// Puts text into a file in place of what it holds, and answers its new stamp. `stamp` names the state that the
    /// person saw: throws `.invalidRequest` when the file is in another one. With nil the file must not exist yet.
    func writeFile(_ text: String, to path: String, replacing stamp: String?) async throws -> String

    /// Makes a folder, and those that it lies in.
    func createFolder(_ path: String) async throws

    /// Gives a file or folder another name in the same folder. Never takes the place of another one.
    func renameFile(_ path: String, to name: String) async throws

    /// Moves a file or folder to a path that must not exist.
    func moveFile(_ path: String, to target: String) async throws

    /// Copies a file or folder to a path that must not exist.
    func copyFile(_ path: String, to target: String) async throws

    /// Puts a file or folder into the system's Trash.
    func trashFile(_ path: String) async throws

    /// Tells what changes in a folder, whoever changes it. The first to come says that everything may have changed, as
    /// soon as the folder is watched: who reads it then misses nothing. Read it once, by one reader; it ends when the
    /// reading task is cancelled.
    func workspaceChanges(in folder: String) -> AsyncThrowingStream<WorkspaceChange, any Error>

    /// The colours of a text, line by line; empty when its language isn't known, or it is too long.
    func colours(of text: String, in path: String) async throws -> [[ColourSpan]]
}
