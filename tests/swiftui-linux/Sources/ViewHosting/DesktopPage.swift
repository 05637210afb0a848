// The page: a desktop with a menu bar and the app's windows, and the document around it.

import SwiftUI
import ViewHTML

/// Renders everything that the page shows.
@MainActor
struct DesktopPage {
    static let menuPrefix = "menu-"
    /// Stands on every page.
    static let note = "Atelier’s views, hosted for development. On a Mac this is a native window."

    let name: String
    let app: AppHost
    let menuBar: MenuBar
    let notices: [PageNotice]

    static let noticePrefix = "notice-"

    static func id(_ window: AppHost.Window) -> String { "w\(window.number)" }

    static func prefix(_ window: AppHost.Window) -> String { id(window) + "-" }

    func render() -> Element {
        let note = Element("footer", ["note"], text: Self.note)
        let stage = Element("main", id: "stage", ["stage"], children: windows())
        return Element(id: "desktop", ["desktop"], children: [menus(), stage, banners(), note])
    }

    /// Notices, as macOS shows them in the corner.
    private func banners() -> Element {
        let banners = notices.map { notice in
            let id = Self.noticePrefix + notice.tag
            let texts = [Element("strong", text: notice.title), Element("span", text: notice.body)]
            var banner = Element("button", id: id, ["notice"], children: texts)
            banner.attributes = ["type": "button", "data-press": id]
            return banner
        }
        var corner = Element("aside", id: "notices", ["notices"], children: banners)
        corner.attributes = ["role": "status", "aria-label": "Notifications"]
        return corner
    }

    /// In the order in which they were opened, so that raising one doesn't move elements; depth is a style.
    private func windows() -> [Element] {
        let depth = Dictionary(uniqueKeysWithValues: app.windows.enumerated().map { ($0.element.number, $0.offset) })
        return app.windows.sorted { $0.number < $1.number }.map { window in
            let scene = app.scenes[window.scene]
            let frame = WindowFrame(
                title: app.title(of: window),
                subtitle: window.host.subtitle,
                isFront: window === app.windows.last,
                classes: [scene.kind == .settings || !scene.isGroup ? "auxiliary" : "main"]
            )
            var element = frame.render(window.host.nodes, id: Self.id(window))
            element.style["z-index"] = "\(depth[window.number] ?? 0)"
            if scene.kind == .window, let size = scene.defaultSize {
                element.style["--width"] = "\(Int(size.width))px"
                element.style["--height"] = "\(Int(size.height))px"
            }
            return element
        }
    }

    private func menus() -> Element {
        let renderer = NodeRenderer(prefix: Self.menuPrefix)
        let menus = menuBar.menus.enumerated().map { index, menu in
            let id = Self.menuPrefix + "\(index)"
            let isApp = menu.label == "App"
            let summary = Element("summary", isApp ? ["app"] : [], text: isApp ? name : menu.label)
            return Element("details", id: id, ["menu"], children: [summary, renderer.items(menu.children)])
        }
        var bar = Element("nav", id: "menu-bar", ["menu-bar"], children: menus)
        bar.attributes = ["aria-label": "Menu bar"]
        return bar
    }

    /// The page's script: its files share one scope, in this order.
    nonisolated private static var script: String {
        let files = [
            PackageResources.events_js, PackageResources.picture_js, PackageResources.fields_js,
            PackageResources.pointer_js, PackageResources.keyboard_js, PackageResources.areas_js,
            PackageResources.scrolling_js,
        ]
        return "\"use strict\";\n(() => {\n" + files.map { String(decoding: $0, as: UTF8.self) }.joined() + "})();"
    }

    /// The whole document. The script and the styles carry the nonce that the content policy names.
    nonisolated static func document(title: String, desktop: Element, nonce: String) -> String {
        let styles = Stylesheet.windows + String(decoding: PackageResources.desktop_css, as: UTF8.self)
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="icon" href="data:,">
            <title>\(escaped(title))</title>
            <style nonce="\(nonce)">\(styles)</style>
            </head>
            <body>
            \(desktop.html)
            <div id="announcements" class="announcements" role="status" aria-live="polite"></div>
            <div id="disconnected" class="disconnected" hidden>The host isn’t running. Start it again to go on.</div>
            <script nonce="\(nonce)">\(script)</script>
            </body>
            </html>

            """
    }

    /// Nothing but our own style and script runs, and the page talks to its host only. Style attributes are written by
    /// the renderer alone, from values of views; texts are never markup.
    nonisolated static func contentPolicy(nonce: String) -> String {
        [
            "default-src 'none'", "script-src 'nonce-\(nonce)'", "style-src 'nonce-\(nonce)'",
            "style-src-attr 'unsafe-inline'", "connect-src 'self'", "img-src data:", "base-uri 'none'",
            "form-action 'none'", "frame-ancestors 'none'",
        ].joined(separator: "; ")
    }
}
