// Toggle.

public struct Toggle<Label: View>: View, PrimitiveView {
    private let isOn: Binding<Bool>
    private let label: Label

    public init(isOn: Binding<Bool>, @ViewBuilder label: () -> Label) {
        self.isOn = isOn
        self.label = label()
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let node = context.node(.toggle)
        node.takeLabel(context.child(.part("label")).resolve(label))
        node.isOn = isOn.wrappedValue
        node.style = context.environment.styles[.toggle]
        node.action = { isOn.wrappedValue.toggle() }
        return [node]
    }
}

extension Toggle where Label == Text {
    public init(_ key: LocalizedStringKey, isOn: Binding<Bool>) {
        self.init(isOn: isOn) { Text(key) }
    }

    @_disfavoredOverload
    public init<S: StringProtocol>(_ title: S, isOn: Binding<Bool>) {
        self.init(isOn: isOn) { Text(title) }
    }
}

extension Toggle where Label == SwiftUI.Label<Text, Image> {
    public init(_ key: LocalizedStringKey, systemImage: String, isOn: Binding<Bool>) {
        self.init(isOn: isOn) { SwiftUI.Label(key, systemImage: systemImage) }
    }
}

extension View {
    /// Labels of controls aren't drawn; VoiceOver says them nevertheless.
    public func labelsHidden() -> some View {
        control { $0.face = [] }
    }
}
