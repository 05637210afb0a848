// What was said, kept at its end while the reader is there.
import AtelierKit
import SwiftUI

struct TranscriptView: View {
    /// Longer lines are hard to read.
    private static let readableWidth = 800.0

    let model: ChatModel
    @State private var position = ScrollPosition(edge: .bottom)
    @State private var pin = BottomPin()

    var body: some View {
        if model.transcript.items.isEmpty {
            EmptyTranscript(isLoading: model.isLoading, hasFolder: model.project != nil)
        } else {
            transcript
        }
    }

    private var transcript: some View {
        ScrollView {
            LazyVStack(alignment: .leading, spacing: 18) {
                ForEach(model.transcript.items) { item in
                    switch item {
                    case .message(let message): MessageRow(message: message, model: model)
                    case .call(let call): ToolCallRow(call: call, model: model)
                    case .note(let note): NoteRow(note: note)
                    }
                }
                TurnFooter(model: model)
            }
            .scrollTargetLayout()
            .padding(20)
            .frame(maxWidth: Self.readableWidth)
            .frame(maxWidth: .infinity)
        }
        .accessibilityLabel("Transcript")
        .defaultScrollAnchor(.bottom, for: .initialOffset)
        .scrollPosition($position)
        .onScrollGeometryChange(for: ScrollExtent.self) { geometry in
            ScrollExtent(geometry)
        } action: { old, new in
            if pin.follow(from: old, to: new) { position.scrollTo(edge: .bottom) }
        }
        .onChange(of: model.messages.count) {
            // Who sends a prompt wants to see it and its answer.
            if model.messages.last?.role == .user { scrollToEnd() }
        }
        .onChange(of: model.targetMessage?.id, initial: true) { showTarget() }
        .overlay(alignment: .bottom) {
            if !pin.isPinned {
                Button("Scroll to the End", systemImage: "arrow.down.circle.fill") { scrollToEnd() }
                    .labelStyle(.iconOnly)
                    .buttonStyle(.borderless)
                    .font(.title2)
                    .padding(8)
                    .help("Scroll to the end")
            }
        }
    }

    /// Goes to the message that a search led to.
    private func showTarget() {
        guard let message = model.targetMessage else { return }
        pin.unpin()
        position.scrollTo(id: TranscriptItem.ID.message(message.id), anchor: .center)
    }

    private func scrollToEnd() {
        pin.pin()
        position.scrollTo(edge: .bottom)
    }
}

extension ScrollExtent {
    fileprivate init(_ geometry: ScrollGeometry) {
        self.init(
            offset: geometry.contentOffset.y,
            content: geometry.contentSize.height,
            visible: geometry.containerSize.height
        )
    }
}

private struct EmptyTranscript: View {
    let isLoading: Bool
    let hasFolder: Bool

    var body: some View {
        if isLoading {
            ProgressView("Reading the session…")
                .frame(maxWidth: .infinity, maxHeight: .infinity)
        } else {
            ContentUnavailableView {
                Label("What Shall We Do?", systemImage: "text.bubble")
            } description: {
                Text("Write below and press Return. Shift-Return starts a new line.")
                if !hasFolder {
                    Text("Choose a folder below to let the agent work in it: without one it can only talk.")
                }
            }
        }
    }
}
