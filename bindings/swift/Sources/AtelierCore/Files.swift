// Files and what changes in folders, of the real core.
internal import AtelierBindings
import AtelierKit
import Foundation

extension LiveClient {
    public func entries(of folder: String) async throws -> [FileEntry] {
        try await Self.rethrowing { try await core.listDirectory(path: folder).map(FileEntry.init) }
    }

    public func readFile(_ path: String) async throws -> AtelierKit.FileText {
        try await Self.rethrowing { FileText(try await core.readFile(path: path)) }
    }

    public func writeFile(_ text: String, to path: String, replacing stamp: String?) async throws -> String {
        try await Self.rethrowing { try await core.writeFile(path: path, text: text, stamp: stamp) }
    }

    public func createFolder(_ path: String) async throws {
        try await Self.rethrowing { try await core.createDirectory(path: path) }
    }

    public func renameFile(_ path: String, to name: String) async throws {
        try await Self.rethrowing { try await core.renameFile(path: path, newName: name) }
    }

    public func moveFile(_ path: String, to target: String) async throws {
        try await Self.rethrowing { try await core.moveFile(from: path, to: target) }
    }

    public func copyFile(_ path: String, to target: String) async throws {
        try await Self.rethrowing { try await core.copyFile(from: path, to: target) }
    }

    public func trashFile(_ path: String) async throws {
        try await Self.rethrowing { try await core.trashFile(path: path) }
    }

    public func workspaceChanges(in folder: String) -> AsyncThrowingStream<WorkspaceChange, any Error> {
        let core = core
        let reader = PulledReader {
            try await core.followWorkspace(directory: folder)
        } close: {
            $0.close()
        }
        return AsyncThrowingStream {
            try await reader.next(first: WorkspaceChange(isEverything: true)) {
                try await $0.nextBatch().map { WorkspaceChange($0, in: folder) }
            }
        }
    }

    public func colours(of text: String, in path: String) async throws -> [[AtelierKit.ColourSpan]] {
        try await Self.rethrowing {
            try await core.highlight(path: path, text: text).map { $0.spans.map(ColourSpan.init) }
        }
    }
}

extension WorkspaceChange {
    fileprivate init(_ changes: AtelierBindings.WorkspaceChanges, in folder: String) {
        self.init(
            folders: Set(changes.folders.map { $0.isEmpty ? folder : folder.appendingPath($0) }),
            isEverything: changes.rescan,
            concernsGit: changes.git,
            notice: changes.notice
        )
    }
}

extension FileEntry {
    fileprivate init(_ entry: AtelierBindings.DirectoryEntry) {
        self.init(
            name: entry.name,
            path: entry.path,
            isFolder: entry.isDirectory,
            isLink: entry.isLink,
            size: entry.size,
            modified: entry.modifiedMs.map(Date.init(milliseconds:))
        )
    }
}

extension AtelierKit.FileText {
    fileprivate init(_ file: AtelierBindings.FileText) {
        let kind: Kind =
            switch file.kind {
            case .text: .text
            case .binary: .binary
            case .tooLarge: .tooLarge
            case .image: .image
            }
        self.init(
            path: file.path,
            text: file.text,
            size: file.size,
            kind: kind,
            stamp: file.stamp,
            isTruncated: file.truncated
        )
    }
}

extension AtelierKit.ColourSpan {
    fileprivate init(_ span: AtelierBindings.ColourSpan) {
        let kind: Kind =
            switch span.kind {
            case .comment: .comment
            case .keyword: .keyword
            case .string: .string
            case .number: .number
            case .type: .type
            case .function: .function
            case .variable: .variable
            case .constant: .constant
            case .attribute: .attribute
            case .punctuation: .punctuation
            case .markup: .markup
            }
        self.init(Int(span.start)..<max(Int(span.start), Int(span.end)), kind)
    }
}
