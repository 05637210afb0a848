// Scenes: the kinds of windows that an app has.

@MainActor @preconcurrency
public protocol Scene {
    associatedtype Body: Scene
    @SceneBuilder @MainActor @preconcurrency var body: Body { get }
}

extension Never: Scene {}

extension Scene where Body == Never {
    @_disfavoredOverload
    public var body: Never { fatalError("\(Self.self) has no body") }
}

/// A scene that says by itself which windows it has.
@MainActor
package protocol PrimitiveScene: Scene where Body == Never {
    func describe(_ context: RenderContext) -> [SceneDescription]
}

/// An app. It is only compiled here; a test or the host mounts its scenes.
@MainActor @preconcurrency
public protocol App {
    associatedtype Body: Scene
    @SceneBuilder @MainActor @preconcurrency var body: Body { get }
    init()
}

/// One kind of window.
@MainActor
package struct SceneDescription {
    package enum Kind {
        case window
        case settings
    }

    package let kind: Kind
    package let title: String
    package var id: String?
    package var defaultSize: CGSize?
    /// A group may have several windows at a time.
    package var isGroup = false
    package var commands: [any Commands] = []
    package let content: (RenderContext) -> [Node]
}

extension RenderContext {
    package func describe(_ scene: any Scene) -> [SceneDescription] {
        if let primitive = scene as? any PrimitiveScene { return primitive.describe(self) }
        func open<S: Scene>(_ scene: S) -> [SceneDescription] {
            link(scene)
            return child(.content).describe(scene.body)
        }
        return open(scene)
    }
}

@resultBuilder
public struct SceneBuilder {
    public static func buildExpression<Content: Scene>(_ content: Content) -> Content { content }

    public static func buildBlock<Content: Scene>(_ content: Content) -> Content { content }

    @MainActor
    public static func buildBlock<each Content: Scene>(_ content: repeat each Content) -> some Scene {
        var scenes: [any Scene] = []
        repeat scenes.append(each content)
        return SceneTuple(scenes: scenes)
    }
}

private struct SceneTuple: Scene, PrimitiveScene {
    let scenes: [any Scene]

    func describe(_ context: RenderContext) -> [SceneDescription] {
        scenes.enumerated().flatMap { context.child(.index($0.offset)).describe($0.element) }
    }
}

/// Any number of windows with the same content.
public struct WindowGroup<Content: View>: Scene, PrimitiveScene {
    private let description: SceneDescription

    public init(@ViewBuilder content: @escaping () -> Content) { self.init("", id: nil, content) }

    public init(id: String, @ViewBuilder content: @escaping () -> Content) { self.init("", id: id, content) }

    public init(_ key: LocalizedStringKey, @ViewBuilder content: @escaping () -> Content) {
        self.init(key.text, id: nil, content)
    }

    public init(_ key: LocalizedStringKey, id: String, @ViewBuilder content: @escaping () -> Content) {
        self.init(key.text, id: id, content)
    }

    private init(_ title: String, id: String?, _ content: @escaping () -> Content) {
        description = SceneDescription(kind: .window, title: title, id: id, isGroup: true) { context in
            context.resolve(content())
        }
    }

    package func describe(_ context: RenderContext) -> [SceneDescription] { [description] }
}

/// One window.
public struct Window<Content: View>: Scene, PrimitiveScene {
    private let title: String
    private let id: String
    private let content: () -> Content

    public init(_ key: LocalizedStringKey, id: String, @ViewBuilder content: @escaping () -> Content) {
        title = key.text
        self.id = id
        self.content = content
    }

    package func describe(_ context: RenderContext) -> [SceneDescription] {
        [SceneDescription(kind: .window, title: title, id: id) { context in context.resolve(content()) }]
    }
}

/// The settings window.
public struct Settings<Content: View>: Scene, PrimitiveScene {
    private let content: () -> Content

    public init(@ViewBuilder content: @escaping () -> Content) { self.content = content }

    package func describe(_ context: RenderContext) -> [SceneDescription] {
        [SceneDescription(kind: .settings, title: "Settings") { context in context.resolve(content()) }]
    }
}
