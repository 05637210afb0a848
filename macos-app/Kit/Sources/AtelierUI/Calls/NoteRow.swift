// What happened to a conversation itself.
import AtelierKit
import SwiftUI

struct NoteRow: View {
    let note: TranscriptNote

    var body: some View {
        Group {
            switch note.kind {
            case .compacted(let summary, _):
                DisclosureGroup {
                    LongText(text: summary)
                        .padding(.top, 4)
                } label: {
                    Label(
                        "The model is told a summary of what stands above.",
                        systemImage: "rectangle.compress.vertical"
                    )
                }
            case .restored(let files, let kept):
                VStack(alignment: .leading, spacing: 4) {
                    if !files.isEmpty {
                        Label("Restored: \(files.joined(separator: ", "))", systemImage: "arrow.uturn.backward")
                    }
                    if !kept.isEmpty {
                        Label(
                            "Left alone, for someone has changed them since: \(kept.joined(separator: ", "))",
                            systemImage: "exclamationmark.triangle"
                        )
                    }
                }
            case .forked:
                Label("Copied from another session up to here.", systemImage: "arrow.triangle.branch")
            }
        }
        .font(.callout)
        .foregroundStyle(.secondary)
        .padding(.leading, 30)
    }
}
