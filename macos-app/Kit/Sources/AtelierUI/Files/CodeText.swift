// A line of code in colours.
import AtelierKit
import Foundation
import SwiftUI

struct CodeText: View {
    let text: String
    let spans: [ColourSpan]
    /// Stretches that stand out, in UTF-8 bytes.
    var emphasis: [Range<Int>] = []
    var emphasisColour = Color.clear

    var body: some View {
        if spans.isEmpty, emphasis.isEmpty {
            Text(verbatim: text)
        } else {
            Text(attributed)
        }
    }

    private var attributed: AttributedString {
        let bytes = text.utf8
        let ranges = spans.map(\.range) + emphasis
        let ends = [0, bytes.count] + ranges.flatMap { [$0.lowerBound, $0.upperBound] }
        let cuts = Set(ends.filter { (0...bytes.count).contains($0) }).sorted()
        var result = AttributedString()
        for (start, end) in zip(cuts, cuts.dropFirst()) {
            let from = bytes.index(bytes.startIndex, offsetBy: start)
            let to = bytes.index(bytes.startIndex, offsetBy: end)
            var part = AttributedString(text[from..<to])
            part.foregroundColor = spans.first { $0.range.contains(start) }?.kind.colour
            if emphasis.contains(where: { $0.contains(start) }) { part.backgroundColor = emphasisColour }
            result += part
        }
        return result
    }
}

extension ColourSpan.Kind {
    fileprivate var colour: Color? {
        switch self {
        case .comment: .secondary
        case .keyword: .pink
        case .string: .red
        case .number, .constant: .blue
        case .type: .teal
        case .function: .indigo
        case .attribute: .brown
        case .markup: .purple
        case .variable, .punctuation: nil
        }
    }
}
