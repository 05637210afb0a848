// What a turn took, under its answer.
import AtelierKit
import SwiftUI

struct TurnReceipt: View {
    let totals: TurnTotals

    var body: some View {
        if let summary = totals.summary {
            Text(verbatim: summary)
                .font(.caption)
                .monospacedDigit()
                .foregroundStyle(.secondary)
                .textSelection(.enabled)
                .help("What this answer took: tokens in and out, cost, time to its first word, time in all")
        }
    }
}

#Preview {
    TurnReceipt(totals: PreviewData.turnTotals)
        .padding()
}
