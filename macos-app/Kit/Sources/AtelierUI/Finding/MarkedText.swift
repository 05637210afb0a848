// A text on one line in which what was found stands out.
import AtelierKit
import SwiftUI

struct MarkedText: View {
    let parts: [MarkedPart]

    var body: some View {
        HStack(spacing: 0) {
            ForEach(Array(parts.enumerated()), id: \.offset) { _, part in
                if part.isFound {
                    Text(verbatim: part.text)
                        .bold()
                        .foregroundStyle(.tint)
                        // What is around it gives way.
                        .fixedSize()
                } else {
                    Text(verbatim: part.text)
                }
            }
        }
        .lineLimit(1)
        .accessibilityElement(children: .ignore)
        .accessibilityLabel(parts.map(\.text).joined())
    }
}

#Preview {
    MarkedText(parts: [MarkedPart(text: "Sess", isFound: true), MarkedPart(text: "ion.swift", isFound: false)])
        .padding()
}
