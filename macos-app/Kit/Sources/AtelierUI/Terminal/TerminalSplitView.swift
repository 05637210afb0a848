// Two parts of a terminal tab, and the divider between them.
import AtelierKit
import SwiftUI

/// SwiftUI's own split views neither say nor take where their dividers are.
struct TerminalSplitView<First: View, Second: View>: View {
    let axis: TerminalSplit
    /// What the first part has of the room, between 0 and 1.
    let share: Double
    let setShare: @MainActor (Double) -> Void
    @ViewBuilder let first: First
    @ViewBuilder let second: Second
    @State private var room = CGSize.zero
    /// The share when the drag began.
    @State private var begun: Double?

    /// Terminals lie beside each other in one colour: a hair is not seen between dark ones.
    private static var thickness: CGFloat { 2 }
    /// What takes the pointer.
    private static var grip: CGFloat { 9 }

    private var isHorizontal: Bool { axis == .horizontal }

    /// Nil until the room is known: both parts have the same then.
    private var length: CGFloat? {
        let all = (isHorizontal ? room.width : room.height) - Self.thickness
        return all > 0 ? all : nil
    }

    private var firstLength: CGFloat? { length.map { ($0 * share).rounded() } }

    var body: some View {
        Group {
            if isHorizontal {
                HStack(spacing: 0) { parts }
            } else {
                VStack(spacing: 0) { parts }
            }
        }
        .frame(maxWidth: .infinity, maxHeight: .infinity)
        .onGeometryChange(for: CGSize.self, of: { $0.size }, action: { room = $0 })
    }

    @ViewBuilder private var parts: some View {
        first
            .frame(width: isHorizontal ? firstLength : nil, height: isHorizontal ? nil : firstLength)
        Color.secondary.opacity(0.6)
            .frame(width: isHorizontal ? Self.thickness : nil, height: isHorizontal ? nil : Self.thickness)
            .frame(maxWidth: isHorizontal ? nil : .infinity, maxHeight: isHorizontal ? .infinity : nil)
            .overlay {
                Color.clear
                    .frame(width: isHorizontal ? Self.grip : nil, height: isHorizontal ? nil : Self.grip)
                    .contentShape(Rectangle())
                    .gesture(DragGesture(minimumDistance: 1, coordinateSpace: .global).onChanged(drag).onEnded(end))
                    .pointerStyle(isHorizontal ? .columnResize : .rowResize)
                    .accessibilityElement(children: .ignore)
                    // The Shell menu moves it.
                    .accessibilityLabel("Divider")
            }
            // Above the parts, which would take the pointer otherwise.
            .zIndex(1)
        second
            .frame(maxWidth: .infinity, maxHeight: .infinity)
    }

    private func drag(_ drag: DragGesture.Value) {
        guard let length else { return }
        let start = begun ?? share
        begun = start
        let moved =
            isHorizontal ? drag.location.x - drag.startLocation.x : drag.location.y - drag.startLocation.y
        setShare(start + Double(moved / length))
    }

    private func end(_ drag: DragGesture.Value) { begun = nil }
}
