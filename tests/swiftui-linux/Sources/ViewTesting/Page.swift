// A screen as an HTML page, for people to look at.

import ViewHTML

extension Screen {
    /// What the page says about itself, because it looks like more than it is.
    private static let note = "Drawn by the stand-in for SwiftUI: what it shows is tested, how it looks is a guess."

    /// The screen as a window on a page of its own, without scripts. Lengths are in points.
    public func page(width: Int = 1000, height: Int = 700, isDark: Bool = false) -> String {
        set(isDark ? .dark : .light)
        defer { set(.light) }
        let frame = WindowFrame(title: title.isEmpty ? "Atelier" : title, subtitle: host.subtitle)
        var window = frame.render(nodes, id: "w")
        window.style["width"] = "\(width)px"
        window.style["height"] = "\(height)px"
        return """
            <!doctype html>
            <html lang="en" style="color-scheme:\(isDark ? "dark" : "light")">
            <head>
            <meta charset="utf-8">
            <title>\(escaped(frame.title))</title>
            <style>\(Stylesheet.windows)
            body { display: flex; flex-direction: column; align-items: center; gap: 12px; padding: 24px; overflow: auto;
                background: light-dark(#c9d3e6, #1c2233); }
            footer { font-size: 11px; color: var(--secondary); }</style>
            </head>
            <body>
            \(window.html)
            <footer>\(escaped(Self.note))</footer>
            </body>
            </html>

            """
    }

    private func set(_ scheme: ColorScheme) {
        guard host.baseEnvironment.colorScheme != scheme else { return }
        host.baseEnvironment.colorScheme = scheme
        host.dirty.set()
    }
}
