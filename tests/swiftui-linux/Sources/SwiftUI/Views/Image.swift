// Images and labels.

import Foundation

public struct Image: Equatable, Sendable {
    private let name: String
    private let isDecorative: Bool
    private var file: URL?

    public init(systemName: String) {
        name = systemName
        isDecorative = false
    }

    /// An image of the app's assets, which VoiceOver doesn't mention.
    public init(decorative name: String) {
        self.name = name
        isDecorative = true
    }

    init(file: URL) {
        name = file.lastPathComponent
        isDecorative = false
        self.file = file
    }

    /// Drawn as large as there is room; the stand-in draws files so anyway.
    public func resizable() -> Image { self }
}

@MainActor
extension Image: View, PrimitiveView {
    package func makeNodes(_ context: RenderContext) -> [Node] {
        if let file {
            let node = context.node(.image, name)
            node.imageURL = file
            return [node]
        }
        if !isDecorative, SystemSymbol.drawing(of: name) == nil {
            context.host.warn("“\(name)” is not among the SF Symbols that the stand-in knows (SystemSymbol.swift)")
        }
        let node = context.node(.image)
        node.symbol = name
        node.isHidden = isDecorative
        return [node]
    }
}

/// A title with an icon, perceived as one text.
public struct Label<Title: View, Icon: View>: View, PrimitiveView {
    private let title: Title
    private let icon: Icon

    public init(@ViewBuilder title: () -> Title, @ViewBuilder icon: () -> Icon) {
        self.title = title()
        self.icon = icon()
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let titles = context.child(.part("title")).resolve(title)
        let icons = context.child(.part("icon")).resolve(icon)
        let node = context.node(.text, Node.text(of: titles))
        node.symbol = Node.firstControl(in: icons)?.symbol
        node.symbolLooks = Node.firstControl(in: icons)?.looks ?? []
        node.style = context.environment.styles[.label]
        return [node]
    }
}

extension Label where Title == Text, Icon == Image {
    public init(_ key: LocalizedStringKey, systemImage: String) {
        self.init {
            Text(key)
        } icon: {
            Image(systemName: systemImage)
        }
    }

    @_disfavoredOverload
    public init<S: StringProtocol>(_ title: S, systemImage: String) {
        self.init {
            Text(title)
        } icon: {
            Image(systemName: systemImage)
        }
    }
}
