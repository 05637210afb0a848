// Sessions in several projects, for previews, screen tests and the gallery.
import AtelierKit
import Foundation

extension PreviewData {
    private static func log(_ number: Int, _ title: String, in folder: String?, asking: Bool = false) -> MockLog {
        var log = MockLog(id: "55555555-0000-4002-8003-00000000000\(number)", updated: day(9 - number))
        if let folder { log.append(.sessionProject(path: folder), at: day(9 - number)) }
        log.ask(title, of: claude, at: day(9 - number))
        guard asking else {
            log.say("Done.", at: day(9 - number))
            log.finish(at: day(9 - number))
            return log
        }
        log.request("shell_exec", #"{"command": "make"}"#, at: day(9 - number))
        let question = ToolQuestion(preview: "make", expiresAt: Date(timeIntervalSinceNow: 290))
        log.askWhetherToRun(question, at: day(9 - number))
        return log
    }

    static let projectLogs = [
        log(1, "Mend the login", in: project),
        log(2, "Draw the icons anew", in: "/Users/ada/Projects/site"),
        log(3, "A faster start", in: "\(project)/.atelier/faster-start"),
        log(4, "What is a monad?", in: nil),
        log(5, "Build the pages", in: "/Users/ada/Projects/site", asking: true),
    ]

    static var projectClient: MockClient {
        MockClient(
            logs: projectLogs,
            settings: MockSettings(foundKeys: keys),
            folders: MockFolders(AllowedFolders(paths: [project, "/Users/ada/Projects/site"]))
        )
    }
}
