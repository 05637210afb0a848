// What a window shows until the core is open, and when it can't be opened.
import AtelierKit
import SwiftUI

/// Opens the core and shows `content` over it.
struct LaunchView<Content: View>: View {
    let launch: LaunchModel
    @ViewBuilder let content: (any WorkbenchClient, SettingsModel) -> Content

    var body: some View {
        Group {
            switch launch.state {
            case .opening:
                ProgressView("Opening Atelier…")
                    .frame(maxWidth: .infinity, maxHeight: .infinity)
            case .open(let client, let settings):
                content(client, settings)
            case .failed(let message):
                ContentUnavailableView {
                    Label("Atelier Can’t Open Its Data", systemImage: "externaldrive.badge.exclamationmark")
                } description: {
                    Text(verbatim: message)
                } actions: {
                    Button("Try Again") { Task { await launch.open() } }
                }
            }
        }
        .task { await launch.open() }
    }
}

#Preview("Can’t be opened") {
    LaunchView(launch: PreviewData.brokenLaunch) { _, _ in Text("Open") }
}
