// Pages to look at: drawn by each run of the tests, and written where the environment says so.
import Foundation
import Testing
import ViewTesting

/// Where pages go. Each shows something and hides nothing from VoiceOver, written or not.
@MainActor
struct Gallery {
    private let folder = ProcessInfo.processInfo.environment["ATELIER_GALLERY"].map { URL(filePath: $0) }

    /// Draws a screen, light and dark.
    func show(
        _ name: String,
        _ screen: Screen,
        contains text: String,
        width: Int = 1000,
        height: Int = 700
    ) throws {
        // What only VoiceOver hears, such as a terminal's lines, counts too.
        let isShown = screen.allText.contains(text) || screen.outline().contains(text)
        #expect(isShown, "\(name) does not show “\(text)”:\n\(screen.outline())")
        #expect(screen.complaints == [], "\(name)")
        for isDark in [false, true] {
            let page = screen.page(width: width, height: height, isDark: isDark)
            #expect(page.contains("<title>"))
            guard let folder else { continue }
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let file = folder.appending(path: name + (isDark ? "-dark" : "") + ".html")
            try Data(page.utf8).write(to: file)
        }
    }
}
