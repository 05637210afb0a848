// One place where something was found.
import AtelierKit
import SwiftUI

struct SearchHitRow: View {
    let hit: SearchHit
    let open: @MainActor () -> Void

    var body: some View {
        Button {
            open()
        } label: {
            VStack(alignment: .leading, spacing: 2) {
                Text(verbatim: hit.title)
                    .lineLimit(1)
                Text(verbatim: hit.snippet.map(\.text).joined())
                    .font(.caption)
                    .foregroundStyle(.secondary)
                    .lineLimit(3)
            }
            .frame(maxWidth: .infinity, alignment: .leading)
        }
        .buttonStyle(.plain)
    }
}

#Preview {
    SearchHitRow(hit: PreviewData.hit) {}
        .padding()
        .frame(width: 260)
}
