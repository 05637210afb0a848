// Modifiers of scenes. Those about the window's frame, which only AppKit draws, are accepted and not modelled.

public protocol WindowToolbarStyle {}

public struct UnifiedWindowToolbarStyle: WindowToolbarStyle {}

extension WindowToolbarStyle where Self == UnifiedWindowToolbarStyle {
    public static var unified: Self { .init() }
}

extension Scene {
    public func windowToolbarStyle<S: WindowToolbarStyle>(_ style: S) -> some Scene { self }

    public func defaultSize(width: CGFloat, height: CGFloat) -> some Scene {
        ModifiedScene(base: self, change: { $0.defaultSize = CGSize(width: width, height: height) })
    }

    public func commands<Content: Commands>(@CommandsBuilder content: () -> Content) -> some Scene {
        let commands = content()
        return ModifiedScene(base: self, change: { $0.commands.append(commands) })
    }

    public func environment<Object: AnyObject & Observable>(_ object: Object?) -> some Scene {
        ModifiedScene(base: self, environment: { $0.objects[ObjectIdentifier(Object.self)] = object })
    }
}

/// A scene whose descriptions are changed.
private struct ModifiedScene<Base: Scene>: Scene, PrimitiveScene {
    let base: Base
    var environment: ((inout EnvironmentValues) -> Void)?
    var change: (inout SceneDescription) -> Void = { _ in }

    func describe(_ context: RenderContext) -> [SceneDescription] {
        context.child(.content).describe(base).map { description in
            var changed = description
            change(&changed)
            guard let environment else { return changed }
            return SceneDescription(
                kind: changed.kind,
                title: changed.title,
                id: changed.id,
                defaultSize: changed.defaultSize,
                isGroup: changed.isGroup,
                commands: changed.commands
            ) { context in
                var context = context
                environment(&context.environment)
                return description.content(context)
            }
        }
    }
}
