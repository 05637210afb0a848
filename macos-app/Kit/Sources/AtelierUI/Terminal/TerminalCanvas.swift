// A terminal's cells, drawn by SwiftUI: where there is no AppKit.
import AtelierKit
import SwiftUI

/// All of a terminal is drawn by one canvas, run by run.
struct TerminalCanvas: View {
    let picture: TerminalPicture

    var body: some View {
        let state = picture.grid.state
        let size = picture.look.size(columns: state.columns, rows: state.rows)
        ZStack(alignment: .topLeading) {
            Canvas { context, size in
                var pen = CanvasPen(context: context, font: picture.font.font)
                pen.fill(CGRect(origin: .zero, size: size), picture.ground)
                picture.draw(picture.grid.rows.indices, with: &pen)
                context = pen.context
            }
            .frame(width: size.width, height: size.height)
        }
        .frame(maxWidth: .infinity, maxHeight: .infinity, alignment: .topLeading)
        .background(Color(rgb: picture.ground))
    }
}

private struct CanvasPen: TerminalPen {
    var context: GraphicsContext
    let font: Font

    mutating func fill(_ rect: CGRect, _ colour: UInt32) {
        context.fill(Path(rect), with: .color(Color(rgb: colour)))
    }

    mutating func outline(_ rect: CGRect, _ colour: UInt32) {
        let inner = CGRect(x: rect.minX + 0.5, y: rect.minY + 0.5, width: rect.width - 1, height: rect.height - 1)
        context.stroke(Path(inner), with: .color(Color(rgb: colour)), lineWidth: 1)
    }

    mutating func wave(from start: CGPoint, width: CGFloat, _ colour: UInt32) {
        context.stroke(Path(waveFrom: start, width: width), with: .color(Color(rgb: colour)), lineWidth: 1)
    }

    mutating func write(_ text: String, in box: CGRect, _ attributes: TerminalAttributes, _ colour: UInt32) {
        let text = Text(verbatim: text)
            .font(font)
            .foregroundStyle(Color(rgb: colour))
            .bold(attributes.contains(.bold))
            .italic(attributes.contains(.italic))
        context.draw(text, at: box.origin, anchor: .topLeading)
    }
}
