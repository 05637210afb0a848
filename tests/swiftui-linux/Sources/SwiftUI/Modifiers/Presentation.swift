// Sheets, alerts, dialogs and popovers: what appears over a view.

extension View {
    public func sheet<Content: View>(
        isPresented: Binding<Bool>,
        onDismiss: (() -> Void)? = nil,
        @ViewBuilder content: @escaping () -> Content
    ) -> some View {
        changingNodes { nodes, context in
            guard isPresented.wrappedValue else { return nodes }
            let close: @MainActor () -> Void = {
                isPresented.wrappedValue = false
                onDismiss?()
            }
            return nodes + [context.sheet(content(), close)]
        }
    }

    public func sheet<Item: Identifiable, Content: View>(
        item: Binding<Item?>,
        onDismiss: (() -> Void)? = nil,
        @ViewBuilder content: @escaping (Item) -> Content
    ) -> some View {
        changingNodes { nodes, context in
            guard let value = item.wrappedValue else { return nodes }
            let close: @MainActor () -> Void = {
                item.wrappedValue = nil
                onDismiss?()
            }
            return nodes + [context.child(.id(AnyHashable(value.id))).sheet(content(value), close)]
        }
    }

    public func alert<Actions: View>(
        _ key: LocalizedStringKey,
        isPresented: Binding<Bool>,
        @ViewBuilder actions: @escaping () -> Actions
    ) -> some View {
        dialog(.alert, key.text, isPresented, actions: actions, message: EmptyView.init)
    }

    public func alert<Actions: View, Message: View>(
        _ key: LocalizedStringKey,
        isPresented: Binding<Bool>,
        @ViewBuilder actions: @escaping () -> Actions,
        @ViewBuilder message: @escaping () -> Message
    ) -> some View {
        dialog(.alert, key.text, isPresented, actions: actions, message: message)
    }

    @_disfavoredOverload
    public func alert<S: StringProtocol, Actions: View, Message: View>(
        _ title: S,
        isPresented: Binding<Bool>,
        @ViewBuilder actions: @escaping () -> Actions,
        @ViewBuilder message: @escaping () -> Message
    ) -> some View {
        dialog(.alert, String(title), isPresented, actions: actions, message: message)
    }

    public func alert<Actions: View, Message: View, Data>(
        _ key: LocalizedStringKey,
        isPresented: Binding<Bool>,
        presenting data: Data?,
        @ViewBuilder actions: @escaping (Data) -> Actions,
        @ViewBuilder message: @escaping (Data) -> Message
    ) -> some View {
        dialog(.alert, key.text, isPresented, actions: { data.map(actions) }, message: { data.map(message) })
    }

    public func confirmationDialog<Actions: View>(
        _ key: LocalizedStringKey,
        isPresented: Binding<Bool>,
        titleVisibility: Visibility = .automatic,
        @ViewBuilder actions: @escaping () -> Actions
    ) -> some View {
        dialog(.dialog, key.text, isPresented, actions: actions, message: EmptyView.init)
    }

    public func confirmationDialog<Actions: View, Message: View>(
        _ key: LocalizedStringKey,
        isPresented: Binding<Bool>,
        titleVisibility: Visibility = .automatic,
        @ViewBuilder actions: @escaping () -> Actions,
        @ViewBuilder message: @escaping () -> Message
    ) -> some View {
        dialog(.dialog, key.text, isPresented, actions: actions, message: message)
    }

    public func confirmationDialog<Actions: View, Data>(
        _ key: LocalizedStringKey,
        isPresented: Binding<Bool>,
        titleVisibility: Visibility = .automatic,
        presenting data: Data?,
        @ViewBuilder actions: @escaping (Data) -> Actions
    ) -> some View {
        dialog(.dialog, key.text, isPresented, actions: { data.map(actions) }, message: EmptyView.init)
    }

    public func confirmationDialog<Actions: View, Message: View, Data>(
        _ key: LocalizedStringKey,
        isPresented: Binding<Bool>,
        titleVisibility: Visibility = .automatic,
        presenting data: Data?,
        @ViewBuilder actions: @escaping (Data) -> Actions,
        @ViewBuilder message: @escaping (Data) -> Message
    ) -> some View {
        dialog(.dialog, key.text, isPresented, actions: { data.map(actions) }, message: { data.map(message) })
    }

    @_disfavoredOverload
    public func confirmationDialog<S: StringProtocol, Actions: View, Message: View, Data>(
        _ title: S,
        isPresented: Binding<Bool>,
        titleVisibility: Visibility = .automatic,
        presenting data: Data?,
        @ViewBuilder actions: @escaping (Data) -> Actions,
        @ViewBuilder message: @escaping (Data) -> Message
    ) -> some View {
        dialog(.dialog, String(title), isPresented, actions: { data.map(actions) }, message: { data.map(message) })
    }

    private func dialog<Actions: View, Message: View>(
        _ role: Node.Role,
        _ title: String,
        _ isPresented: Binding<Bool>,
        @ViewBuilder actions: @escaping () -> Actions,
        @ViewBuilder message: @escaping () -> Message
    ) -> some View {
        changingNodes { nodes, context in
            guard isPresented.wrappedValue else { return nodes }
            let buttons = context.child(.part("actions")).overWindow().resolve(actions())
            let texts = context.child(.part("message")).overWindow().resolve(message())
            let close: @MainActor () -> Void = { isPresented.wrappedValue = false }
            return nodes + [context.dialog(role, title, texts, buttons, close)]
        }
    }
}

extension RenderContext {
    /// What appears over a window isn't disabled with the view that it belongs to.
    fileprivate func overWindow() -> RenderContext {
        var copy = self
        copy.environment.isEnabled = true
        copy.environment.styles = [:]
        copy.environment.submit = nil
        return copy
    }

    fileprivate func sheet(_ content: some View, _ close: @escaping @MainActor () -> Void) -> Node {
        var inner = child(.part("sheet")).overWindow()
        inner.environment.dismiss = DismissAction(close)
        let node = inner.node(.sheet, children: inner.resolve(content), part: "sheet")
        node.dismiss = close
        return node
    }

    /// An alert or dialog: every button closes it; without buttons it has OK, and a dialog always has Cancel.
    fileprivate func dialog(
        _ role: Node.Role,
        _ title: String,
        _ message: [Node],
        _ buttons: [Node],
        _ close: @escaping @MainActor () -> Void
    ) -> Node {
        var buttons = buttons
        if role == .dialog, !buttons.contains(where: \.isCancel) {
            buttons.append(overWindow().node(.button, "Cancel", part: "cancel"))
            buttons.last?.isCancel = true
        }
        if buttons.isEmpty { buttons = [overWindow().node(.button, "OK", part: "ok")] }
        for button in buttons {
            let action = button.action
            button.action = {
                close()
                action?()
            }
            if button.isCancel, button.shortcut == nil { button.shortcut = KeyboardShortcut.cancelAction.symbols }
        }
        if !buttons.contains(where: { $0.shortcut == KeyboardShortcut.defaultAction.symbols }) {
            let first = buttons.first { !$0.isCancel && !$0.isDestructive }
            first?.shortcut = KeyboardShortcut.defaultAction.symbols
        }
        let node = node(role, title, children: message + buttons, part: "dialog")
        node.isEnabled = true
        node.dismiss = buttons.first(where: \.isCancel)?.action
        return node
    }
}
