// One line of the session list.
import AtelierKit
import SwiftUI

struct SessionRow: View {
    let session: SessionSummary
    let title: String
    let status: SessionStatus

    var body: some View {
        HStack(spacing: 8) {
            VStack(alignment: .leading, spacing: 2) {
                Text(verbatim: title)
                    .lineLimit(1)
                HStack(spacing: 4) {
                    RecencyText(date: session.updatedAt)
                    if let worktree = session.worktree {
                        Image(systemName: "arrow.triangle.branch")
                            .accessibilityLabel("Worktree")
                        Text(verbatim: worktree)
                            .lineLimit(1)
                    }
                }
                .font(.caption)
                .foregroundStyle(.secondary)
            }
            Spacer(minLength: 0)
            if session.isArchived {
                Image(systemName: "archivebox")
                    .foregroundStyle(.secondary)
                    .accessibilityLabel("Archived")
            }
            StatusDot(status: status)
        }
    }
}

/// What a list tells about a session beyond its title.
enum SessionStatus {
    case idle, running, asking, failed
}

/// A dot for a session that needs a look; nothing for one at rest.
private struct StatusDot: View {
    let status: SessionStatus

    var body: some View {
        switch status {
        case .idle:
            EmptyView()
        case .running:
            Image(systemName: "circle.fill")
                .font(.caption2)
                .foregroundStyle(.tint)
                .accessibilityLabel("Working")
                .help("Working")
        case .asking:
            Image(systemName: "hand.raised.fill")
                .foregroundStyle(.orange)
                .accessibilityLabel("Needs your answer")
                .help("The agent asks whether it may go on")
        case .failed:
            Image(systemName: "exclamationmark.circle.fill")
                .foregroundStyle(.red)
                .accessibilityLabel("Failed")
                .help("The last turn failed")
        }
    }
}

/// A time for today, a day for anything older.
private struct RecencyText: View {
    let date: Date
    @Environment(\.calendar) private var calendar

    var body: some View {
        switch Recency(of: date, at: .now, in: calendar) {
        case .today: Text(date, format: .dateTime.hour().minute())
        case .yesterday: Text("Yesterday")
        case .thisYear: Text(date, format: .dateTime.day().month())
        case .earlier: Text(date, format: .dateTime.day().month().year())
        }
    }
}

#Preview {
    List(PreviewData.summaries) { session in
        SessionRow(session: session, title: session.title, status: .running)
    }
}
