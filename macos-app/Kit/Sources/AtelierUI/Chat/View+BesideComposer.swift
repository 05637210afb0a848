// How what helps with a prompt stands above the field for it.
import SwiftUI

extension View {
    /// In a box of its own, one thing with this name to those who listen.
    func besideComposer(_ label: LocalizedStringKey) -> some View {
        padding(8)
            .background(.quaternary, in: .rect(cornerRadius: 8))
            .accessibilityElement(children: .contain)
            .accessibilityLabel(label)
    }
}
