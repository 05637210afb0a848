// What a terminal needs of the system that SwiftUI has not: fonts' sizes, and keys, mouse and wheel as they come.
import AtelierKit
import SwiftUI

/// Made by the app target. Without one, a terminal takes keys, drags and what is pasted as SwiftUI has them: no wheel, no
/// input methods, no mouse for programs.
@MainActor
public protocol TerminalPlatform: AnyObject, Sendable {
    /// The size of a cell: the font's advance, and its line height.
    func cellSize(of font: TerminalFont) -> CGSize

    /// Families of fixed width, by name.
    var fontFamilies: [String] { get }

    /// A clear view that lies above the drawing and reports what is done there.
    func inputView(_ input: TerminalInput) -> AnyView
}

/// What an input view reports to, and what it has to know.
@MainActor
public struct TerminalInput {
    public let model: TerminalModel
    public let font: TerminalFont
    /// Of one cell.
    public let cell: CGSize
    /// Around the cells.
    public let inset: CGFloat
    /// Option acts as Alt instead of typing other characters.
    public let optionIsMeta: Bool
    /// Whether keys go to it.
    public let isFocused: Bool
    /// It was clicked.
    public let focus: @MainActor () -> Void
    /// The pasteboard is to have this.
    public let copy: @MainActor (String) -> Void
}

extension EnvironmentValues {
    /// What the system offers to terminals; nil where there is no AppKit.
    @Entry var terminalPlatform: (any TerminalPlatform)? = nil
}
