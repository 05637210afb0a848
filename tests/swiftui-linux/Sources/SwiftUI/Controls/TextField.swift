// Text fields: one line, secret, and many lines.

extension RenderContext {
    /// A node that a person can type into.
    fileprivate func field(_ role: Node.Role, _ label: [Node], _ text: Binding<String>, _ prompt: Text?) -> Node {
        let node = node(role, Node.text(of: label))
        node.value = text.wrappedValue
        node.placeholder = prompt?.content
        node.style = environment.styles[.textField]
        node.setText = { text.wrappedValue = $0 }
        node.submit = environment.submit
        return node
    }
}

public struct TextField<Label: View>: View, PrimitiveView {
    private let text: Binding<String>
    private let prompt: Text?
    private let axis: Axis
    private let label: Label

    public init(text: Binding<String>, prompt: Text? = nil, @ViewBuilder label: () -> Label) {
        self.init(text: text, prompt: prompt, axis: .horizontal, label: label)
    }

    public init(text: Binding<String>, prompt: Text? = nil, axis: Axis, @ViewBuilder label: () -> Label) {
        self.text = text
        self.prompt = prompt
        self.axis = axis
        self.label = label()
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        let node = context.field(.textField, context.child(.part("label")).resolve(label), text, prompt)
        node.growsWithText = axis == .vertical
        return [node]
    }
}

extension TextField where Label == Text {
    public init(_ key: LocalizedStringKey, text: Binding<String>) {
        self.init(text: text, prompt: nil) { Text(key) }
    }

    public init(_ key: LocalizedStringKey, text: Binding<String>, prompt: Text?) {
        self.init(text: text, prompt: prompt) { Text(key) }
    }

    public init(_ key: LocalizedStringKey, text: Binding<String>, axis: Axis) {
        self.init(text: text, prompt: nil, axis: axis) { Text(key) }
    }

    public init(_ key: LocalizedStringKey, text: Binding<String>, prompt: Text?, axis: Axis) {
        self.init(text: text, prompt: prompt, axis: axis) { Text(key) }
    }

    @_disfavoredOverload
    public init<S: StringProtocol>(_ title: S, text: Binding<String>) {
        self.init(text: text, prompt: nil) { Text(title) }
    }

    @_disfavoredOverload
    public init<S: StringProtocol>(_ title: S, text: Binding<String>, prompt: Text?) {
        self.init(text: text, prompt: prompt) { Text(title) }
    }
}

public struct SecureField<Label: View>: View, PrimitiveView {
    private let text: Binding<String>
    private let prompt: Text?
    private let label: Label

    public init(text: Binding<String>, prompt: Text? = nil, @ViewBuilder label: () -> Label) {
        self.text = text
        self.prompt = prompt
        self.label = label()
    }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        [context.field(.secureField, context.child(.part("label")).resolve(label), text, prompt)]
    }
}

extension SecureField where Label == Text {
    public init(_ key: LocalizedStringKey, text: Binding<String>) {
        self.init(text: text, prompt: nil) { Text(key) }
    }

    public init(_ key: LocalizedStringKey, text: Binding<String>, prompt: Text?) {
        self.init(text: text, prompt: prompt) { Text(key) }
    }

    @_disfavoredOverload
    public init<S: StringProtocol>(_ title: S, text: Binding<String>) {
        self.init(text: text, prompt: nil) { Text(title) }
    }
}

/// Text of many lines; it takes its name from `accessibilityLabel`.
public struct TextEditor: View, PrimitiveView {
    private let text: Binding<String>

    public init(text: Binding<String>) { self.text = text }

    package func makeNodes(_ context: RenderContext) -> [Node] {
        [context.field(.textEditor, [], text, nil)]
    }
}

extension View {
    /// Text fields of the stand-in correct nothing.
    public func autocorrectionDisabled(_ disabled: Bool = true) -> some View { self }

    /// Runs when Return is pressed in a text field of this view; outer actions run after inner ones.
    public func onSubmit(_ action: @escaping () -> Void) -> some View {
        changingEnvironment { values in
            let outer = values.submit
            values.submit = {
                action()
                outer?()
            }
        }
    }
}
