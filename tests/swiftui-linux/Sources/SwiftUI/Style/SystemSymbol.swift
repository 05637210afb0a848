// The SF Symbols that our views use, each with a drawing of our own for the HTML page.

/// Names of SF Symbols. A name that is missing here is reported as a warning, because nothing else on Linux would notice
/// a misspelled one: look it up in Apple's SF Symbols app, then add it.
package enum SystemSymbol {
    /// SVG content for a square of 16 by 16 units, drawn with lines of the current colour.
    package static func drawing(of name: String) -> String? { drawings[name] }

    /// Drawn where the name is not known.
    package static let unknown = "<path stroke-dasharray=\"2 2\" d=\"M2.5 2.5h11v11h-11z\"/>"

    private static let drawings: [String: String] = [
        "arrow.down": line("M8 2.5v11M3.8 9.3 8 13.5l4.2-4.2"),
        "arrow.triangle.2.circlepath": line(
            "M13.2 6.2A5.5 5.5 0 0 0 3 5.8M2.8 9.8A5.5 5.5 0 0 0 13 10.2M3 2.8v3h3M13 13.2v-3h-3"
        ),
        "arrow.up": line("M8 13.5v-11M3.8 6.7 8 2.5l4.2 4.2"),
        "bell.fill": solid("M8 1.5a4.2 4.2 0 0 0-4.2 4.2v3.4L2.5 11.6h11L12.2 9.1V5.7A4.2 4.2 0 0 0 8 1.5z")
            + solid("M6.4 12.7h3.2a1.6 1.6 0 0 1-3.2 0z"),
        "checkmark": line("M3 8.6 6.4 12 13 4.5"),
        "checkmark.square.fill": solid("M3 2h10a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1z")
            + cut("M5 8.2 7.2 10.4 11 5.8"),
        "chevron.down": line("M3.5 6 8 10.5 12.5 6"),
        "doc": line("M4 1.8h5l3.5 3.5v8.9H4zM9 1.8v3.5h3.5"),
        "doc.badge.plus": line("M4 1.8h5l3.5 3.5v3M9 1.8v3.5h3.5M4 1.8v12.4h4M11.8 10v4.4M9.6 12.2H14"),
        "folder.badge.plus": line("M8 12.5H1.8v-9h4l1.4 1.7h7v3.6M11.8 10v4.4M9.6 12.2H14"),
        "link": line(
            "M6.8 9.2l2.4-2.4M7.3 5.2l1.5-1.5a2.6 2.6 0 0 1 3.7 3.7L11 8.9M8.7 10.8l-1.5 1.5a2.6 2.6 0 0 1-3.7-3.7L5 7.1"
        ),
        "minus": line("M3 8h10"),
        "photo": line("M1.8 3h12.4v10H1.8zM1.8 11l3.7-3.7 3 3 2-2 3.7 3.4M10.8 5.3v.1"),
        "plus": line("M8 3v10M3 8h10"),
        "plusminus": line("M8 2.5v6M5 5.5h6M5 12.5h6"),
        "questionmark.bubble": line(
            "M2 2.5h12v9H7.5L4 14.2v-2.7H2zM6.3 5.6a1.7 1.7 0 1 1 2.5 1.5c-.6.3-.8.6-.8 1.2M8 9.8v.1"
        ),
        "square": line("M3 2h10a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1z"),
        "tag": line("M2 8.5V2h6.5l5.5 5.5-6.5 6.5zM5 5v.1"),
        "tray.full": line("M2 9.5h3.2l1 1.8h3.6l1-1.8H14M2 9.5v4h12v-4L12.2 7H3.8zM4.5 4.8h7M5.5 2.6h5"),
        "arrow.down.circle.fill": solidCircle("M8 4.5v7M5 8.7l3 2.8 3-2.8"),
        "arrow.triangle.branch": line(
            "M4.5 4.8v6.4M4.5 11.2a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM4.5 1.8a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z"
                + "M4.5 10.5c0-3 7-1.2 7-4.5M11.5 2.8a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z"
        ),
        "arrow.clockwise": line("M13 8a5 5 0 1 1-1.5-3.6M13 2v3h-3"),
        "arrow.up.circle.fill": solidCircle("M8 11.5v-7M5 7.3l3-2.8 3 2.8"),
        "arrow.uturn.backward": line("M5.5 3 2.5 6l3 3M2.8 6h6.7a3.7 3.7 0 0 1 0 7.4H6"),
        "archivebox": line("M1.8 2.5h12.4v3H1.8zM2.8 5.5v8h10.4v-8M6.3 8h3.4"),
        "brain": line(
            "M8 2.8v10.4M8 4C7.6 2.2 5 2 4.7 4 2.9 4.1 2.3 6.3 3.4 7.3 2 8.3 2.3 10.6 3.9 11"
                + "c0 2.2 3.3 3 4.1 1.2M8 4c.4-1.8 3-2 3.3 0 1.8.1 2.4 2.3 1.3 3.3 1.4 1 1.1 3.3-.5 3.7"
                + " 0 2.2-3.3 3-4.1 1.2M5 7.3c.9 0 1.5.5 1.6 1.3M11 7.3c-.9 0-1.5.5-1.6 1.3"
        ),
        "bubble.left.and.bubble.right": line("M1.5 3h8v6h-4L3.2 11V9H1.5zM11.5 5.5h3v6h-1.7v2l-2.3-2h-3v-.7"),
        "checklist": line("M2 4.2l1.2 1.3L5.4 3M7.5 4.2h6.5M2 9.7 3.2 11l2.2-2.5M7.5 9.7h6.5"),
        "checkmark.circle": circle + line("M5 8.2 7.2 10.4 11 5.8"),
        "checkmark.circle.fill": solidCircle("M5 8.2 7.2 10.4 11 5.8"),
        "chevron.right": line("M6 3.5 10.5 8 6 12.5"),
        "circle": circle,
        "circle.dotted": "<path stroke-dasharray=\"1.5 2\" d=\"M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z\"/>",
        "circle.fill": solid("M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z"),
        "clock": circle + line("M8 4.5V8l2.4 1.5"),
        "clock.arrow.circlepath": line(
            "M2.6 8.9A5.5 5.5 0 1 0 4 4.2M4.2 1.8 3.9 4.6 6.6 4.9M8 5v3.3l2.2 1.3"
        ),
        "doc.on.doc": line(
            "M7 5h5A1.5 1.5 0 0 1 13.5 6.5V13A1.5 1.5 0 0 1 12 14.5H7A1.5 1.5 0 0 1 5.5 13V6.5A1.5 1.5 0 0 1 7 5z"
                + "M10.5 5V3A1.5 1.5 0 0 0 9 1.5H4A1.5 1.5 0 0 0 2.5 3v6.5A1.5 1.5 0 0 0 4 11h1.5"
        ),
        "doc.text": line("M4 1.8h5l3.5 3.5v8.9H4zM9 1.8v3.5h3.5M6 8h4.5M6 10.7h4.5"),
        "doc.text.magnifyingglass": line(
            "M12.5 6V4.8L9.5 1.8H3.5v12.4h4M9.5 1.8v3h3M5.5 7.5h3M10.5 8a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2z"
                + "M12.4 12.5l2 2"
        ),
        "ellipsis.circle": circle + line("M5 8h.1M8 8h.1M11 8h.1"),
        "exclamationmark.circle.fill": solidCircle("M8 4.8v4M8 11v.1"),
        "exclamationmark.triangle": line(triangle + exclamation),
        "exclamationmark.triangle.fill": solid(triangle) + cut(exclamation),
        "externaldrive.badge.exclamationmark": line(
            "M3 8.5h10a1.5 1.5 0 0 1 1.5 1.5v1.5A1.5 1.5 0 0 1 13 13H3a1.5 1.5 0 0 1-1.5-1.5V10A1.5 1.5 0 0 1 3 8.5z"
                + "M2.5 8.7 4.5 3h7l2 5.7M8 4v1.8M8 7v.1"
        ),
        "folder": line("M1.8 12.5v-9h4l1.4 1.7h7v7.3z"),
        "globe": circle + line("M1.8 8h12.4M8 1.8c4 3.7 4 8.7 0 12.4M8 1.8c-4 3.7-4 8.7 0 12.4"),
        "hand.raised": line(
            "M4 9V5.2a1.1 1.1 0 0 1 2.2 0V3a1.1 1.1 0 0 1 2.2 0v.6a1.1 1.1 0 0 1 2.2 0v1.8a1.1 1.1 0 0 1 2.2 0V9.5"
                + "c0 3-1.7 5-4.3 5S4 12 4 9zM6.2 5.2V8M8.4 3.6V7.7M10.6 5.4V8"
        ),
        "hand.raised.fill": solid(
            "M4 9V5.2a1.1 1.1 0 0 1 2.2 0V3a1.1 1.1 0 0 1 2.2 0v.6a1.1 1.1 0 0 1 2.2 0v1.8a1.1 1.1 0 0 1 2.2 0V9.5"
                + "c0 3-1.7 5-4.3 5S4 12 4 9z"
        ),
        "info.circle.fill": solidCircle("M8 5v.1M8 7.2v4"),
        "key": line(
            "M5 7.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM7.3 8.7 13.5 2.5M11 5l2 2M9.3 6.7l1.5 1.5"
        ),
        "lock.open": line("M3.5 7.5h9v6.5h-9zM5.5 7.5V5a2.5 2.5 0 0 1 4.9-.7"),
        "magnifyingglass": line("M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.4 10.4l3.4 3.4"),
        "pencil": line("M2.5 13.5l.8-3.3 7.8-7.8 2.5 2.5-7.8 7.8zM9.6 3.9l2.5 2.5"),
        "person.2": line(
            "M6 3a2.4 2.4 0 1 0 0 4.8A2.4 2.4 0 0 0 6 3zM1.5 13.3c.4-4.6 8.6-4.6 9 0M10.6 3.4a2 2 0 0 1 0 4M11.5 9.6c1.8.3 2.9 1.6 3 3.7"
        ),
        "person.crop.circle": circle + line("M8 4.6a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM4.2 12.3c.8-2 6.8-2 7.6 0"),
        "rectangle.compress.vertical": line(
            "M2 1.8h12v2.5H2zM2 11.7h12v2.5H2zM8 6.8V5.6M6.5 6 8 7.3 9.5 6M6.5 10 8 8.7 9.5 10"
        ),
        "chevron.up": line("M3.5 10.5 8 6l4.5 4.5"),
        "rectangle.split.1x2": line("M1.8 3h12.4v10H1.8zM1.8 8h12.4"),
        "rectangle.split.2x1": line("M1.8 3h12.4v10H1.8zM8 3v10"),
        "scissors": line(
            "M4.3 2.3a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM4.3 9.7a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM6 5.4l8 6.4M6 10.6l8-6.4"
        ),
        "sidebar.left": line(
            "M4 3h8a2.2 2.2 0 0 1 2.2 2.2v5.6A2.2 2.2 0 0 1 12 13H4a2.2 2.2 0 0 1-2.2-2.2V5.2A2.2 2.2 0 0 1 4 3z"
                + "M6 3v10M3.4 5.3h1M3.4 7.3h1"
        ),
        "slash.circle": circle + line("M3.8 12.2 12.2 3.8"),
        "sparkles": solid(
            "M6.5 3.5c.5 3 1.9 4.5 5 5-3.1.5-4.5 1.9-5 5-.5-3.1-1.9-4.5-5-5 3.1-.5 4.5-2 5-5z"
                + "M12.5 1.2c.2 1.5.9 2.2 2.4 2.4-1.5.3-2.2.9-2.4 2.5-.3-1.6-.9-2.2-2.5-2.5 1.6-.2 2.2-.9 2.5-2.4z"
        ),
        "square.and.pencil": line(
            "M13 8.5v3.7A1.3 1.3 0 0 1 11.7 13.5H3.8A1.3 1.3 0 0 1 2.5 12.2V4.3A1.3 1.3 0 0 1 3.8 3h3.7"
                + "M6.3 9.7l.4-2L12.2 2.2l1.6 1.6-5.5 5.5z"
        ),
        "stethoscope": line(
            "M4 2v3.5a3 3 0 0 0 6 0V2M7 8.5V10a3.5 3.5 0 0 0 7 0V8.6"
                + "M14 6.2a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.4z"
        ),
        "stop.circle": circle + solid("M5.8 5.8h4.4v4.4H5.8z"),
        "stop.circle.fill": disc + "<path class=\"cut\" d=\"M5.8 5.8h4.4v4.4H5.8z\"/>",
        "terminal": line("M1.8 3h12.4v10H1.8zM4.2 6l2.3 2-2.3 2M8 10.2h3.5"),
        "text.badge.xmark": line("M2 3.5h12M2 7.5h6M2 11.5h5M10 9.5l4 4M14 9.5l-4 4"),
        "text.bubble": line("M2 3h12v7.5H7.5L4.5 13.5v-3H2zM5 5.5h6M5 8h4"),
        "theatermasks": line(
            "M1.5 3c2 .8 4.5.8 6.5 0v4c0 2.5-1.5 4.5-3.3 4.5S1.5 9.5 1.5 7zM8 5.3c2.2.8 4.5.7 6.5-.1v3.8"
                + "c0 2.5-1.5 4.5-3.3 4.5-1 0-2-.7-2.6-1.8M3.3 5.8h.8M5.7 5.8h.8M3.5 8.5c.8.9 1.8.9 2.5 0"
        ),
        "trash": line("M2.5 4.2h11M6 4.2V2.5h4v1.7M4 4.2l.7 9.6h6.6l.7-9.6M6.7 6.8v4.5M9.3 6.8v4.5"),
        "wrench.and.screwdriver": line(
            "M3 3l4.2 4.2M2.3 4.4 4.4 2.3M9.3 8.8l3.9 3.9-1.3 1.3-3.9-3.9M13.7 4.3A3.2 3.2 0 0 1 9.4 7.7L4.3 13.6 2.6 12l6-5a3.2 3.2 0 0 1 3.5-4.6L10.4 4.2l1.4 1.5z"
        ),
        "xmark": line("M3.5 3.5l9 9M12.5 3.5l-9 9"),
    ]

    // MARK: Parts of drawings

    private static let triangle = "M8 2 14.5 13.5h-13z"
    private static let exclamation = "M8 6.3v3.4M8 11.6v.1"
    private static let circle = line("M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z")
    private static let disc = solid("M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z")

    private static func line(_ path: String) -> String { "<path d=\"\(path)\"/>" }

    private static func solid(_ path: String) -> String { "<path class=\"solid\" d=\"\(path)\"/>" }

    /// Lines in the colour of what is behind the symbol.
    private static func cut(_ path: String) -> String { "<path class=\"cut-line\" d=\"\(path)\"/>" }

    private static func solidCircle(_ path: String) -> String { disc + cut(path) }
}
