// The SF Symbols that our views use, each with a drawing of our own for the HTML page.

/// Names of SF Symbols. A name that is missing here is reported as a warning, because nothing else on Linux would notice
/// a misspelled one: look it up in Apple's SF Symbols app, then add it.
package enum SystemSymbol {
    /// SVG content for a square of 16 by 16 units, drawn with lines of the current colour.
    package static func drawing(of name: String) -> String? { drawings[name] }

    /// Drawn where the name is not known.
    package static let unknown = rectangle(2.5, 2.5, 11, 11, 2, dashed: true)

    private static let drawings: [String: String] = [
        "arrow.clockwise": line("M13 8a5 5 0 1 1-1.6-3.7M13.2 2v3h-3"),
        "arrow.down": line("M8 2.5v11M3.5 9 8 13.5 12.5 9"),
        "arrow.down.circle.fill": solidCircle("M8 4.5v7M5 8.7l3 2.8 3-2.8"),
        "arrow.down.to.line": line("M8 2v8.5M4.5 7.2 8 10.7l3.5-3.5M3 13.5h10"),
        "arrow.right": line("M2.5 8h11M9 3.5 13.5 8 9 12.5"),
        "arrow.triangle.2.circlepath": line("M2.8 8a5.2 5.2 0 0 1 9.3-3.2M13.2 8a5.2 5.2 0 0 1-9.3 3.2M12.4 2v3h-3M3.6 14v-3h3"),
        "arrow.up": line("M8 13.5v-11M3.5 7 8 2.5 12.5 7"),
        "arrow.up.circle.fill": solidCircle("M8 11.5v-7M5 7.3l3-2.8 3 2.8"),
        "bolt": line("M9 1.8 3.5 9H8l-1 5.2L12.5 7H8z"),
        "brain": line(
            "M8 2.8v10.4M8 4C7.6 2.2 5 2 4.7 4 2.9 4.1 2.3 6.3 3.4 7.3 2 8.3 2.3 10.6 3.9 11"
                + "c0 2.2 3.3 3 4.1 1.2M8 4c.4-1.8 3-2 3.3 0 1.8.1 2.4 2.3 1.3 3.3 1.4 1 1.1 3.3-.5 3.7"
                + "0 2.2-3.3 3-4.1 1.2M5 7.3c.9 0 1.5.5 1.6 1.3M11 7.3c-.9 0-1.5.5-1.6 1.3"
        ),
        "bubble.left": line(bubble),
        "bubble.left.and.bubble.right": line(
            "M1.5 3h8v6h-4L3.2 11V9H1.5zM11.5 5.5h3v6h-1.7v2l-2.3-2h-3v-.7"
        ),
        "bubble.left.and.text.bubble.right": line(
            "M1.5 3h8v6h-4L3.2 11V9H1.5zM11.5 5.5h3v6h-1.7v2l-2.3-2h-3v-.7M3.5 5h4M3.5 7h2.5"
        ),
        "checkmark": line("M3 8.5 6.5 12 13 4"),
        "checkmark.circle": circle + line("M5 8.2 7.2 10.4 11 5.8"),
        "checkmark.circle.fill": solidCircle("M5 8.2 7.2 10.4 11 5.8"),
        "checkmark.seal": circle + line("M5 8.2 7.2 10.4 11 5.8"),
        "chevron.down": line("M3.5 6 8 10.5 12.5 6"),
        "chevron.left": line("M10 3.5 5.5 8l4.5 4.5"),
        "chevron.right": line("M6 3.5 10.5 8 6 12.5"),
        "circle": circle,
        "circle.fill": solid("M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z"),
        "clock": circle + line("M8 4.7V8l2.4 1.6"),
        "doc": line(sheet),
        "doc.on.clipboard": rectangle(3, 3, 10, 11, 1.5) + line("M6 3V1.8h4V3M5.5 7h5M5.5 10h5"),
        "doc.on.doc": rectangle(5.5, 5, 8, 9.5, 1.5) + line("M10.5 5V3A1.5 1.5 0 0 0 9 1.5H4A1.5 1.5 0 0 0 2.5 3v6.5A1.5 1.5 0 0 0 4 11h1.5"),
        "ellipsis": dots,
        "ellipsis.circle": circle + dots,
        "exclamationmark.bubble": line(bubble + "M8 5v2.5M8 9.3v.1"),
        "exclamationmark.circle": circle + line("M8 4.8v4M8 11v.1"),
        "exclamationmark.circle.fill": solidCircle("M8 4.8v4M8 11v.1"),
        "info.circle.fill": solidCircle("M8 5v.1M8 7.2v4"),
        "exclamationmark.octagon": line(octagon + "M8 4.8v4M8 11v.1"),
        "exclamationmark.octagon.fill": solid(octagon) + cut("M8 4.8v4M8 11v.1"),
        "exclamationmark.triangle": line(triangle + "M8 6.3v3.4M8 11.6v.1"),
        "exclamationmark.triangle.fill": solid(triangle) + cut("M8 6.3v3.4M8 11.6v.1"),
        "externaldrive.badge.exclamationmark": rectangle(1.5, 8.5, 13, 4.5, 1.5) + line("M3 8.5 4.5 3h7L13 8.5M8 4.2v2M8 7.2v.1"),
        "eye": line("M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8z") + line("M8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z"),
        "folder": line("M1.8 12.5v-9h4l1.4 1.7h7v7.3z"),
        "gear": gear,
        "gearshape": gear,
        "hand.raised": line("M4 9V5.2M6.4 8V2.8M8.8 8V2.8M11.2 8.5V4.2M4 9c0 3.3 1.6 5 4.2 5s3.6-2 3.8-4.4"),
        "info.circle": circle + line("M8 7.3v4M8 4.9V5"),
        "key": key,
        "key.fill": key,
        "key.slash": key + line("M2.5 2.5l11 11"),
        "laptopcomputer": rectangle(3, 3, 10, 7, 1) + line("M1.2 12.8h13.6"),
        "link": line("M6.8 9.2 9.2 6.8M7 4.6l1.7-1.7a3.1 3.1 0 0 1 4.4 4.4L11.4 9M9 11.4l-1.7 1.7a3.1 3.1 0 0 1-4.4-4.4L4.6 7"),
        "lock": rectangle(3.5, 7, 9, 6.5, 1.5) + line("M5.5 7V5a2.5 2.5 0 0 1 5 0v2"),
        "magnifyingglass": line("M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.4 10.4l3.4 3.4"),
        "network": circle + line("M2 8h12M8 2c-4 3.6-4 8.4 0 12M8 2c4 3.6 4 8.4 0 12"),
        "paperplane": line("M14 2 2 7l4.5 2.2L9 14zM14 2 6.5 9.2"),
        "paperplane.fill": solid("M14 2 2 7l4.2 2.1L11 5.2 7 10l2 4z"),
        "pencil": line("M3 13l.6-2.8 7.6-7.6 2.2 2.2-7.6 7.6z"),
        "person": person,
        "person.circle": circle + line("M8 4.6a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM4.2 12.3c.8-2 6.8-2 7.6 0"),
        "person.crop.circle": circle + line("M8 4.6a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM4.2 12.3c.8-2 6.8-2 7.6 0"),
        "person.fill": person,
        "play.fill": solid("M4.5 2.8v10.4L13 8z"),
        "plus": line("M8 2.8v10.4M2.8 8h10.4"),
        "plus.bubble": line(bubble + "M8 4.5v4M6 6.5h4"),
        "questionmark.circle": circle + line("M6.2 6.2c.2-2 3.6-2 3.6 0 0 1.4-1.8 1.3-1.8 2.8M8 11v.1"),
        "scissors": line(
            "M4.3 2.3a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM4.3 9.7a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM6 5.4l8 6.4M6 10.6l8-6.4"
        ),
        "sidebar.left": rectangle(1.8, 3, 12.4, 10, 2) + line("M6 3v10M3.4 5.3h1M3.4 7.3h1"),
        "sidebar.leading": rectangle(1.8, 3, 12.4, 10, 2) + line("M6 3v10M3.4 5.3h1M3.4 7.3h1"),
        "sidebar.right": rectangle(1.8, 3, 12.4, 10, 2) + line("M10 3v10"),
        "slider.horizontal.3": line("M2 4h7M12 4h2M2 8h2M7 8h7M2 12h6M11 12h3M10.5 2.5v3M5.5 6.5v3M9.5 10.5v3"),
        "sparkle": solid("M8 1.5c.6 4 2.5 5.9 6.5 6.5-4 .6-5.9 2.5-6.5 6.5C7.4 10.5 5.5 8.6 1.5 8 5.5 7.4 7.4 5.5 8 1.5z"),
        "sparkles": solid(
            "M6.5 3.5c.5 3 1.9 4.5 5 5-3.1.5-4.5 1.9-5 5-.5-3.1-1.9-4.5-5-5 3.1-.5 4.5-2 5-5z"
                + "M12.5 1.2c.2 1.5.9 2.2 2.4 2.4-1.5.3-2.2.9-2.4 2.5-.3-1.6-.9-2.2-2.5-2.5 1.6-.2 2.2-.9 2.5-2.4z"
        ),
        "square.and.arrow.up": line("M5.5 6h-2v8h9V6h-2M8 9.8V1.8M5.4 4.3 8 1.8l2.6 2.5"),
        "square.and.pencil": line("M13 8.5v3.7A1.3 1.3 0 0 1 11.7 13.5H3.8A1.3 1.3 0 0 1 2.5 12.2V4.3A1.3 1.3 0 0 1 3.8 3h3.7M6.3 9.7l.4-2L12.2 2.2l1.6 1.6-5.5 5.5z"),
        "stethoscope": line("M4 2v3.5a3 3 0 0 0 6 0V2M7 8.5V10a3.5 3.5 0 0 0 7 0V8.6") + line("M14 6.2a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.4z"),
        "stop.circle": circle + solid("M5.8 5.8h4.4v4.4H5.8z"),
        "stop.circle.fill": solid("M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z") + "<path class=\"cut\" d=\"M5.8 5.8h4.4v4.4H5.8z\"/>",
        "stop.fill": solid("M3.5 3.5h9v9h-9z"),
        "terminal": rectangle(1.8, 2.8, 12.4, 10.4, 2) + line("M4.3 6l2.2 2-2.2 2M8 10.3h3.5"),
        "text.badge.xmark": line("M2 3.5h12M2 7.5h6M2 11.5h5M10 9.5l4 4M14 9.5l-4 4"),
        "text.bubble": line(bubble + "M5 5h6M5 7.3h4"),
        "theatermasks": line(
            "M1.5 3c2 .8 4.5.8 6.5 0v4c0 2.5-1.5 4.5-3.3 4.5S1.5 9.5 1.5 7zM8 5.3c2.2.8 4.5.7 6.5-.1v3.8"
                + "c0 2.5-1.5 4.5-3.3 4.5-1 0-2-.7-2.6-1.8M3.3 5.8h.8M5.7 5.8h.8M3.5 8.5c.8.9 1.8.9 2.5 0"
        ),
        "trash": line("M2.8 4.3h10.4M6 4.3V2.5h4v1.8M4 4.3l.7 9.4h6.6l.7-9.4M6.7 6.8v4.4M9.3 6.8v4.4"),
        "wifi.slash": line("M2 6a9 9 0 0 1 12 0M4.5 8.8a5.3 5.3 0 0 1 7 0M8 12v.1M2.5 2.5l11 11"),
        "wrench.and.screwdriver": line("M13 4.2 10.8 6.4 9.6 5.2 11.8 3C9.8 2 7.6 3.8 8.2 6L3 11.2a1.3 1.3 0 0 0 1.8 1.8L10 7.8c2.2.6 4-1.6 3-3.6zM3 2.8l3 3"),
        "xmark": line("M3.5 3.5l9 9M12.5 3.5l-9 9"),
        "xmark.circle": circle + line("M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6"),
        "xmark.circle.fill": solidCircle("M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6"),
        "xmark.octagon": line(octagon + "M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6"),
    ]

    // MARK: Parts of drawings

    private static let bubble = "M2 3h12v7.5H7.5L4.5 13.5v-3H2z"
    private static let sheet = "M4 1.8h5.2L12.5 5v9.2H4zM9 1.8V5.2h3.5"
    private static let triangle = "M8 2 14.5 13.5h-13z"
    private static let octagon = "M5.3 1.8h5.4l3.5 3.5v5.4l-3.5 3.5H5.3l-3.5-3.5V5.3z"
    private static let circle = line("M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z")
    private static let dots = solid(
        "M4.5 7.2a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6zM8 7.2a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6z"
            + "M11.5 7.2a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6z"
    )
    private static let key =
        line("M5 7.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM7.3 8.7 13.5 2.5M11 5l2 2M9.3 6.7l1.5 1.5")
    private static let person = line("M8 2.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM2.8 13.5c.6-5 9.8-5 10.4 0z")
    private static let gear =
        line("M8 5.7a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6z")
        + line(
            "M6.9 1.8h2.2l.4 1.8 1.3.6 1.6-1 1.5 1.6-1 1.5.6 1.4 1.8.3v2.2l-1.8.4-.6 1.3 1 1.6-1.5 1.5"
                + "-1.6-1-1.3.6-.4 1.8H6.9l-.4-1.8-1.3-.6-1.6 1-1.5-1.5 1-1.6-.6-1.3-1.8-.4V8l1.8-.3.6-1.4-1-1.5"
                + " 1.5-1.6 1.6 1 1.3-.6z"
        )

    private static func line(_ path: String) -> String { "<path d=\"\(path)\"/>" }

    private static func solid(_ path: String) -> String { "<path class=\"solid\" d=\"\(path)\"/>" }

    /// Lines in the colour of what is behind the symbol.
    private static func cut(_ path: String) -> String { "<path class=\"cut-line\" d=\"\(path)\"/>" }

    private static func solidCircle(_ path: String) -> String {
        solid("M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z") + cut(path)
    }

    private static func rectangle(
        _ x: Double,
        _ y: Double,
        _ width: Double,
        _ height: Double,
        _ radius: Double,
        dashed: Bool = false
    ) -> String {
        let style = dashed ? " stroke-dasharray=\"2 2\"" : ""
        return "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" rx=\"\(radius)\"\(style)/>"
    }
}
