// How nodes are drawn: data for the HTML page. Tests of screens don't look at it.

/// One step of a node's appearance. They are applied from the first (inside) to the last (outside).
package enum Look: Equatable {
    case padding(EdgeInsets)
    case frame(FrameSize, Alignment)
    case background(css: String, radius: String?)
    case foreground(css: String)
    case font(Font)
    case weight(Font.Weight)
    case italic
    case monospaced
    case monospacedDigits
    case lineLimit(Int?)
    case selectable(Bool)
    case fixedSize(horizontal: Bool, vertical: Bool)
    case controlSize(ControlSize)
    case columnWidth(ideal: CGFloat)
}

/// What a frame fixes, in points.
package struct FrameSize: Equatable {
    package var width: CGFloat?
    package var height: CGFloat?
    package var minWidth: CGFloat?
    /// What a pane is wide; elsewhere the content says.
    package var idealWidth: CGFloat?
    package var maxWidth: CGFloat?
    package var minHeight: CGFloat?
    package var maxHeight: CGFloat?
}

/// How a group places its children.
package enum Layout: Equatable {
    case none
    case horizontal(VerticalAlignment, spacing: CGFloat?)
    case vertical(HorizontalAlignment, spacing: CGFloat?)
    /// One above the other; the first child gives the size when `sizedByFirst` is set.
    case layered(Alignment, sizedByFirst: Bool)
    /// Beside each other, each as high as all, with lines between them.
    case panes
    /// One above the other, each as wide as all, with lines between them.
    case rows
    case labeled
    case box
    case unavailable
}
