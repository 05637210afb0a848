// An image of a file.

import Foundation

/// An image that is read in the background. The stand-in reads files only, and shows them at once.
public struct AsyncImage<Content: View>: View, PrimitiveView {
    private let content: Content

    public init<Shown: View, Placeholder: View>(
        url: URL?,
        scale: CGFloat = 1,
        @ViewBuilder content: @escaping (Image) -> Shown,
        @ViewBuilder placeholder: @escaping () -> Placeholder
    ) where Content == _ConditionalContent<Shown, Placeholder> {
        if let url, url.isFileURL, FileManager.default.isReadableFile(atPath: url.path) {
            self.content = _ConditionalContent(storage: .first(content(Image(file: url))))
        } else {
            self.content = _ConditionalContent(storage: .second(placeholder()))
        }
    }

    package func makeNodes(_ context: RenderContext) -> [Node] { context.child(.part("content")).resolve(content) }
}
