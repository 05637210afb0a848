// The SF Symbols that our views use, each with a drawing of our own for the HTML page.

/// Names of SF Symbols. A name that is missing here is reported as a warning, because nothing else on Linux would notice
/// a misspelled one: look it up in Apple's SF Symbols app, then add it.
package enum SystemSymbol {
    /// SVG content for a square of 16 by 16 units, drawn with lines of the current colour.
    package static func drawing(of name: String) -> String? { drawings[name] }

    /// Drawn where the name is not known.
    package static let unknown = "<path stroke-dasharray=\"2 2\" d=\"M2.5 2.5h11v11h-11z\"/>"

    private static let drawings: [String: String] = [
        "arrow.down.circle.fill": solidCircle("M8 4.5v7M5 8.7l3 2.8 3-2.8"),
        "arrow.up.circle.fill": solidCircle("M8 11.5v-7M5 7.3l3-2.8 3 2.8"),
        "brain": line(
            "M8 2.8v10.4M8 4C7.6 2.2 5 2 4.7 4 2.9 4.1 2.3 6.3 3.4 7.3 2 8.3 2.3 10.6 3.9 11"
                + "c0 2.2 3.3 3 4.1 1.2M8 4c.4-1.8 3-2 3.3 0 1.8.1 2.4 2.3 1.3 3.3 1.4 1 1.1 3.3-.5 3.7"
                + " 0 2.2-3.3 3-4.1 1.2M5 7.3c.9 0 1.5.5 1.6 1.3M11 7.3c-.9 0-1.5.5-1.6 1.3"
        ),
        "bubble.left.and.bubble.right": line("M1.5 3h8v6h-4L3.2 11V9H1.5zM11.5 5.5h3v6h-1.7v2l-2.3-2h-3v-.7"),
        "checkmark.circle.fill": solidCircle("M5 8.2 7.2 10.4 11 5.8"),
        "chevron.right": line("M6 3.5 10.5 8 6 12.5"),
        "circle.fill": solid("M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z"),
        "clock.arrow.circlepath": line(
            "M2.6 8.9A5.5 5.5 0 1 0 4 4.2M4.2 1.8 3.9 4.6 6.6 4.9M8 5v3.3l2.2 1.3"
        ),
        "doc.on.doc": line(
            "M7 5h5A1.5 1.5 0 0 1 13.5 6.5V13A1.5 1.5 0 0 1 12 14.5H7A1.5 1.5 0 0 1 5.5 13V6.5A1.5 1.5 0 0 1 7 5z"
                + "M10.5 5V3A1.5 1.5 0 0 0 9 1.5H4A1.5 1.5 0 0 0 2.5 3v6.5A1.5 1.5 0 0 0 4 11h1.5"
        ),
        "exclamationmark.circle.fill": solidCircle("M8 4.8v4M8 11v.1"),
        "exclamationmark.triangle": line(triangle + exclamation),
        "exclamationmark.triangle.fill": solid(triangle) + cut(exclamation),
        "externaldrive.badge.exclamationmark": line(
            "M3 8.5h10a1.5 1.5 0 0 1 1.5 1.5v1.5A1.5 1.5 0 0 1 13 13H3a1.5 1.5 0 0 1-1.5-1.5V10A1.5 1.5 0 0 1 3 8.5z"
                + "M2.5 8.7 4.5 3h7l2 5.7M8 4v1.8M8 7v.1"
        ),
        "folder": line("M1.8 12.5v-9h4l1.4 1.7h7v7.3z"),
        "hand.raised": line(
            "M4 9V5.2a1.1 1.1 0 0 1 2.2 0V3a1.1 1.1 0 0 1 2.2 0v.6a1.1 1.1 0 0 1 2.2 0v1.8a1.1 1.1 0 0 1 2.2 0V9.5"
                + "c0 3-1.7 5-4.3 5S4 12 4 9zM6.2 5.2V8M8.4 3.6V7.7M10.6 5.4V8"
        ),
        "info.circle.fill": solidCircle("M8 5v.1M8 7.2v4"),
        "key": line(
            "M5 7.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM7.3 8.7 13.5 2.5M11 5l2 2M9.3 6.7l1.5 1.5"
        ),
        "magnifyingglass": line("M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.4 10.4l3.4 3.4"),
        "person.crop.circle": circle + line("M8 4.6a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM4.2 12.3c.8-2 6.8-2 7.6 0"),
        "scissors": line(
            "M4.3 2.3a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM4.3 9.7a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM6 5.4l8 6.4M6 10.6l8-6.4"
        ),
        "sidebar.left": line(
            "M4 3h8a2.2 2.2 0 0 1 2.2 2.2v5.6A2.2 2.2 0 0 1 12 13H4a2.2 2.2 0 0 1-2.2-2.2V5.2A2.2 2.2 0 0 1 4 3z"
                + "M6 3v10M3.4 5.3h1M3.4 7.3h1"
        ),
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
        "text.badge.xmark": line("M2 3.5h12M2 7.5h6M2 11.5h5M10 9.5l4 4M14 9.5l-4 4"),
        "text.bubble": line("M2 3h12v7.5H7.5L4.5 13.5v-3H2zM5 5.5h6M5 8h4"),
        "theatermasks": line(
            "M1.5 3c2 .8 4.5.8 6.5 0v4c0 2.5-1.5 4.5-3.3 4.5S1.5 9.5 1.5 7zM8 5.3c2.2.8 4.5.7 6.5-.1v3.8"
                + "c0 2.5-1.5 4.5-3.3 4.5-1 0-2-.7-2.6-1.8M3.3 5.8h.8M5.7 5.8h.8M3.5 8.5c.8.9 1.8.9 2.5 0"
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
