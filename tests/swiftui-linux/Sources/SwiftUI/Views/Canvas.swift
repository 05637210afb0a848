// Drawings of lines.

import Foundation

/// Lines and curves.
public struct Path: Sendable {
    private var steps: [String] = []

    public init(_ build: (inout Path) -> Void) { build(&self) }

    public init(_ rect: CGRect) {
        steps = ["M\(rect.minX) \(rect.minY)h\(rect.width)v\(rect.height)h\(-rect.width)z"]
    }

    public init(ellipseIn rect: CGRect) {
        let (rx, ry) = (rect.width / 2, rect.height / 2)
        let turn = "a\(rx) \(ry) 0 1 0"
        steps = ["M\(rect.minX) \(rect.midY)", "\(turn) \(rect.width) 0", "\(turn) \(-rect.width) 0z"]
    }

    public mutating func move(to point: CGPoint) { steps.append("M\(point.svg)") }

    public mutating func addLine(to point: CGPoint) { steps.append("L\(point.svg)") }

    public mutating func addCurve(to end: CGPoint, control1: CGPoint, control2: CGPoint) {
        steps.append("C\(control1.svg) \(control2.svg) \(end.svg)")
    }

    fileprivate var svg: String { steps.joined() }
}

/// Draws into a canvas.
public struct GraphicsContext {
    /// What lines and areas are drawn with.
    public struct Shading: Sendable {
        fileprivate let css: String

        public static func color(_ color: Color) -> Shading { Shading(css: color._css) }

        public static func style<S: ShapeStyle>(_ style: S) -> Shading { Shading(css: style._css) }
    }

    fileprivate var strokes: [DrawnStroke] = []

    public mutating func stroke(_ path: Path, with shading: Shading, lineWidth: CGFloat = 1) {
        strokes.append(.line(path: path.svg, css: shading.css, width: lineWidth))
    }

    public mutating func fill(_ path: Path, with shading: Shading) {
        strokes.append(.area(path: path.svg, css: shading.css))
    }

    /// Draws a text so that the point lies at the anchor of its box.
    public mutating func draw(_ text: Text, at point: CGPoint, anchor: UnitPoint = .center) {
        strokes.append(.text(text.content, text.style, at: point, anchor))
    }
}

/// A thing that was drawn.
package enum DrawnStroke {
    case line(path: String, css: String, width: CGFloat)
    case area(path: String, css: String)
    case text(String, TextStyle, at: CGPoint, UnitPoint)
}

/// A drawing. VoiceOver doesn't see it; what it tells has to be told in words too.
public struct Canvas: View, PrimitiveView {
    private let renderer: (inout GraphicsContext, CGSize) -> Void

    public init(renderer: @escaping (inout GraphicsContext, CGSize) -> Void) { self.renderer = renderer }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let node = context.node(.image)
        node.isHidden = true
        node.drawing = { [renderer] size in
            var graphics = GraphicsContext()
            renderer(&graphics, size)
            return graphics.strokes
        }
        return [node]
    }
}

extension CGPoint {
    fileprivate var svg: String { "\(x) \(y)" }
}
