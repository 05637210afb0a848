// One session: what was said, what went wrong, and where to write.
import AtelierKit
import SwiftUI

/// The chat of a session.
public struct ChatView: View {
    @Bindable private var model: ChatModel
    private let settings: SettingsModel
    private let folders: FoldersModel?
    @Environment(\.openSettings) private var openSettings

    /// A chat.
    ///
    /// - Parameters:
    ///   - model: the session.
    ///   - settings: who answers the next prompt.
    ///   - folders: where the agent may work; nil leaves out the choice.
    public init(model: ChatModel, settings: SettingsModel, folders: FoldersModel? = nil) {
        self.model = model
        self.settings = settings
        self.folders = folders
    }

    public var body: some View {
        VStack(spacing: 0) {
            TranscriptView(model: model)
                .frame(maxWidth: .infinity, maxHeight: .infinity)
            if let problem = model.problem {
                ProblemBanner(
                    message: problem.message,
                    tryAgain: { Task { await model.tryAgain() } },
                    openSettings: problem.concernsProvider ? openSettings.callAsFunction : nil,
                    dismiss: model.dismissProblem
                )
            }
            Divider()
            WorkPanel(model: model)
            ComposerView(model: model, settings: settings, folders: folders)
        }
        .navigationTitle(model.title)
        .navigationSubtitle(model.totals?.summary ?? "")
        .focusedSceneValue(\.chat, model)
        .sheet(isPresented: $model.isNamingOtherModel) { OtherModelSheet(chat: model) }
        .askingAboutRewind(model)
        .askingAboutBypass(model)
        .task(id: model.attempt) { await model.follow() }
        .task(id: model.reckonable) { await model.reckon() }
        .task(id: model.isWaitingForAnswer) { await model.goOn() }
        .onChange(of: model.isWaitingForAnswer) {
            guard model.isWaitingForAnswer else { return }
            AccessibilityNotification.Announcement("The agent asks whether it may go on.").post()
        }
        .onChange(of: model.pendingElicitation?.id) {
            guard let question = model.pendingElicitation?.question else { return }
            AccessibilityNotification.Announcement("\(question.server) asks you something.").post()
        }
        .onChange(of: model.isRunning) { wasRunning, isRunning in
            guard wasRunning, !isRunning else { return }
            announceEnd()
        }
    }

    /// For VoiceOver, which can't see that the text has stopped growing.
    private func announceEnd() {
        let text = model.problem.map { AttributedString($0.message) } ?? AttributedString("The answer is finished.")
        AccessibilityNotification.Announcement(text).post()
    }
}

#Preview("Finished") {
    ChatView(model: PreviewData.finishedChat, settings: PreviewData.settings)
        .frame(width: 640, height: 480)
}

#Preview("Streaming") {
    ChatView(model: PreviewData.streamingChat, settings: PreviewData.settings)
        .frame(width: 640, height: 480)
}

#Preview("Waiting") {
    ChatView(model: PreviewData.waitingChat, settings: PreviewData.settings)
        .frame(width: 640, height: 480)
}

#Preview("Failed") {
    ChatView(model: PreviewData.failedChat, settings: PreviewData.settings)
        .frame(width: 640, height: 480)
}

#Preview("Empty") {
    ChatView(model: PreviewData.emptyChat, settings: PreviewData.settings)
        .frame(width: 640, height: 480)
}
