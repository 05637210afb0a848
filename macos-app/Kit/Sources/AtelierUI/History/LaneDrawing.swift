// The lanes of a row of the history.
import AtelierKit
import Foundation
import SwiftUI

/// Lines from this row to the next one, and a dot for the commit.
struct LaneDrawing: View {
    /// More lanes are drawn as the last one.
    static let most = 12
    private static let width: CGFloat = 14
    private static let height: CGFloat = 36

    let row: GraphRow
    let lanes: Int
    /// The commit's lane comes in from the row above.
    let isJoined: Bool

    var body: some View {
        Canvas { context, size in
            for edge in row.edges {
                let line = Path { path in
                    let (start, end) = (x(edge.from), x(edge.to))
                    // From the commit's own dot in the middle; other lanes pass through from the top.
                    path.move(to: CGPoint(x: start, y: edge.from == row.lane ? size.height / 2 : 0))
                    let bend = size.height * 0.75
                    path.addCurve(
                        to: CGPoint(x: end, y: size.height),
                        control1: CGPoint(x: start, y: bend),
                        control2: CGPoint(x: end, y: bend)
                    )
                }
                draw(line, of: edge.to, in: &context)
            }
            if isJoined {
                let above = Path { path in
                    path.move(to: CGPoint(x: x(row.lane), y: 0))
                    path.addLine(to: CGPoint(x: x(row.lane), y: size.height / 2))
                }
                draw(above, of: row.lane, in: &context)
            }
            let middle: CGFloat = size.height / 2
            let dot = CGRect(x: x(row.lane) - 4, y: middle - 4, width: 8, height: 8)
            context.fill(Path(ellipseIn: dot.insetBy(dx: -1.5, dy: -1.5)), with: .style(.background))
            context.fill(Path(ellipseIn: dot), with: .color(Self.colour(row.lane)))
        }
        .frame(width: CGFloat(max(lanes, 1)) * Self.width, height: Self.height)
        .accessibilityHidden(true)
    }

    /// On a ground of its own: a selected row may have the lane's colour.
    private func draw(_ line: Path, of lane: Int, in context: inout GraphicsContext) {
        context.stroke(line, with: .style(.background), lineWidth: 5)
        context.stroke(line, with: .color(Self.colour(lane)), lineWidth: 2)
    }

    private func x(_ lane: Int) -> CGFloat { (CGFloat(min(lane, Self.most - 1)) + 0.5) * Self.width }

    private static func colour(_ lane: Int) -> Color {
        let colours: [Color] = [.blue, .pink, .green, .orange, .purple, .teal, .brown, .indigo]
        return colours[lane % colours.count]
    }
}
