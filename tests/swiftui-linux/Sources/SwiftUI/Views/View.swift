// The View protocol, its builder, and the views that only combine other views.

@_exported import Foundation
@_exported import Observation

/// A piece of the screen, described by other pieces.
@MainActor @preconcurrency
public protocol View {
    associatedtype Body: View
    @ViewBuilder @MainActor @preconcurrency var body: Self.Body { get }
}

extension Never: View {}

extension Never {
    public var body: Never { fatalError("Never has no body") }
}

/// A view that turns itself into nodes, instead of describing itself by a body.
@MainActor
package protocol PrimitiveView: View where Body == Never {
    /// What a person would perceive here, in order.
    func makeNodes(_ context: RenderContext) -> [Node]
}

extension View where Body == Never {
    @_disfavoredOverload
    public var body: Never { fatalError("\(Self.self) has no body") }
}

/// Collects the statements of a body.
@resultBuilder
public struct ViewBuilder {
    public static func buildExpression<Content: View>(_ content: Content) -> Content { content }

    public static func buildBlock() -> EmptyView { EmptyView() }

    public static func buildBlock<Content: View>(_ content: Content) -> Content { content }

    @MainActor
    public static func buildBlock<each Content: View>(
        _ content: repeat each Content
    ) -> TupleView<(repeat each Content)> {
        var views: [any View] = []
        repeat views.append(each content)
        return TupleView((repeat each content), views: views)
    }

    public static func buildIf<Content: View>(_ content: Content?) -> Content? { content }

    public static func buildEither<TrueContent: View, FalseContent: View>(
        first: TrueContent
    ) -> _ConditionalContent<TrueContent, FalseContent> {
        .init(storage: .first(first))
    }

    public static func buildEither<TrueContent: View, FalseContent: View>(
        second: FalseContent
    ) -> _ConditionalContent<TrueContent, FalseContent> {
        .init(storage: .second(second))
    }
}

/// Nothing.
public struct EmptyView: View, PrimitiveView {
    nonisolated public init() {}

    package func makeNodes(_ context: RenderContext) -> [Node] { [] }
}

/// Several views, one after the other.
public struct TupleView<T>: View, PrimitiveView {
    public var value: T
    private let views: [any View]

    init(_ value: T, views: [any View]) {
        self.value = value
        self.views = views
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        views.enumerated().flatMap { context.child(.index($0.offset)).resolve($0.element) }
    }
}

/// What `if`/`else` and `switch` in a builder become: each branch has an identity of its own.
public struct _ConditionalContent<TrueContent: View, FalseContent: View> {
    enum Storage {
        case first(TrueContent)
        case second(FalseContent)
    }

    let storage: Storage
}

@MainActor
extension _ConditionalContent: View, PrimitiveView {
    package func makeNodes(_ context: RenderContext) -> [Node] {
        switch storage {
        case .first(let view): context.child(.branch(true)).resolve(view)
        case .second(let view): context.child(.branch(false)).resolve(view)
        }
    }
}

extension Optional: View where Wrapped: View {
    public typealias Body = Never
}

@MainActor
extension Optional: PrimitiveView where Wrapped: View {
    package func makeNodes(_ context: RenderContext) -> [Node] {
        map { context.child(.branch(true)).resolve($0) } ?? []
    }
}

/// Several views that take part in their parent's layout one by one.
public struct Group<Content> {
    let content: Content
}

@MainActor
extension Group: View, PrimitiveView where Content: View {
    public typealias Body = Never

    public init(@ViewBuilder content: () -> Content) { self.content = content() }

    package func makeNodes(_ context: RenderContext) -> [Node] { context.resolve(content) }
}

/// A view of any type; a change of the type starts a new identity.
public struct AnyView: View, PrimitiveView {
    private let view: any View

    public init<V: View>(_ view: V) { self.view = view }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        context.child(.type(ObjectIdentifier(type(of: view)))).resolve(view)
    }
}
