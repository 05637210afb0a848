// The files that the letters behind an “@” mean.
import AtelierKit
import SwiftUI

struct MentionList: View {
    let model: ChatModel

    var body: some View {
        if !model.offeredFiles.isEmpty {
            VStack(alignment: .leading, spacing: 2) {
                ForEach(model.offeredFiles) { file in
                    MentionRow(file: file) { model.mention(file) }
                }
            }
            .besideComposer("Files")
        }
    }
}

private struct MentionRow: View {
    let file: FoundFile
    let choose: @MainActor () -> Void

    var body: some View {
        Button {
            choose()
        } label: {
            HStack(spacing: 8) {
                MarkedText(parts: file.name)
                MarkedText(parts: file.place)
                    .font(.caption)
                    .foregroundStyle(.secondary)
                    .lineLimit(1)
                    .frame(maxWidth: .infinity, alignment: .leading)
            }
        }
        .buttonStyle(.plain)
        .help("Give \(file.relativePath) along with the prompt")
        .accessibilityLabel(file.relativePath)
    }
}

#Preview {
    ChatView(model: PreviewData.mentionChat, settings: PreviewData.settings)
        .frame(width: 700, height: 400)
}
