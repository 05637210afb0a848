// A failure, told where it happened.
import SwiftUI

/// The core's sentence with what can be done about it. Stays until it is dismissed or mended.
struct ProblemBanner: View {
    let message: String
    var tryAgain: (@MainActor () -> Void)?
    var openSettings: (@MainActor () -> Void)?
    let dismiss: @MainActor () -> Void

    var body: some View {
        HStack(alignment: .firstTextBaseline, spacing: 10) {
            Image(systemName: "exclamationmark.triangle.fill")
                .foregroundStyle(.orange)
                .accessibilityHidden(true)
            Text(verbatim: message)
                .textSelection(.enabled)
                .frame(maxWidth: .infinity, alignment: .leading)
            if let openSettings {
                Button("Settings…") { openSettings() }
            }
            if let tryAgain {
                Button("Try Again") { tryAgain() }
            }
            Button("Dismiss", systemImage: "xmark") { dismiss() }
                .labelStyle(.iconOnly)
                .buttonStyle(.borderless)
                .help("Dismiss this message")
        }
        .padding(10)
        .background(.quaternary, in: .rect(cornerRadius: 8))
        .padding(.horizontal, 12)
        .padding(.bottom, 8)
        .accessibilityElement(children: .contain)
        .accessibilityLabel("Problem")
    }
}

#Preview {
    ProblemBanner(message: PreviewData.refusedKey, tryAgain: {}, openSettings: {}, dismiss: {})
        .frame(width: 600)
}
