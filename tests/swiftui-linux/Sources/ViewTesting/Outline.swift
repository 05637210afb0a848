// The screen as text, for people who read test failures, and what VoiceOver could not say.

extension Screen {
    /// A stable, reviewable text form of the screen.
    public func outline() -> String { Self.outline(nodes, depth: 0) }

    private static func outline(_ nodes: [Node], depth: Int) -> String {
        nodes.map { node -> String in
            if node.isHidden || node.role == .spacer { return "" }
            if node.isPlainGroup { return outline(node.children, depth: depth) }
            return String(repeating: "  ", count: depth) + line(node) + "\n" + outline(node.children, depth: depth + 1)
        }.joined()
    }

    private static func line(_ node: Node) -> String {
        var line = node.role.rawValue
        if !node.label.isEmpty { line += " “\(node.label)”" }
        if let value = node.value { line += " = “\(value)”" }
        if node.role == .toggle, let isOn = node.isOn { line += isOn ? " [on]" : " [off]" }
        if !node.isEnabled { line += " [disabled]" }
        if node.isSelected { line += " [selected]" }
        if node.isFocused { line += " [focused]" }
        if let shortcut = node.shortcut { line += " \(shortcut)" }
        return line
    }

    /// What VoiceOver could not say. A screen test expects none.
    public func accessibilityProblems() -> [String] {
        visible.compactMap { node in
            if node.isHidden || !node.label.isEmpty { return nil }
            switch node.role {
            case .button, .toggle, .textField, .secureField, .textEditor, .picker, .menu:
                return "\(node.role.rawValue) has no label (symbol: \(node.symbol ?? "none"))"
            case .image:
                return "image “\(node.symbol ?? "")” has no label and is not hidden"
            default:
                return nil
            }
        }
    }
}
