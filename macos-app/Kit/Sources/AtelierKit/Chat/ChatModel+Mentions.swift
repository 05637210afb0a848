// Mentions of files: completing the path behind an “@”.
import Foundation

extension ChatModel {
    /// Most files that are offered at once.
    private static let mostFiles = 8

    /// What is typed behind the “@” at the end of the draft; nil where no file is being mentioned.
    public var mentionedLetters: String? {
        guard project != nil, let at = draft.lastIndex(of: "@") else { return nil }
        let letters = draft[draft.index(after: at)...]
        // An “@” in the midst of a word belongs to an address.
        let isBegin = at == draft.startIndex || draft[draft.index(before: at)].isWhitespace
        return isBegin && !letters.contains(where: \.isWhitespace) ? String(letters) : nil
    }

    /// The files that the letters mean, the best first.
    public var offeredFiles: [FoundFile] { mentionedLetters == nil ? [] : foundFiles }

    /// Finds files for what is being typed, and goes on while the folder is being read. Nothing is offered when that
    /// fails. A later call takes over: the earlier task is cancelled by whoever asks anew.
    public func findMentionedFiles(every pause: Duration = .milliseconds(120)) async {
        guard let letters = mentionedLetters, let project else { return foundFiles = [] }
        while !Task.isCancelled {
            let found = try? await client.findFiles(letters, in: project)
            guard !Task.isCancelled, letters == mentionedLetters else { return }
            // A path ends at the first blank, so one with a blank in it can't be mentioned.
            let hits = (found?.hits ?? []).filter { !$0.relativePath.contains(where: \.isWhitespace) }
            (foundFiles, foundLetters) = (Array(hits.prefix(Self.mostFiles)), letters)
            if found?.isComplete != false { return }
            try? await Task.sleep(for: pause)
        }
    }

    /// Writes the path of a file out; without one that of the best. False: none is offered, or only what was found for
    /// other letters.
    @discardableResult
    public func mention(_ file: FoundFile? = nil) -> Bool {
        guard let letters = mentionedLetters else { return false }
        guard let file = file ?? (foundLetters == letters ? offeredFiles.first : nil) else { return false }
        draft = "\(draft.dropLast(letters.count))\(file.relativePath) "
        foundFiles = []
        return true
    }

    /// Writes out the best file for what is typed now, once it is found.
    public func mentionBest() async {
        await findMentionedFiles()
        mention()
    }
}
