// Opening a file by a few letters of its name.
import Foundation
import Observation

/// The palette of one window.
@MainActor
@Observable
public final class QuickOpenModel {
    public var letters = ""
    public private(set) var found = FoundFiles()
    /// What `found` answers; nil as long as nothing was answered.
    private var answered: Question?
    /// Which of the hits Return opens.
    public private(set) var selected = 0
    /// Why nothing can be found.
    public private(set) var problem: String?
    /// The folder whose files are found; nil: there is none.
    public internal(set) var folder: String?

    @ObservationIgnored private let client: any FindingClient
    /// The time between two looks while the core is still reading the folder.
    @ObservationIgnored private let pause: Duration

    public init(client: any FindingClient, pause: Duration = .milliseconds(120)) {
        self.client = client
        self.pause = pause
    }

    /// What finding depends on.
    public struct Question: Hashable, Sendable {
        let letters: String
        let folder: String?
    }

    public var question: Question { Question(letters: letters, folder: folder) }

    /// Whether the core is still reading the folder, or has said nothing of it yet.
    public var isReading: Bool { folder != nil && problem == nil && (answered?.folder != folder || !found.isComplete) }

    public var selectedFile: FoundFile? { found.hits.indices.contains(selected) ? found.hits[selected] : nil }

    /// Finds what is asked for, and goes on while the folder is being read. Later calls take over: the earlier task is
    /// cancelled by whoever asks anew.
    public func find() async {
        selected = 0
        guard let folder else { return found = FoundFiles() }
        let letters = letters
        do {
            repeat {
                try await look(for: letters, in: folder)
                if found.isComplete { return }
                try await Task.sleep(for: pause)
            } while letters == self.letters
        } catch {
            guard let sentence = error.sentence else { return }
            (found, problem) = (FoundFiles(), sentence)
        }
    }

    private func look(for letters: String, in folder: String) async throws {
        let answer = try await client.findFiles(letters, in: folder)
        try Task.checkCancellation()
        (found, problem, answered) = (answer, nil, Question(letters: letters, folder: folder))
        selected = min(selected, max(answer.hits.count - 1, 0))
    }

    /// Moves the selection, from the last to the first and back.
    public func move(by steps: Int) {
        let count = found.hits.count
        guard count > 0 else { return }
        selected = ((selected + steps) % count + count) % count
    }

    /// The file that was chosen, once it is noted that it was.
    public func choose(_ file: FoundFile? = nil) async -> FoundPlace? {
        // Return can be faster than the answer to what was typed.
        if let folder, file == nil, answered != question {
            selected = 0
            do { try await look(for: letters, in: folder) } catch { return nil }
        }
        guard let folder, let file = file ?? selectedFile else { return nil }
        // It is no reason not to open a file that nobody remembers it.
        try? await client.noteOpened(file.path, in: folder)
        return FoundPlace(folder: folder, path: file.path)
    }

    func begin(in folder: String?) {
        self.folder = folder
        letters = ""
        problem = nil
    }
}

/// A place in a file that somebody was led to.
public struct FoundPlace: Hashable, Sendable {
    /// The folder in which it was found.
    public let folder: String
    /// The file, absolute.
    public let path: String
    /// From 1; nil where no line was meant.
    public let line: Int?

    public init(folder: String, path: String, line: Int? = nil) {
        self.folder = folder
        self.path = path
        self.line = line
    }
}
