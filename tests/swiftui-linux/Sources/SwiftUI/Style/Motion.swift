// Animations. They change nothing that a test or a still picture could show, so they are accepted and not modelled.

public struct Animation: Hashable, Sendable {
    public static let `default` = Animation()
    public static let snappy = Animation()
    public static let smooth = Animation()
    public static let easeOut = Animation()
    public static let easeIn = Animation()
    public static let easeInOut = Animation()
    public static let linear = Animation()

    public static func easeOut(duration: TimeInterval) -> Animation { Animation() }

    public static func easeInOut(duration: TimeInterval) -> Animation { Animation() }
}

public func withAnimation<Result>(
    _ animation: Animation? = .default,
    _ body: () throws -> Result
) rethrows -> Result {
    try body()
}

public struct AnyTransition: Sendable {
    public static let opacity = AnyTransition()
    public static let slide = AnyTransition()
    public static let identity = AnyTransition()

    public static func move(edge: Edge) -> AnyTransition { AnyTransition() }

    public func combined(with other: AnyTransition) -> AnyTransition { self }
}

extension View {
    public func animation<Value: Equatable>(_ animation: Animation?, value: Value) -> some View { self }

    public func transition(_ transition: AnyTransition) -> some View { self }
}

extension Binding {
    public func animation(_ animation: Animation? = .default) -> Binding<Value> { self }
}
