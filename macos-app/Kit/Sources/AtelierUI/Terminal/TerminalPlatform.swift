// What a terminal needs of the system that SwiftUI has not: fonts' sizes, and keys, mouse and wheel as they come.
import AtelierKit
import SwiftUI

/// Made by the app target. Without one, a terminal is drawn by a canvas and takes keys, drags and what is pasted as SwiftUI
/// has them: no input methods, and the wheel only with a `TerminalWheel`.
@MainActor
public protocol TerminalPlatform: AnyObject, Sendable {
    /// The size of a cell: the font's advance, and its line height.
    func cellSize(of font: TerminalFont) -> CGSize

    /// Families of fixed width, by name.
    var fontFamilies: [String] { get }

    /// A program has rung the bell: with a sound, and with the Dock's icon while another app is in front.
    func ring(sounds: Bool, bounces: Bool)

    /// A view that draws the cells and reports what is done there.
    func screenView(_ input: TerminalInput) -> AnyView
}

/// What such a view draws, what it reports to, and what it has to know.
@MainActor
public struct TerminalInput {
    public let model: TerminalModel
    /// What is drawn; another one with each frame.
    public let picture: TerminalPicture
    /// Option acts as Alt instead of typing other characters.
    public let optionIsMeta: Bool
    /// Whether keys go to it.
    public let isFocused: Bool
    /// It was clicked.
    public let focus: @MainActor () -> Void
    /// The pasteboard is to have this.
    public let copy: @MainActor (String) -> Void
}

/// Tells of the wheel over a view, which SwiftUI does not: by how many points it turned, above 0 for up, and where. For
/// where there is no AppKit.
public typealias TerminalWheel =
    @MainActor @Sendable (AnyView, @escaping @MainActor (_ points: CGFloat, _ place: CGPoint) -> Void) -> AnyView

extension EnvironmentValues {
    /// The wheel of terminals that are drawn by a canvas; nil where they have none.
    @Entry var terminalWheel: TerminalWheel? = nil
    /// What the system offers to terminals; nil where there is no AppKit.
    @Entry var terminalPlatform: (any TerminalPlatform)? = nil
}
